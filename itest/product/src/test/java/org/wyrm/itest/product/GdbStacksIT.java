package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Directories;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.TargetType;
import org.wyrm.testkit.dwarf.Compiler;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.ThreadFinder;

/** Functions, lines and variables of all frames of compiled programs, in core dumps, as gdb has them. */
@Timeout(600)
class GdbStacksIT {
    private static final Path FOLDER = Wyrm.root().resolve("itest/product/src/test/resources/stacks");
    private static final int MIN_COMPARED = 200;
    private static final String ABSENT = "?";
    private static final List<String> UNTIL_THE_CRASH =
            List.of("set startup-with-shell off", "handle SIGUSR1 SIGILL nostop noprint pass");

    private static final Pattern LOST = Pattern.compile("register (\\d+) of the frame is not known");

    @TempDir
    Path folder;

    /** Why gdb may answer otherwise. */
    enum Rule implements PeerRule {
        TAIL_INLINES(
                "of a function that ended by a jump gdb shows only the innermost of those inlined where it jumped"),
        OTHER_NAMES("gdb takes another of the names that the symbol table has for the address"),
        UNCHANGED_REGISTERS(
                "gdb takes registers that functions need not preserve for unchanged: what it shows is in the innermost"
                        + " frame's, and that is compared",
                0.12),
        LOST_REGISTERS("the same of what is computed from such registers", 0.02),
        GUESSES("gdb goes on from code that no table tells of, by what it guesses of a frame"),
        POINTERS_TO_VALUES("gdb shows a pointer to something without an address, which has no number"),
        NO_LENGTH("gdb shows an array without elements where the length of it is lost"),
        UNCOVERED("gdb shows zeros where the pieces of an object end before it does", 0.02),
        ABSTRACT(
                "gdb shows variables that only a function's abstract entry has, or has once more: all of them without"
                        + " values",
                0.05);

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

    @ParameterizedTest
    @CsvSource({
        "gcc, -O0, abort",
        "gcc, -O1, abort",
        "gcc, -O2, abort",
        "gcc, -O3, nothing",
        "gcc, -O2 -gdwarf-4 -fno-omit-frame-pointer, abort",
        "gcc, -O0 -fno-stack-protector, smash",
        "gcc, -O2 -no-pie, nothing",
        "gcc, -O2, real",
        "clang, -O1, real",
        "gcc, -O1 -gsplit-dwarf -fomit-frame-pointer, abort",
        "clang, -O0 -gdwarf-5, abort",
        "clang, -O1 -gdwarf-4, nothing",
        "clang, -O2 -gdwarf-5, abort",
        "clang, -O3 -gdwarf-4 -fno-omit-frame-pointer, abort"
    })
    void framesAreThoseOfGdb(String compiler, String flags, String way) throws IOException {
        var program = compiled(compiler, flags);

        compare(compiler + " " + flags + " " + way, program, ofGdb(program, way), search());
    }

