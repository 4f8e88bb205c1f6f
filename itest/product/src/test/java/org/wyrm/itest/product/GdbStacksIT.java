package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.Program;
import org.wyrm.symbols.Scope.Local;
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

    @TempDir
    Path folder;

    /** Why gdb may answer otherwise. */
    enum Rule implements PeerRule {
        TAIL_CALLS("gdb shows functions that ended by a jump, as far as the call sites leave one way only", 0.02),
        OTHER_NAMES("gdb takes another of the names that the symbol table has for the address", 0.02),
        BETTER("wyrm knows a value by what the caller passed, and gdb knows none", 0.05),
        PARTS("gdb shows the parts of an object that are known, wyrm the whole or nothing", 0.05),
        LOST_REGISTERS("gdb takes registers that functions need not preserve for unchanged", 0.05),
        POINTERS_TO_VALUES("gdb shows a pointer to something without an address, which has no number", 0.05),
        THROUGH_JUMPS("gdb finds what was passed through functions that ended by a jump", 0.02),
        ABSTRACT("gdb shows variables that only a function's abstract entry has, or has once more, without values", 0.05),
        VARIABLE_LENGTHS("wyrm does not count the elements of an array whose length a variable has", 0.02);

        private final String reason;
        private final double maxShare;

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
        "gcc, -O2 -fno-omit-frame-pointer -gdwarf-4, abort",
        "gcc, -O0 -fno-stack-protector, smash",
        "gcc, -O2 -no-pie, nothing",
        "gcc, -O1 -fomit-frame-pointer -gsplit-dwarf, abort",
        "clang, -O0 -gdwarf-5, abort",
        "clang, -O1 -gdwarf-4, nothing",
        "clang, -O2 -gdwarf-5, abort",
        "clang, -O3 -gdwarf-4 -fno-omit-frame-pointer, abort"
    })
    void framesAreThoseOfGdb(String compiler, String flags, String way) throws IOException {
        var program = compiled(compiler, flags);
        var core = core(program, way);

        compare(compiler + " " + flags + " " + way, program, core, search());
    }

    private static DebugSettings search() {
        return DebugSettings.builder().search(Search.ALL).build();
    }

    private Path compiled(String compiler, String flags) throws IOException {
        Files.copy(FOLDER.resolve("stacks.c"), folder.resolve("stacks.c"));
        var options = new ArrayList<>(List.of(flags.split(" ", -1)));
        options.addAll(List.of("-g", "-pthread", "stacks.c"));
        return new Compiler(folder)
                .compile("stacks", compiler, options.toArray(String[]::new))
                .orElseGet(() -> Peer.skipped("NOT COMPARED: " + compiler + " " + flags + " does not run"));
    }

    /** {@return the core dump that gdb makes of a program where it crashes} */
    private Path core(Path program, String way) {
        var core = folder.resolve("core");
        var commands = new ArrayList<>(UNTIL_THE_CRASH);
        commands.addAll(List.of("run " + way, "generate-core-file " + core, "kill"));
        gdb(program, commands);
        return Files.exists(core) ? core : Peer.skipped("NOT COMPARED: gdb cannot run a program here");
    }

    private static List<String> gdb(Path program, List<String> commands) {
        var words = new ArrayList<>(List.of("-nx", "-batch", "-ex", "set debuginfod enabled off"));
        commands.forEach(command -> words.addAll(List.of("-ex", command)));
        words.add(program.toString());
        return Peer.of("gdb").ask(List.of(), words.toArray(String[]::new));
    }

    static JsonNode theirs(Path program, Path core, Path json) throws IOException {
        gdb(
                program,
                List.of(
                        "core-file " + core,
                        "set backtrace past-main on",
                        "set backtrace past-entry on",
                        "set print entry-values no",
                        "set $stacks=\"" + json + "\"",
                        "source " + FOLDER.resolve("stacks.gdb.py")));
        return Json.value(Files.readString(json));
    }

    private void compare(String what, Path program, Path core, DebugSettings settings) throws IOException {
        var theirs = theirs(program, core, folder.resolve("stacks.json"));
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
            new StackComparison(comparison, unwinder.trace(thread).frames(), thread.id())
                    .compare(theirs.get(Long.toString(thread.id())));
        }
    }

    /** One thread's frames. */
    private record StackComparison(PeerComparison<Rule> comparison, List<StackFrame> ours, long thread) {
        void compare(JsonNode theirs) {
            var index = 0;
            for (var their : theirs) {
                if (their.get("kind").asText().equals("tail")) {
                    comparison.taken(Rule.TAIL_CALLS);
                } else if (index >= ours.size()) {
                    comparison.differs("thread " + thread + ", frame " + index, their, "no frame");
                    return;
                } else {
                    compare(their, ours.get(index++));
                }
            }
            if (index < ours.size()) {
                comparison.differs("thread " + thread + ", frame " + index, "no frame", ours.get(index));
            }
        }

        private void compare(JsonNode their, StackFrame our) {
            var ourText = "%x %s %s:%s".formatted(our.pc(), our.isInlined() ? "inline" : "", file(our), line(our));
            var theirText = "%s %s %s:%s"
                    .formatted(
                            their.get("pc").asText(),
                            their.get("kind").asText().equals("inline") ? "inline" : "",
                            fileName(their.get("file").asText("")),
                            their.get("line").asText());
            var name = our.function().orElse("null");
            if (!ourText.equals(theirText)) {
                comparison.differs("thread " + thread + ", " + our, theirText, ourText);
            } else if (name.equals(their.get("function").asText("null"))) {
                comparison.same();
            } else if (our.symbol().isPresent()) {
                comparison.taken(Rule.OTHER_NAMES);
            } else {
                comparison.differs("thread " + thread + ", " + our, their.get("function"), name);
            }
            compareVariables(their.get("variables"), our);
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
            rule(their, our, frame.absence(local).orElse(""))
                    .ifPresentOrElse(
                            comparison::taken,
                            () -> comparison.differs(
                                    where(frame) + ", " + local.name(),
                                    their,
                                    our + " " + frame.absence(local).orElse("")));
        }

        private static Optional<Rule> rule(String their, String our, String absence) {
            if (our.equals("[]") && their.startsWith("[")) {
                return Optional.of(Rule.VARIABLE_LENGTHS);
            }
            if (their.equals(ABSENT)) {
                return Optional.of(Rule.BETTER);
            }
            if (!our.equals(ABSENT)) {
                return Optional.empty();
            }
            if (their.contains(ABSENT)) {
                return Optional.of(Rule.PARTS);
            }
            return switch (absence) {
                case "a pointer to something that has no address" -> Optional.of(Rule.POINTERS_TO_VALUES);
                case "the caller called another function, which jumped to this one" -> Optional.of(Rule.THROUGH_JUMPS);
                default ->
                    absence.matches("register \\d+ of the frame is not known")
                            ? Optional.of(Rule.LOST_REGISTERS)
                            : Optional.empty();
            };
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
