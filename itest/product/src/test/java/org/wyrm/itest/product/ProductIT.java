package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The product of the archive on the demo dump, as all sorts of users run it. */
@Tag("alone")
class ProductIT {
    private static final List<String> COMMANDS = List.of("tasks", "log", "mod", "mount", "sys");

    @TempDir
    static Path folder;

    private static Path home;
    private static Path plugin;

    @BeforeAll
    static void unpack() throws Exception {
        OtherUser.letIn(folder);
        home = Wyrm.unpack(folder).home();
        plugin = TestPlugin.build(folder, "1.0.0", "hello");
        try (var all = Files.walk(home)) {
            for (var file : all.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                var rights = Files.getPosixFilePermissions(file);
                rights.removeAll(PosixFilePermissions.fromString("-w--w--w-"));
                Files.setPosixFilePermissions(file, rights);
            }
        }
    }

    @AfterAll
    static void mayBeDeleted() throws IOException {
        try (var all = Files.walk(home)) {
            for (var directory : all.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private Path state;

    @BeforeEach
    void haveNoState(@TempDir Path empty) {
        state = empty;
    }

    private Wyrm wyrm() {
        return new Wyrm(home, Map.of("PATH", "/usr/bin:/bin", "HOME", state.toString()), Duration.ofSeconds(60));
    }

    // ---- whoever runs it

    @Test
    void anyUserRunsItFromAFolderThatNobodyMayWriteTo() {
        var nobody = new Wyrm(home, Map.of(), Duration.ofSeconds(60));

        var run = OtherUser.run(nobody, "--demo", "tasks", "--format", "json");

        assertThat(Json.rows(run.expectClean().out())).hasSize(87);
    }

    @Test
    void anyUserRunsItsPlugin() {
        var nobody = new Wyrm(home, Map.of(), Duration.ofSeconds(60));

        assertThat(Json.rows(OtherUser.run(nobody, "--demo", "mount", "--format", "json")
                        .expectClean()
                        .out()))
                .hasSize(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8", "POSIX"})
    void theLanguageOfTheUserChangesNothing(String locale) {
        for (var format : List.of("text", "json", "csv")) {
            var expected = wyrm().run("--demo", "sys", "--format", format)
                    .expectClean()
                    .out();

            assertThat(wyrm().with("LC_ALL", locale)
                            .run("--demo", "sys", "--format", format)
                            .expectClean()
                            .out())
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatTheEnvironmentTellsOtherJavasIsNotHeard() {
        var run = wyrm().with("JAVA_HOME", "/nonexistent")
                .with("JAVA_TOOL_OPTIONS", "-Xmx1k")
                .with("JDK_JAVA_OPTIONS", "-Xmx1k")
                .with("_JAVA_OPTIONS", "-Xmx1k")
                .with("CLASSPATH", "/nonexistent.jar")
                .run("--demo", "mod");

        run.expectClean();
    }

    @Test
    void twentyAtOnceFromNothingSayTheSame() throws Exception {
        var expected =
                wyrm().run("--demo", "tasks", "--format", "json").expectClean().out();
        var patient = wyrm().limited(Duration.ofSeconds(120));
        try (var threads = Executors.newFixedThreadPool(20)) {
            Callable<Wyrm.Run> one = () -> patient.run("--demo", "tasks", "--format", "json");
            for (var run : threads.invokeAll(java.util.Collections.nCopies(20, one))) {
                assertThat(run.get().expectClean().out()).isEqualTo(expected);
            }
        }
    }

    // ---- what it writes

    @Test
    void jsonAndJsonLinesAndCsvSayTheSame() {
        for (var command : COMMANDS) {
            var array = Json.rows(wyrm().run("--demo", command, "--format", "json")
                    .expectClean()
                    .out());
            var lines = wyrm().run("--demo", command, "--format", "jsonl")
                    .expectClean()
                    .out()
                    .lines()
                    .map(Json::value)
                    .toList();
            var csv = Csv.read(wyrm().run("--demo", command, "--format", "csv")
                    .expectClean()
                    .out());

            assertThat(lines).as(command).isEqualTo(array).isNotEmpty();
            assertThat(csv.getFirst()).as("header of %s", command).isEqualTo(keys(array.getFirst()));
            assertThat(csv)
                    .as(command)
                    .hasSize(array.size() + 1)
                    .allMatch(row -> row.size() == csv.getFirst().size());
            assertThat(new TreeSet<>(keys(array.getFirst()))).allMatch(key -> key.matches("[a-z][a-z0-9_]*"));
            for (var i = 0; i < array.size(); i++) {
                for (var column = 0; column < csv.getFirst().size(); column++) {
                    var value = array.get(i).get(csv.getFirst().get(column));
                    if (value.isTextual() || value.isIntegralNumber()) {
                        assertThat(csv.get(i + 1).get(column)).isEqualTo(value.asText());
                    }
                }
            }
        }
    }

    private static List<String> keys(JsonNode row) {
        var keys = new ArrayList<String>();
        row.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void outputOptionsStandBeforeOrAfterTheCommand() {
        var after = wyrm().run("--demo", "mod", "--format", "json", "--limit", "2")
                .expectClean()
                .out();

        assertThat(wyrm().run("--demo", "--format=json", "--limit=2", "mod")
                        .expectClean()
                        .out())
                .isEqualTo(after);
        assertThat(Json.rows(after)).hasSize(2);
    }

    @Test
    void aliasesAreTheCommand() {
        assertThat(wyrm().run("--demo", "ps").expectClean().out())
                .isEqualTo(wyrm().run("--demo", "tasks").expectClean().out());
        assertThat(wyrm().run("--demo", "dmesg").expectClean().out())
                .isEqualTo(wyrm().run("--demo", "log").expectClean().out());
    }

    // ---- how it ends

    @Test
    void aReaderWhoHasSeenEnoughEndsItCleanly() {
        for (var format : List.of("text", "json", "jsonl", "csv")) {
            var run =
                    wyrm().shell("{ \"$wyrm\" --demo log --format " + format + "; echo \"code $?\" >&2; } | head -n 1");

            assertThat(run.err()).as(format).isEqualTo("code 0\n");
            assertThat(run.out().lines()).hasSize(1);
        }
    }

    @Test
    void aFullDiskIsAnErrorAndNoBug() {
        var run = wyrm().shell("\"$wyrm\" --demo log > /dev/full");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("wyrm: ")
                .containsIgnoringCase("no space");
    }

    @Test
    void eachKindOfErrorHasItsCode() {
        ends(2, "wyrm: no command 'taks'; did you mean tasks?", "--demo", "taks");
        ends(2, "wyrm: ", "--demo", "tasks", "--no-such-option");
        ends(2, "wyrm: ", "--demo", "tasks", "--format", "xml");
        ends(2, "wyrm: ", "--demo", "log", "--level", "9");
        ends(2, "wyrm: ", "tasks");
        ends(2, "wyrm: option -c stands before the command: wyrm -c FILE tasks", "tasks", "-c", "/nonexistent");
        ends(3, "wyrm: /nonexistent: no such file", "-c", "/nonexistent", "tasks");
        ends(4, "wyrm: ", "--demo", "sym", "no_such_symbol");
        ends(4, "wyrm: ", "--demo", "sym", "no_such_symbol", "--format", "csv");
        ends(4, "wyrm: ", "--demo", "type", "struct no_such_struct");
        ends(0, "", "--help");
        ends(0, "", "--help", "tasks");
        ends(0, "", "help", "help");
        ends(0, "", "--version");
    }

    private void ends(int code, String error, String... words) {
        var run = wyrm().run((Object[]) words);

        assertThat(run.code()).as("%s", run).isEqualTo(code);
        if (error.isEmpty()) {
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).isNotEmpty();
        } else {
            assertThat(run.errLines()).as("%s", run).singleElement().asString().startsWith(error);
            assertThat(run.out()).as("%s", run).isEmpty();
        }
    }

    @Test
    void helpNamesEveryCommandAndEveryCommandHasHelp() {
        var help = wyrm().run("--help").expectClean().out();

        for (var command : List.of("tasks", "log", "mod", "mount", "sys", "sym", "type", "plugin", "cache")) {
            assertThat(help).contains("\n  " + command);
            assertThat(wyrm().run("--help", command).expectClean().out())
                    .contains("usage: wyrm")
                    .contains(command);
        }
    }

    /** By the sources that bundles carry: how it is called, what each argument is, what it gives. */
    @Test
    void helpTellsOfEveryHelper() {
        var lines = wyrm().run("help", "helpers").expectClean().out().lines().toList();
        var names = Pattern.compile("^  (\\w+)\\((.*)\\)( .*)?$");

        var told = lines.stream()
                .map(names::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .toList();

        assertThat(told).hasSizeGreaterThan(200);
        assertThat(lines.stream().filter(line -> line.startsWith("  ")))
                .as("a helper without a signature or a summary")
                .allMatch(line -> names.matcher(line).matches() || line.startsWith("      "));
        for (var name : List.of("list_for_each_entry", "find_task", "for_each_mount", "d_path")) {
            assertThat(told).anyMatch(each -> each.group(1).equals(name));
            assertThat(wyrm().run("help", name).expectClean().out())
                    .startsWith(name + "(")
                    .contains("\ngives\n", "\nexample, in a script\n", "\nkernel: ", "\nfrom org.wyrm.");
        }
        assertThat(wyrm().run("help", "list_for_each_entry").expectClean().out())
                .startsWith("list_for_each_entry(type, head, member)\n\nthe structures in a list.\n")
                .contains("\n  head                        value: struct list_head *\n")
                .contains("\nkernel: include/linux/list.h\n");
        ends(2, "wyrm: no command 'list_for_each_entri'", "help", "list_for_each_entri");
    }

    // ---- plug-ins

    @Nested
    class APlugin {
        private void install() {
            assertThat(wyrm().run("plugin", "install", plugin).expectClean().out())
                    .contains(TestPlugin.NAME);
        }

        @Test
        void isThereForTheNextStartUntilItIsRemoved() {
            ends(2, "wyrm: no command 'hello'", "hello");

            install();

            var rows = Json.rows(
                    wyrm().run("hello", "--format", "json").expectClean().out());
            assertThat(rows).hasSize(3);
            assertThat(rows.getLast().required("greeting").asText()).isEqualTo("hello \"quoted\", with a comma \u00e9");
            assertThat(wyrm().run("plugin", "list").expectClean().out()).contains(TestPlugin.NAME, "org.wyrm.fs");
            assertThat(wyrm().run("--help").expectClean().out()).contains("hello");

            wyrm().run("plugin", "remove", TestPlugin.NAME).expectClean();

            ends(2, "wyrm: no command 'hello'", "hello");
            assertThat(wyrm().run("plugin", "list").expectClean().out()).doesNotContain(TestPlugin.NAME);
            // What comes with the product is still there.
            wyrm().run("--demo", "mount").expectClean();
        }

        @Test
        void ofANewerVersionTakesThePlaceOfTheOlder() throws Exception {
            install();

            wyrm().run("plugin", "install", TestPlugin.build(folder, "1.1.0", "good day"))
                    .expectClean();

            assertThat(wyrm().run("hello").expectClean().out())
                    .contains("good day")
                    .doesNotContain("hello \"");
            var listed = Json.rows(wyrm().run("plugin", "list", "--format", "json")
                            .expectClean()
                            .out())
                    .stream()
                    .filter(row -> row.required("name").asText().equals(TestPlugin.NAME))
                    .toList();
            assertThat(listed)
                    .singleElement()
                    .satisfies(
                            row -> assertThat(row.required("version").asText()).isEqualTo("1.1.0"));
        }

        @Test
        void isNotInstalledWhenItsFileIsNoBundle() throws IOException {
            var notes = Files.writeString(state.resolve("notes.jar"), "not a jar");
            var half = state.resolve("half.jar");
            Files.write(half, java.util.Arrays.copyOf(Files.readAllBytes(plugin), (int) Files.size(plugin) / 2));

            for (var file : List.of(notes, half, state.resolve("missing.jar"), state)) {
                var run = wyrm().run("plugin", "install", file);

                assertThat(run.code()).as("%s", run).isEqualTo(1);
                assertThat(run.errLines())
                        .as("%s", run)
                        .singleElement()
                        .asString()
                        .startsWith("wyrm: ");
            }
            assertThat(Json.rows(wyrm().run("plugin", "list", "--format", "json")
                            .expectClean()
                            .out()))
                    .isNotEmpty()
                    .allMatch(row -> row.required("state").asText().equals("shipped"));
        }

        @Test
        void thatIsNotThereCannotBeRemoved() {
            ends(1, "wyrm: no plug-in 'no.such.plugin'", "plugin", "remove", "no.such.plugin");
            ends(1, "wyrm: no plug-in 'nofile': it is no file", "plugin", "install", "nofile");
            ends(1, "wyrm: ./nofile: no such file", "plugin", "install", "./nofile");
            ends(2, "wyrm: plugin list wants no more words: 'x'", "plugin", "list", "x");
        }

        @Test
        void isInstalledByManyAtOnceOnlyOnce() throws Exception {
            try (var threads = Executors.newFixedThreadPool(6)) {
                Callable<Wyrm.Run> one = () -> wyrm().run("plugin", "install", plugin);
                for (var run : threads.invokeAll(java.util.Collections.nCopies(6, one))) {
                    assertThat(run.get().code()).as("%s", run.get()).isZero();
                }
            }
            assertThat(wyrm().run("hello").expectClean().out()).contains("hello");
            assertThat(wyrm().run("plugin", "list", "--format", "csv")
                            .expectClean()
                            .out()
                            .split(TestPlugin.NAME, -1))
                    .hasSize(2);
        }

        @Test
        void withABugIsReportedAsOne() {
            install();

            var run = wyrm().run("broken");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.errLines())
                    .as("%s", run)
                    .singleElement()
                    .asString()
                    .startsWith("wyrm: this is a bug of a plug-in, in com.example.hello.Commands$Broken: ")
                    .contains("a bug of mine", "please send ");
            assertThat(run.err()).doesNotContain("\tat ");
        }

        @Test
        void endsNoProcessOfOthers() {
            install();

            ends(1, "wyrm: this is a bug of a plug-in, in com.example.hello.Commands$Exit: ", "exit");
            ends(1, "wyrm: this is a bug of a plug-in, in com.example.hello.Commands$Halt: ", "halt");
        }

        @Test
        void thatPrintsDoesNotPrintAmongRows() {
            install();

            var run = wyrm().run("printing", "--format", "json");
            assertThat(run.code()).isZero();
            assertThat(Json.rows(run.out())).hasSize(1);
            assertThat(run.err()).isEqualTo("not a row\n");
        }

        // ---- Ctrl-C

        @Test
        void isStoppedByCtrlCWhileItWrites() throws Exception {
            install();

            interrupted("endless", "--format", "jsonl");
        }

        @Test
        void isStoppedByCtrlCWhileItFindsNothing() throws Exception {
            install();

            assertThat(interrupted("quiet")).isLessThan(Duration.ofSeconds(2));
        }

        @Test
        void isAbandonedAfterCtrlCWhenItDoesNotStop() throws Exception {
            install();

            assertThat(interrupted("stubborn")).isLessThan(Duration.ofSeconds(2));
        }

        /** {@return how long it took to end after SIGINT} */
        private Duration interrupted(String... words) throws Exception {
            // A check that runs in the background of a shell has SIGINT ignored, and so have its children.
            var line = new ArrayList<>(List.of("/usr/bin/env", "--default-signal=INT"));
            line.addAll(wyrm().line((Object[]) words));
            var process = wyrm().start(line);
            try {
                // It runs when it has written something, wherever to.
                var first = words[0].equals("endless") ? process.getInputStream() : process.getErrorStream();
                var reader = new BufferedReader(new InputStreamReader(first, StandardCharsets.UTF_8));
                assertThat(reader.readLine()).isNotNull();
                var drain = Thread.ofVirtual().start(() -> reader.lines().forEach(_ -> {}));
                var began = System.nanoTime();
                assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                                .start()
                                .waitFor())
                        .isZero();

                assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("it ends").isTrue();

                var took = Duration.ofNanos(System.nanoTime() - began);
                drain.join();
                assertThat(process.exitValue()).isEqualTo(130);
                return took;
            } finally {
                process.destroyForcibly();
            }
        }

        @Test
        void isStoppedByAReaderWhoHasSeenEnough() {
            install();

            var run = wyrm().shell("{ \"$wyrm\" endless --format csv; echo \"code $?\" >&2; } | head -n 3");

            assertThat(run.err()).isEqualTo("code 0\n");
            assertThat(run.out().lines()).hasSize(3);
        }

        @Test
        void isStoppedByALimitOfRows() {
            install();

            assertThat(Json.rows(wyrm().run("endless", "--limit", "5", "--format", "json")
                            .expectClean()
                            .out()))
                    .hasSize(5);
        }
    }
}
