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
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Directories;
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
        LOST_REGISTERS("gdb takes registers that functions need not preserve for unchanged", 0.12),
        GUESSES("gdb goes on from code that no table tells of, by what it guesses of a frame", 0.005),
        POINTERS_TO_VALUES("gdb shows a pointer to something without an address, which has no number", 0.05),
        THROUGH_JUMPS("gdb finds what was passed through functions that ended by a jump", 0.02),
        ABSTRACT(
                "gdb shows variables that only a function's abstract entry has, or has once more, without values",
                0.05),
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

    private JsonNode theirs(Path program, Path core) throws IOException {
        var json = folder.resolve("stacks.json");
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
        var theirs = theirs(program, core);
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
                if (their.get("kind").asText().equals("tail")) {
                    comparison.taken(Rule.TAIL_CALLS);
                } else if (index >= ours.size()
                        && hasProblem
                        && their.get("function").isNull()) {
                    comparison.taken(Rule.GUESSES);
                    return;
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
            rule(frame, their, our, frame.absence(local).orElse(""))
                    .ifPresentOrElse(
                            comparison::taken,
                            () -> comparison.differs(
                                    where(frame) + ", " + local.name(),
                                    their,
                                    our + " " + frame.absence(local).orElse("")));
        }

        private static Optional<Rule> rule(StackFrame frame, String their, String our, String absence) {
            if (our.equals("[]") && their.startsWith("[")) {
                return Optional.of(Rule.VARIABLE_LENGTHS);
            }
            if (!our.equals(ABSENT)) {
                return Optional.empty();
            }
            return switch (absence) {
                case "a pointer to something that has no address" -> Optional.of(Rule.POINTERS_TO_VALUES);
                case "the caller called another function, which jumped to this one" -> Optional.of(Rule.THROUGH_JUMPS);
                default ->
                    frame.index() > 0 && absence.matches("register \\d+ of the frame is not known")
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
