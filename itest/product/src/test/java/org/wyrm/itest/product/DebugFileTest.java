package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cache.CacheFolder;

/** The product on a file with DWARF, the one that it was trained on; distribution/training/make.sh has its source. */
class DebugFileTest {
    private static Path file;

    @TempDir
    Path home;

    @BeforeAll
    static void findTheFile() {
        file = Path.of(System.getProperty("wyrm.distribution"))
                .resolve("../training/debug.elf")
                .normalize();
    }

    private Wyrm wyrm() {
        return Wyrm.built().with("HOME", home.toString());
    }

    private String out(Object... words) {
        var line = new ArrayList<Object>(List.of("--symbols", file));
        line.addAll(List.of(words));
        return wyrm().run(line.toArray()).expectClean().out();
    }

    @Test
    void itsTypesAreWrittenAsInItsSource() {
        assertThat(out("type", "task_struct")).isEqualTo("""
                        struct task_struct {
                                unsigned int state;
                                const char * volatile name;
                                struct list_head tasks;
                                struct {
                                        unsigned int one : 1;
                                        unsigned int two : 5;
                                        long rest : 40;
                                };
                                int (*call[3])(struct task_struct * restrict, enum pid_type, ...);
                                const struct incomplete * const other;
                                union thing thing;
                                u8 table[2][4];
                                double ratio;
                                bool flag;
                                u64 flexible[];
                        }; // 120 bytes
                        """);
        assertThat(out("type", "pid_type")).startsWith("enum pid_type {");
        assertThat(out("type", "shared.h::list_head")).startsWith("struct list_head {");
        assertThat(out("type", "unit7.c::only_7")).contains("u64 value[7];");
    }

    @Test
    void itsAddressesLeadToItsLines() {
        var rows = Json.rows(out("line", "global_function", "--format", "json"));

        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().get("function").asText()).isEqualTo("helper");
        assertThat(rows.getFirst().get("inlined").asBoolean()).isTrue();
        assertThat(rows.getFirst().get("file").asText()).endsWith("shared.h");
        assertThat(rows.getFirst().get("line").asInt()).isEqualTo(23);
        assertThat(rows.getLast().get("function").asText()).isEqualTo("global_function");
        assertThat(rows.getLast().get("file").asText()).endsWith("main.c");
        assertThat(rows.getLast().get("line").asInt()).isEqualTo(3);

        var back = Json.rows(out("line", "main.c:3", "--format", "json"));

        assertThat(back)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.get("line").asInt()).isEqualTo(3));
        assertThat(out("sym", "global_function")).contains("shared.h:23");
    }

    @Test
    void symbolsAndLinesOfAnUnlinkedFileAgree(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "NOT TESTED: there is no gcc");
        var source = folder.resolve("module.c");
        Files.writeString(source, """
                        int first(int x) { return x * 3; }
                        __attribute__((section(".init.text"))) int second(int x) { return x * 5; }
                        """);
        var object = folder.resolve("module.o");
        assertThat(new ProcessBuilder("gcc", "-g", "-O1", "-c", "-o", object.toString(), source.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();

        for (var name : List.of("first", "second")) {
            var run = wyrm().run("--symbols", object, "line", name, "--format", "json");
            var rows = Json.rows(run.expectClean().out());
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().get("function").asText()).isEqualTo(name);
        }
    }

    @Test
    void itsIndexIsKeptAndADamagedOneIsMadeAnew() throws IOException {
        var first = out("type", "task_struct", "--format", "json");
        assertThat(state()).isEqualTo("kept");
        var cache = CacheFolder.at(home.resolve(".cache/wyrm"));
        var kept = cache.entries();
        assertThat(kept).hasSize(1);
        var index = kept.getFirst().file();
        var bytes = Files.readAllBytes(index);

        for (var at = 0; at < bytes.length; at += bytes.length / 7) {
            var damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Files.write(index, damaged);

            assertThat(out("type", "task_struct", "--format", "json")).isEqualTo(first);
            assertThat(cache.isWhole(kept.getFirst())).isTrue();
            assertThat(state()).isEqualTo("kept");
        }
    }

    private String state() {
        return Json.rows(out("debuginfo", "--format", "json"))
                .getFirst()
                .get("index")
                .asText();
    }

    @Test
    void whatIsNotInItIsSaid() {
        var type = wyrm().run("--symbols", file, "type", "no_such_type");
        var line = wyrm().run("--symbols", file, "line", "main.c:9999");
        var address = wyrm().run("--symbols", file, "line", "0x12345678");

        assertThat(List.of(type.code(), line.code(), address.code())).containsOnly(4);
        assertThat(type.err()).contains("no_such_type");
        assertThat(line.err()).contains("main.c:9999");
        assertThat(address.err()).contains("the address is in no symbol");
    }

    @Test
    void aFileOfAnotherBuildIsRefused() {
        var run = wyrm().run("--demo", "--symbols", file, "tasks");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("of no part of the target");
    }

    @Test
    void aFileWithoutDwarfHasSymbolsStill() {
        var run = wyrm().run("--symbols", "/bin/sh", "type", "x");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).hasLineCount(1);
    }

    @Test
    void theBuildIdOfEachModuleIsInTheDump() {
        var rows = Json.rows(wyrm().run("--demo", "debuginfo", "--verbose", "--format", "json")
                .expectClean()
                .out());

        assertThat(rows).hasSizeGreaterThan(5);
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(row.get("build_id").asText()).as("%s", row).matches("[0-9a-f]{40}"));
    }

    @Test
    void anIndexWithAProblemIsNotThatOfTheWholeFile() throws IOException {
        var bytes = Files.readAllBytes(file);
        // DWARF 5 §7.5.1: a unit begins with its size.
        var unit = indexOf(bytes, new byte[] {5, 0, 1, 8}) - Integer.BYTES;
        bytes[unit + 3] = 0x7f;
        var damaged = Files.write(home.resolve("damaged.elf"), bytes);

        wyrm().run("--symbols", damaged, "debuginfo").expectClean();

        assertThat(out("type", "task_struct")).startsWith("struct task_struct {");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (var at = Integer.BYTES; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }
}