    @ParameterizedTest
    @CsvSource({"gcc, -O0, abort", "gcc, -O2, nothing", "gcc, -O2, real", "clang, -O2 -no-pie, abort"})
    void framesOfTheKernelsDumpsAreThoseOfGdb(String compiler, String flags, String way) throws IOException {
        var program = compiled(compiler, flags);

        compare("kernel, " + compiler + " " + flags + " " + way, program, ofKernel(program, way), search());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void framesOfStrippedProgramsAreThoseOfGdb(boolean isGiven) throws IOException {
        var compiler = new Compiler(folder);
        var program = compiled("gcc", "-O2");
        var buildId = DebugFile.open(program).buildId().orElseThrow().digits();
        var debug = folder.resolve(".build-id/" + buildId.substring(0, 2) + "/" + buildId.substring(2) + ".debug");
        Files.createDirectories(debug.getParent());
        compiler.run(folder.relativize(debug).toString(), "objcopy", "--only-keep-debug", "stacks", debug.toString())
                .orElseGet(() -> Peer.skipped("NOT COMPARED: objcopy does not run"));
        compiler.run("stripped", "strip", "-o", "stripped", "stacks")
                .orElseGet(() -> Peer.skipped("NOT COMPARED: strip does not run"));
        Files.delete(program);
        Files.move(folder.resolve("stripped"), program);
        var settings = DebugSettings.builder().search(Search.ALL);
        if (isGiven) {
            settings.file(debug);
        } else {
            settings.debugDirectories(new Directories(List.of(folder), true));
        }

        var what = isGiven ? "a file that is given" : "a file that is found";
        compare("stripped, " + what, program, ofGdb(program, "abort"), settings.build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wideRegistersAreThoseOfGdb(boolean isOfKernel) throws IOException {
        var program = compiled("gcc", "-O2");
        var core = isOfKernel ? ofKernel(program, "real") : ofGdb(program, "real");
        var theirs = theirs(program, core, "registers.gdb.py");
        var comparison = new PeerComparison<>("GdbStacksIT, wide registers", Rule.class);
        try (var opened = InProcess.open(core, search())) {
            var wide = opened.architecture().abi().orElseThrow().wideRegisters();
            for (var thread :
                    opened.extension(ThreadFinder.class).threads(opened).toList()) {
                var frame = Unwinder.of(opened).trace(thread).frames().getFirst();
                var their = theirs.required(Long.toString(thread.id()));
                for (var register : wide) {
                    var our = frame.register(register).map(GdbStacksIT::digits).orElse("");
                    if (our.equals(their.path(register.name()).asText())) {
                        comparison.same();
                    } else {
                        comparison.differs(thread.id() + " " + register, their.path(register.name()), our);
                    }
                }
            }
        }

        System.out.println(comparison);
        assertThat(comparison.problems()).isEmpty();
        assertThat(comparison.count()).isGreaterThan(MIN_COMPARED);
    }

    private static String digits(Value value) {
        if (value.type().unaliased() instanceof TargetType.Scalar) {
            return NumbersOfValue.text(() -> value);
        }
        var bytes = value.bytes();
        for (var index = 0; index < bytes.length / 2; index++) {
            var low = bytes[index];
            bytes[index] = bytes[bytes.length - 1 - index];
            bytes[bytes.length - 1 - index] = low;
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static DebugSettings search() {
        return DebugSettings.builder().search(Search.ALL).build();
    }

    private Path compiled(String compiler, String flags) throws IOException {
        Files.copy(FOLDER.resolve("stacks.c"), folder.resolve("stacks.c"));
        var options = new ArrayList<>(List.of("-g"));
        options.addAll(List.of(flags.split(" ", -1)));
        options.addAll(List.of("-pthread", "stacks.c"));
        return new Compiler(folder)
                .compile("stacks", compiler, options.toArray(String[]::new))
                .orElseGet(() -> Peer.skipped("NOT COMPARED: " + compiler + " " + flags + " does not run"));
    }

    /** {@return the core dump that gdb makes of a program where it crashes} */
    private Path ofGdb(Path program, String way) {
        var core = folder.resolve("core");
        var commands = new ArrayList<>(UNTIL_THE_CRASH);
        commands.addAll(List.of("run " + way, "generate-core-file " + core, "kill"));
        gdb(program, commands);
        return Files.exists(core) ? core : Peer.skipped("NOT COMPARED: gdb cannot run a program here");
    }

    /** {@return the core dump that the kernel writes of a program that crashes} */
    private Path ofKernel(Path program, String way) throws IOException {
        new Compiler(folder)
                .run("ended", "/bin/sh", "-c", "ulimit -c unlimited; " + program + " " + way + "; touch ended");
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("core"))
                    .findFirst()
                    .orElseGet(() -> Peer.skipped("NOT COMPARED: the kernel writes no core dump into this folder"));
        }
    }

    private List<String> gdb(Path program, List<String> commands) {
        var words = new ArrayList<>(List.of(
                "-nx",
                "-batch",
                "-iex",
                "set debuginfod enabled off",
                "-iex",
                "set debug-file-directory /usr/lib/debug:" + folder));
        commands.forEach(command -> words.addAll(List.of("-ex", command)));
        words.add(program.toString());
        return Peer.of("gdb").ask(List.of(), words.toArray(String[]::new));
    }

    private JsonNode theirs(Path program, Path core, String script) throws IOException {
        var json = folder.resolve("stacks.json");
        var said = gdb(
                program,
                List.of(
                        "core-file " + core,
                        "set backtrace past-main on",
                        "set backtrace past-entry on",
                        "set print entry-values no",
                        "set $stacks=\"" + json + "\"",
                        "source " + FOLDER.resolve(script)));
        if (!Files.exists(json)) {
            Peer.skipped("NOT COMPARED: gdb cannot read this core dump: " + String.join("; ", said));
        }
        return Json.value(Files.readString(json));
    }

    private void compare(String what, Path program, Path core, DebugSettings settings) throws IOException {
        var theirs = theirs(program, core, "stacks.gdb.py");
        var comparison = new PeerComparison<>("GdbStacksIT " + what, Rule.class);
        try (var opened = InProcess.open(core, settings)) {
            compare(comparison, opened, theirs);
        }

        System.out.println(comparison);
        assertThat(comparison.problems()).isEmpty();
        assertThat(comparison.count()).isGreaterThan(MIN_COMPARED);
    }

    static void compare(PeerComparison<Rule> comparison, Program program, JsonNode theirs) {
        var unwinder = Unwinder.of(program);
        var threads = program.extension(ThreadFinder.class).threads(program).toList();
        assertThat(threads).hasSize(theirs.size());
        for (var thread : threads) {
            var trace = unwinder.trace(thread);
            new StackComparison(comparison, trace.frames(), trace.problem().isPresent(), thread.id())
                    .compare(theirs.get(Long.toString(thread.id())));
        }
    }

    /** One thread's frames. */
    private record StackComparison(
            PeerComparison<Rule> comparison, List<StackFrame> ours, boolean hasProblem, long thread) {
        void compare(JsonNode theirs) {
            var index = 0;
            for (var their : theirs) {
                if (index >= ours.size() && hasProblem && their.get("function").isNull()) {
                    comparison.taken(Rule.GUESSES);
                    return;
                } else if (index >= ours.size()) {
                    comparison.differs("thread " + thread + ", frame " + index, their, "no frame");
                    return;
                } else {
                    compare(their, ours.get(index++));
                    while (kind(their).equals("tail") && isAround(index)) {
                        comparison.taken(Rule.TAIL_INLINES);
                        index++;
                    }
                }
            }
            if (index < ours.size()) {
                comparison.differs("thread " + thread + ", frame " + index, "no frame", ours.get(index));
            }
        }

        /** {@return whether a frame is that of a function that ended by a jump, around the one before} */
        private boolean isAround(int index) {
            return index < ours.size()
                    && ours.get(index).isTailCall()
                    && ours.get(index - 1).isInlined();
        }

        private static String kind(JsonNode their) {
            return their.get("kind").asText().replace("signal", "normal");
        }

        private void compare(JsonNode their, StackFrame our) {
            var ourText = "%x %s %s:%s".formatted(our.pc(), kind(our), file(our), line(our));
            var theirText = "%s %s %s:%s"
                    .formatted(
                            their.get("pc").asText(),
                            kind(their),
                            fileName(their.get("file").asText("")),
                            their.get("line").asText());
            var name = our.function().orElse("null");
            if (!ourText.equals(theirText)) {
                comparison.differs("thread " + thread + ", " + our, theirText, ourText);
            } else if (name.equals(their.get("function").asText("null"))) {
                comparison.same();
            } else if (isOtherName(their.get("function").asText(), our)) {
                comparison.taken(Rule.OTHER_NAMES);
            } else {
                comparison.differs("thread " + thread + ", " + our, their.get("function"), name);
            }
            compareVariables(their.get("variables"), our);
        }

        /** The C library's own names for its functions have prefixes. */
        private static boolean isOtherName(String theirs, StackFrame our) {
            return our.function().map(theirs::endsWith).orElse(false);
        }

        private void compareVariables(JsonNode theirs, StackFrame frame) {
            var ours = new TreeMap<String, List<Local>>();
            for (var local : frame.locals()) {
                ours.computeIfAbsent(local.name(), made -> new ArrayList<>()).add(local);
            }
            theirs.fields().forEachRemaining(their -> {
                var known = ours.remove(their.getKey());
                compareValues(frame, their.getKey(), their.getValue(), known == null ? List.of() : known);
            });
            ours.forEach((name, extra) -> comparison.differs(where(frame) + ", " + name, "no variable", extra));
        }

        private String where(StackFrame frame) {
            return "thread " + thread + ", " + frame;
        }

        /** Compares the variables of one name, those of the innermost block first. */
        private void compareValues(StackFrame frame, String name, JsonNode theirs, List<Local> ours) {
            var values = new ArrayList<String>();
            theirs.forEach(their -> values.add(their.asText()));
            // Those of the abstract entry stand behind the others.
            for (var at = values.size() - 1; at >= 0 && values.size() > ours.size(); at--) {
                if (values.get(at).equals(ABSENT)) {
                    values.remove(at);
                    comparison.taken(Rule.ABSTRACT);
                }
            }
            if (values.size() != ours.size()) {
                comparison.differs(where(frame) + ", " + name, theirs, ours.size() + " variables");
                return;
            }
            for (var index = 0; index < ours.size(); index++) {
                compare(frame, ours.get(index), values.get(index));
            }
        }

        private void compare(StackFrame frame, Local local, String their) {
            var our = NumbersOfValue.text(() -> frame.value(local));
            if (their.equals(our)) {
                comparison.same();
                return;
            }
            rule(frame, local, their, our)
                    .ifPresentOrElse(
                            comparison::taken,
                            () -> comparison.differs(
                                    where(frame) + ", " + local.name(),
                                    their,
                                    our + " " + frame.absence(local).orElse("")));
        }

        private Optional<Rule> rule(StackFrame frame, Local local, String their, String our) {
            if (!our.equals(ABSENT)) {
                return isZeroWhereLost(their, our) ? Optional.of(Rule.UNCOVERED) : Optional.empty();
            }
            if (their.equals("[]")) {
                return Optional.of(Rule.NO_LENGTH);
            }
            var absence = frame.absence(local).orElse("");
            // A part of each member is there.
            if (absence.isEmpty()) {
                return Optional.of(Rule.UNCOVERED);
            }
            var lost = LOST.matcher(absence);
            if (lost.matches() && frame.index() > 0) {
                return Optional.of(
                        isUnchanged(Integer.parseInt(lost.group(1)), local, their)
                                ? Rule.UNCHANGED_REGISTERS
                                : Rule.LOST_REGISTERS);
            }
            return absence.equals("a pointer to something that has no address")
                    ? Optional.of(Rule.POINTERS_TO_VALUES)
                    : Optional.empty();
        }

        private static boolean isZeroWhereLost(String their, String our) {
            var theirs = parts(their);
            var ours = parts(our);
            var lostCount = 0;
            for (var index = 0; index < ours.length && ours.length == theirs.length; index++) {
                if (!ours[index].equals(theirs[index])) {
                    if (!ours[index].equals(ABSENT) || !theirs[index].equals("0")) {
                        return false;
                    }
                    lostCount++;
                }
            }
            return lostCount > 0;
        }

        /** {@return the numbers of a value; an array of zeros is one} */
        private static String[] parts(String value) {
            return value.replaceAll("\\[0(,0)*\\]", "0").split("[\\[\\]{},]", -1);
        }

        /** {@return whether a value is that of the innermost frame's register, in the type of a variable} */
        private boolean isUnchanged(int register, Local local, String their) {
            var type = local.type().resolve();
            return ours.getFirst()
                    .register(register)
                    .filter(value ->
                            type.unaliased() instanceof TargetType.Scalar scalar && scalar.byteSize() <= Long.BYTES)
                    .map(value -> NumbersOfValue.text(() ->
                            value.program().ofBytes(type, Arrays.copyOf(value.bytes(), (int) Value.sizeOf(type)))))
                    .filter(their::equals)
                    .isPresent();
        }

        private static String kind(StackFrame frame) {
            return frame.isTailCall() ? "tail" : frame.isInlined() ? "inline" : "normal";
        }

        private static String file(StackFrame frame) {
            return frame.place().map(place -> fileName(place.file())).orElse("");
        }

        private static int line(StackFrame frame) {
            return frame.place().map(place -> place.line()).orElse(0);
        }

        private static String fileName(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }
}
