package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command on each of many dumps: of three kernels, and of what is no dump. */
@Timeout(300)
class ManyDumpsIT {
    @TempDir
    Path folder;

    private final List<Path> dumps = new ArrayList<>();

    @BeforeEach
    void link() throws IOException {
        for (var series : List.of("5.10", "6.1", "6.12")) {
            var dump = GuestDump.of(series, "kaslr256").file();
            dumps.add(Files.createSymbolicLink(folder.resolve("a-" + series + ".vmcore"), dump));
        }
        Files.createDirectory(folder.resolve("a-folder.vmcore"));
    }

    private Wyrm.Run run(String... words) {
        var all = new ArrayList<Object>(List.of("-c", folder + "/a-*.vmcore"));
        all.addAll(List.of(words));
        return Wyrm.built().run(all.toArray());
    }

    private static String alone(Path dump, String... words) {
        var all = new ArrayList<Object>(List.of("-c", dump));
        all.addAll(List.of(words));
        return Wyrm.built().run(all.toArray()).out();
    }

    /** {@return what is said of each alone, under its name} */
    private String underNames(String... words) {
        return dumps.stream()
                .map(dump -> "TARGET: " + dump + "\n" + alone(dump, words))
                .collect(Collectors.joining("\n"));
    }

    /** The rows of each, as they are of it alone, with its name. */
    @Test
    void givesRowsThatSayOfWhichTheyAre() {
        var expected = new ArrayList<String>();
        for (var dump : dumps) {
            alone(dump, "tasks", "--format", "jsonl")
                    .lines()
                    .forEach(line -> expected.add("{\"target\":\"" + dump + "\"," + line.substring(1)));
        }

        assertThat(run("tasks", "--format", "jsonl").expectClean().out().lines())
                .containsExactlyElementsOf(expected);
        var array = Json.rows(run("tasks", "--format", "json").expectClean().out());
        assertThat(array).hasSize(expected.size());
        assertThat(array.stream().map(JsonNode::toString)).containsExactlyElementsOf(expected);
        var csv = run("mod", "--format", "csv").expectClean().out().lines().toList();
        assertThat(csv.getFirst()).startsWith("target,name,");
        assertThat(csv.stream().filter(line -> line.startsWith("target,"))).hasSize(1);
        assertThat(csv)
                .hasSize(1 + Json.rows(run("mod", "--format", "json").out()).size());
    }

    @Test
    void showsTextUnderTheNameOfEach() {
        var text = underNames("bt", "1");

        assertThat(run("bt", "1").expectClean().out()).isEqualTo(text);
        assertThat(run("tasks", "--limit", "2").expectClean().out().lines()).hasSize(3 * 4 + 2);
    }

    /** What is no dump, and what is cut off, is a row and a message; the others are there. */
    @Test
    void goesOnWhereOneIsBroken() throws IOException {
        Files.writeString(folder.resolve("a-0.vmcore"), "hello");
        try (var whole = Files.newInputStream(dumps.get(1))) {
            Files.write(folder.resolve("a-9.vmcore"), whole.readNBytes(100_000));
        }

        var run = run("tasks", "--format", "jsonl", "--limit", "1");

        var rows = run.out().lines().map(Json::value).toList();
        assertThat(run.code()).isBetween(3, 6);
        assertThat(rows).hasSize(5);
        assertThat(rows.getFirst().required("target").asText()).endsWith("a-0.vmcore");
        assertThat(rows.getFirst().required("error").asText()).contains("not recognised");
        assertThat(rows.getLast().required("error").asText()).isNotEmpty();
        assertThat(rows.get(1).required("pid").asInt()).isEqualTo(1);
        assertThat(run.errLines()).anyMatch(line -> line.startsWith("wyrm: " + folder + "/a-0.vmcore: not recognised"));
        assertThat(Json.rows(run("sys", "--format", "json").out())).hasSize(5);
    }

    @Test
    void stopsOneThatTakesTooLong() throws Exception {
        var jar = TestPlugin.build(folder, "1.0.0", "good day");
        var wyrm = Wyrm.built().with("HOME", folder.resolve("home").toString());
        wyrm.run("plugin", "install", "--unsigned", jar).expectClean();

        for (var command : List.of("quiet", "stubborn")) {
            var run = wyrm.run("-c", folder + "/a-*.vmcore", "--seconds", "1", command);
            assertThat(run.code()).as("%s", run).isEqualTo(1);
            assertThat(run.errLines().stream().filter(line -> line.contains(" 1 s")))
                    .hasSize(3);
        }
    }

    /** Each prints what it prints of that target alone; the standard input is the script of all. */
    @Test
    void runsAScriptOnEach() throws IOException {
        Files.writeString(folder.resolve("a-0.vmcore"), "hello");
        var code = "println for_each_task().findAll { it.mm }.collect { it.comm }; System.out.println(args)";
        var text = underNames("-e", code, "x");

        var run = run("-e", code, "x");
        var piped =
                Wyrm.built().shell("printf '%s' '" + code + "' | \"$wyrm\" -c '" + folder + "/a-*.vmcore' script - x");

        for (var each : List.of(run, piped)) {
            assertThat(each.out()).isEqualTo(text);
            assertThat(each.code()).isEqualTo(3);
            assertThat(each.errLines()).first().asString().contains("a-0.vmcore: not recognised");
        }
    }

    @Test
    void stopsScriptsThatDoNotEnd() {
        var run = run("--seconds", "1", "-e", "println 1; while (true) {}");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("1\n");
        assertThat(run.errLines()).hasSize(3).allMatch(line -> line.endsWith("vmcore: stopped after 1 s"));
        assertThat(run("-e", "exit(9)").code()).isEqualTo(9);
    }

    /** As the shell's own patterns: in folders too, and no hidden name unless it is said. */
    @Test
    void takesPatternsOfFolders() throws IOException {
        for (var name : List.of("x1", "x2", ".x3")) {
            Files.createSymbolicLink(
                    Files.createDirectories(folder.resolve("crash").resolve(name))
                            .resolve("vmcore"),
                    dumps.get(1));
        }

        var run = Wyrm.built().run("-c", folder + "/cr*/*/vmcore", "sys", "--format", "jsonl");

        assertThat(run.expectClean()
                        .out()
                        .lines()
                        .map(line -> Json.value(line).required("target").asText()))
                .containsExactly(folder + "/crash/x1/vmcore", folder + "/crash/x2/vmcore");
    }

    @Test
    void isToldOfSecondsOnlyWhereThereAreMany() {
        for (var words : List.of(List.of("sys"), List.of("script", "-e", "println 1"))) {
            var all = new ArrayList<Object>(List.of("-c", dumps.getFirst(), "--seconds", "3"));
            all.addAll(words);
            var run = Wyrm.built().run(all.toArray());
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.errLines()).singleElement().asString().contains("--seconds");
        }
    }

    @Test
    void refusesAPatternThatNothingIsLike() {
        var run = Wyrm.built().run("-c", folder + "/b-*", "tasks");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.errLines()).containsExactly("wyrm: " + folder + "/b-*: no file has a name like this");
    }
}
