package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.itest.product.EntryValueProofs.Proof;
import org.wyrm.program.Program;
import org.wyrm.testkit.dump.LabKernel;

/**
 * The stack of every task, with the debug files of the kernel and its modules, by {@code bt --all -v}, against Debian
 * 13's drgn: each frame, and each parameter and variable in it. drgn has no entry values: what only wyrm knows must be
 * found in another place of the same stack.
 */
@Timeout(900)
class DrgnStacksIT {
    private static final int MIN_FRAMES = 800;
    private static final int MIN_LOCALS = 3_000;

    /** Of what only wyrm knows, at least so much in a hundred is found in another place. */
    private static final int MIN_PROVEN_PERCENT = 95;

    private static final Pattern LONG_STRING = Pattern.compile("(?s)(.*)\"\\.\\.\\. more than \\d+ bytes");

    /** A pointer to the lower half of the addresses, and a string. */
    private static final Pattern USER_STRING =
            Pattern.compile("(?m)(\\((?:const )?char \\*\\)0x[0-9a-f]{1,12}) = \"[^\n]*\"(?=,?$)");

    @TempDir
    Path folder;

    private enum Rule implements PeerRule {
        NEARER_SYMBOL(
                "of assembler's code drgn tells the symbol with a size, and wyrm the nearest; pc and line are compared",
                0.1),
        BEYOND_USER("drgn goes on from user space by frame pointers, which nothing says are kept", 0.1),
        FREED_STACK("the stack of a zombie is freed: drgn walks what is there now"),
        PARTS("drgn has no value of an object of which parts are optimized out"),
        ENTRY_VALUE("the caller tells what it passed; drgn does not ask it; most is proven by other places", 0.1),
        USER_STRING("QEMU's segments have address 0, and drgn reads there what a user's char * leads to"),
        LONG_STRING("drgn writes a string of megabytes to its end, and wyrm one of them"),
        SYMBOLS("one of them knows a symbol of an address and the other none; all else is compared");

        private final String reason;
        private final double maxShare;

        Rule(String reason) {
            this(reason, MAX_SHARE);
        }

        Rule(String reason, double maxShare) {
            this.reason = reason;
            this.maxShare = maxShare;
        }

        @Override
        public String reason() {
            return reason;
        }

        @Override
        public double maxShare() {
            return maxShare;
        }
    }

    private final Map<Proof, Integer> proofs = new TreeMap<>();
    private final List<String> unproven = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "6.1, kaslr256/vmcore.elf",
        "6.1, kdump512/vmcore.kexec",
        "6.12, kaslr256/vmcore.elf",
        "6.12, kdump512/vmcore.kexec"
    })
    void areAsDrgnSays(String series, String name) throws Exception {
        var kernel = kernel(series);
        var dump = dump(kernel, name);
        var run = Wyrm.built()
                .run(
                        "-c",
                        dump,
                        "--debug-directory",
                        kernel.root().resolve("usr/lib/debug"),
                        "--format",
                        "json",
                        "bt",
                        "--all",
                        "-v");
        assertThat(run.code()).as("%s", run).isZero();
        var ours = new LinkedHashMap<Long, JsonNode>();
        for (var row : Json.rows(run.out())) {
            ours.put(hex(row.required("task")), row);
        }
        var frames = new PeerComparison<>("DrgnStacksIT, frames, " + series + " " + name, Rule.class);
        var locals = new PeerComparison<>("DrgnStacksIT, locals, " + series + " " + name, Rule.class);
        try (var program = InProcess.open(dump, kernel)) {
            var theirs =
                    DrgnOnDump.ask("stacks.drgn.py", dump, InProcess.debugFiles(program), List.of("locals"), folder);
            assertThat(theirs).hasSameSizeAs(ours.keySet());
            for (var drgn : theirs) {
                var row = ours.get(Long.parseUnsignedLong(drgn.required("task").asText()));
                assertThat(row).as("%s", drgn).isNotNull();
                compare(program, row, drgn, frames, locals);
            }
        }
        System.out.println(frames);
        System.out.println(locals + "\n  entry values by what proves them: " + proofs + ", unproven " + unproven);
        assertThat(frames.problems()).isEmpty();
        assertThat(locals.problems()).isEmpty();
        assertThat(frames.count()).isGreaterThan(MIN_FRAMES);
        assertThat(locals.count()).isGreaterThan(MIN_LOCALS);
        var proven = proofs.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(100 * proven)
                .as("entry values: proven %s, not %s", proofs, unproven)
                .isPositive()
                .isGreaterThanOrEqualTo(MIN_PROVEN_PERCENT * (proven + unproven.size()));
    }

    /** With and without files, of a machine that was made to crash by a write to /proc/sysrq-trigger. */
    @ParameterizedTest
    @CsvSource({
        "6.1, panic256/vmcore.elf",
        "6.1, kdump512/vmcore.kexec",
        "6.1, kdump512/mdf.d31.zlib",
        "6.1, mini80-panic/vmcore.elf",
        "6.12, panic256/vmcore.elf",
        "6.12, kdump512/vmcore.kexec",
        "5.10, panic256/vmcore.elf"
    })
    void theCrashedTaskIsFollowedToTheWriteOfTheUser(String series, String name) {
        var kernel = kernel(series);
        var dump = dump(kernel, name);
        for (var files : List.of(
                List.of("--no-default-symbols"),
                List.of(
                        "--debug-directory",
                        kernel.root().resolve("usr/lib/debug").toString()))) {
            for (var words : List.of(List.of("bt"), List.of("bt", "-p"))) {
                var line = new ArrayList<Object>(List.of("-c", dump));
                line.addAll(files);
                line.addAll(List.of("--format", "json"));
                line.addAll(words);
                var run = Wyrm.built().run(line.toArray());
                assertThat(run.code()).as("%s", run).isZero();
                var row = Json.rows(run.out()).getFirst();
                var functions = new ArrayList<String>();
                row.required("frames")
                        .forEach(frame -> functions.add(
                                frame.required("function").asText().replaceAll("\\..*", "")));
                assertThat(functions)
                        .as("%s", run)
                        .containsSubsequence(
                                "sysrq_handle_crash",
                                "__handle_sysrq",
                                "write_sysrq_trigger",
                                "proc_reg_write",
                                "vfs_write",
                                "ksys_write",
                                "do_syscall_64",
                                "entry_SYSCALL_64_after_hwframe");
                var last = row.required("frames").get(functions.size() - 1);
                assertThat(last.required("user").asBoolean()).as("%s", run).isTrue();
                assertThat(row.required("problem").isNull()).as("%s", run).isTrue();
            }
        }
    }

    private static LabKernel kernel(String series) {
        return LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: the lab has no debug files of " + series));
    }

    private static Path dump(LabKernel kernel, String name) {
        var dump = kernel.root().resolveSibling("../out").resolve(name).normalize();
        return Files.exists(dump) ? dump : Peer.skipped("NOT COMPARED: " + dump + " is not there");
    }

    private static long hex(JsonNode address) {
        return Long.parseUnsignedLong(address.asText().substring(2), 16);
    }

    private void compare(
            Program program, JsonNode row, JsonNode drgn, PeerComparison<Rule> frames, PeerComparison<Rule> locals) {
        var who = row.required("pid") + " " + row.required("comm").asText();
        var ours = row.required("frames");
        var theirs = drgn.path("frames");
        if (row.required("state").asText().equals("Z") && ours.isEmpty()) {
            assertThat(row.required("problem").asText()).contains("its stack is freed");
            frames.taken(Rule.FREED_STACK);
            return;
        }
        var isToUser =
                !ours.isEmpty() && ours.get(ours.size() - 1).required("user").asBoolean();
        if (!row.required("problem").isNull() || !drgn.path("error").isMissingNode()) {
            frames.differs(who, drgn.path("error"), row.required("problem"));
            return;
        }
        if (isToUser && theirs.size() > ours.size()) {
            frames.taken(Rule.BEYOND_USER);
        } else if (theirs.size() != ours.size()) {
            frames.differs(who, names(theirs, "name"), names(ours, "function"));
            return;
        }
        for (var i = 0; i < ours.size(); i++) {
            compareFrames(program, who, ours.get(i), theirs.get(i), frames);
            compareLocals(new EntryValueProofs(program, row, drgn, i), who, ours.get(i), theirs.get(i), locals);
        }
    }

    private static List<String> names(JsonNode frames, String member) {
        var names = new ArrayList<String>();
        frames.forEach(frame -> names.add(frame.required(member).asText()));
        return names;
    }

    private static void compareFrames(
            Program program, String who, JsonNode ours, JsonNode theirs, PeerComparison<Rule> frames) {
        var pc = ours.required("pc").asText();
        var our = placed(pc, ours, source(ours));
        var their = placed(
                "0x%016x".formatted(Long.parseUnsignedLong(theirs.required("pc").asText())),
                theirs,
                source(theirs.required("source")));
        var ourName = ours.required("function").isNull()
                ? "0x" + Long.toHexString(hex(ours.required("pc")))
                : ours.required("function").asText();
        var theirName = theirs.required("name").asText();
        if (!our.equals(their)) {
            frames.differs(who, theirName + " " + their, ourName + " " + our);
        } else if (ourName.equals(theirName)) {
            frames.same();
        } else if (isNearer(program, ours, theirName)) {
            frames.taken(Rule.NEARER_SYMBOL);
        } else {
            frames.differs(who + " " + pc, theirName, ourName);
        }
    }

    /** {@return whether an assembler's frame has a name of ours that is between another's and the program counter} */
    private static boolean isNearer(Program program, JsonNode frame, String theirs) {
        var start = hex(frame.required("pc")) - frame.required("offset").asLong();
        return frame.required("file").asText().endsWith(".S")
                && program.symbols(theirs).stream()
                        .anyMatch(symbol -> Long.compareUnsigned(symbol.address(), start) <= 0);
    }

    private static String placed(String pc, JsonNode frame, String source) {
        return pc
                + (frame.required("inline").asBoolean() ? " inlined" : "")
                + (frame.required("interrupted").asBoolean() ? " interrupted" : "")
                + source;
    }

    private static String source(JsonNode place) {
        if (place.isNull() || place.path("file").isNull()) {
            return "";
        }
        return place.isArray()
                ? place(
                        place.get(0).asText(),
                        place.get(1).asInt(),
                        place.get(2).asInt())
                : place(
                        place.required("file").asText(),
                        place.required("line").asInt(),
                        place.required("column").asInt());
    }

    private static String place(String file, int line, int column) {
        return " " + Path.of(file).normalize() + ":" + line + ":" + column;
    }

    private void compareLocals(
            EntryValueProofs proof, String who, JsonNode ours, JsonNode theirs, PeerComparison<Rule> locals) {
        var where = who + " #" + ours.required("index") + " "
                + ours.required("function").asText() + " ";
        var our = innermost(ours);
        var their = innermost(theirs);
        for (var name : their.keySet()) {
            if (our.containsKey(name)) {
                compareLocal(proof, where + name, our.get(name), their.get(name), locals);
            }
        }
        if (!our.keySet().equals(their.keySet())) {
            locals.differs(where, their.keySet(), our.keySet());
        }
    }

    /** {@return the parameters and variables, by name: of those with one name that of the innermost scope} */
    private static Map<String, JsonNode> innermost(JsonNode frame) {
        var byName = new TreeMap<String, JsonNode>();
        frame.required("locals")
                .forEach(local -> byName.putIfAbsent(local.required("name").asText(), local));
        return byName;
    }

    private void compareLocal(
            EntryValueProofs proof, String where, JsonNode ours, JsonNode theirs, PeerComparison<Rule> locals) {
        var isAbsent = theirs.path("absent").asBoolean();
        if (ours.required("value").isNull()) {
            assertThat(ours.required("absence").asText()).as(where).isNotBlank();
            if (isAbsent) {
                locals.same();
            } else {
                locals.differs(where, theirs, ours.required("absence"));
            }
            return;
        }
        var our = ours.required("value").asText();
        if (isAbsent && our.contains("<optimized out>")) {
            locals.taken(Rule.PARTS);
        } else if (isAbsent) {
            locals.taken(Rule.ENTRY_VALUE);
            proof.of(our)
                    .ifPresentOrElse(
                            found -> proofs.merge(found, 1, Integer::sum), () -> unproven.add(where + " = " + our));
        } else if (theirs.path("text").asText().equals(our)) {
            locals.same();
        } else {
            rule(theirs.path("text").asText(), our)
                    .ifPresentOrElse(locals::taken, () -> locals.differs(where, theirs, our));
        }
    }

    private static Optional<Rule> rule(String theirs, String ours) {
        var longString = LONG_STRING.matcher(ours);
        if (longString.matches() && theirs.startsWith(longString.group(1))) {
            return Optional.of(Rule.LONG_STRING);
        }
        if (USER_STRING.matcher(theirs).replaceAll("$1").equals(ours)) {
            return Optional.of(Rule.USER_STRING);
        }
        return PointedSymbols.ALL
                        .without(theirs, address -> true)
                        .equals(PointedSymbols.ALL.without(ours, address -> true))
                ? Optional.of(Rule.SYMBOLS)
                : Optional.empty();
    }
}
