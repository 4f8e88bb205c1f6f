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
import org.wyrm.testkit.dump.Sample;

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
        Files.writeString(folder.resolve("module.c"), """
                        int first(int x) { return x * 3; }
                        __attribute__((section(".init.text"))) int second(int x) { return x * 5; }
                        """);
        var object = folder.resolve("module.o");
        compile(folder, "-c", "-o", "module.o", "module.c");

        for (var name : List.of("first", "second")) {
            var run = wyrm().run("--symbols", object, "line", name, "--format", "json");
            var rows = Json.rows(run.expectClean().out());
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().get("function").asText()).isEqualTo(name);
        }
    }

    private static void compile(Path folder, String... words) throws Exception {
        var line = new ArrayList<>(List.of("gcc", "-g", "-O1"));
        line.addAll(List.of(words));
        assertThat(new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void itsNamesAreListed() {
        assertThat(out("names", "pid_*", "helper", "init_task", "PIDTYPE_T*", "u8", "--format", "csv", "-l"))
                .isEqualTo("""
                        name,kind,source,definitions,places
                        PIDTYPE_TGID,constant,dwarf,,./shared.h:5
                        helper,function,dwarf,,./shared.h:23
                        init_task,variable,dwarf,,./main.c:2
                        init_task,symbol,elf,,./main.c:2
                        pid_type,enum,dwarf,,./shared.h:5
                        u8,typedef,dwarf,,./shared.h:1
                        """.replace("./", "").replace("\n", "\r\n"));
        assertThat(out("names", "--regex", "-i", "^ONLY_1.$", "--kind", "struct,union", "--limit", "2"))
                .hasLineCount(3)
                .contains("only_10", "only_11");
        assertThat(out("names", "static_function", "--kind", "function", "--format", "csv"))
                .contains("static_function,function,dwarf,24,")
                .contains("unit1.c:5", "unit24.c:5");
    }

    @Test
    void numbersAreShownInEachBase() {
        assertThat(out("eval", "-b", "(char) -PIDTYPE_TGID")).isEqualTo("""
                hexadecimal: 0xff
                    decimal: -1 (255)
                      octal: 0377
                     binary: 11111111
                   bits set: 7 6 5 4 3 2 1 0
                """);
        assertThat(out("eval", "0x10k", "--format", "csv")).contains("0x4000,16384,,,040000,");
    }

    @Test
    void whereAnExpressionIsWrongIsShown() {
        var run = wyrm().run("--symbols", file, "eval", "1 + PIDTYPE_NONE");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).isEqualTo("""
                wyrm: no variable 'PIDTYPE_NONE'
                  1 + PIDTYPE_NONE
                      ^
                """);
    }

    @Test
    void whatIsNotOfAKindOrPatternIsSaid() {
        var kind = wyrm().run("--symbols", file, "names", "x", "--kind", "colour");
        var pattern = wyrm().run("--symbols", file, "names", "[x");
        var none = wyrm().run("--symbols", file, "names", "no_such_*");

        assertThat(List.of(kind.code(), pattern.code(), none.code())).containsExactly(2, 2, 4);
        assertThat(kind.err()).contains("'colour'", "struct", "typedef", "symbol");
        assertThat(none.err()).contains("no_such_*");
    }

    @Test
    void itsMembersAreFoundByPath() {
        assertThat(out("type", "task_struct.tasks.prev")).isEqualTo("struct list_head *prev; // offset 24, 8 bytes\n");
        assertThat(out("type", "task_struct.tasks->next.prev"))
                .isEqualTo("struct list_head *prev; // offset 8, 8 bytes\n");
        assertThat(out("type", "struct", "task_struct.two")).isEqualTo("unsigned int two : 5; // offset 32, bit 1\n");
        assertThat(out("type", "-r", "-o", "unit2.c::only_2")).isEqualTo("""
                        struct only_2 {
                              [0]        struct list_head {
                              [0]                struct list_head *next;
                              [8]                struct list_head *prev;
                                         } list;
                             [16]        u64 value[2];
                        }; // 32 bytes
                        """);
        var member = Json.rows(out("type", "task_struct.tasks", "-r", "--format", "json"))
                .getFirst();
        assertThat(member.get("offset_bytes").asInt()).isEqualTo(16);
        assertThat(member.get("members").get(1).get("name").asText()).isEqualTo("prev");
        assertThat(wyrm().run("--symbols", file, "type", "task_struct.no_such").code())
                .isEqualTo(4);
        assertThat(wyrm().run("--symbols", file, "type", "task_struct.").code()).isEqualTo(2);
    }

    @Test
    void ambiguousNamesAreToldApartByFile(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "NOT TESTED: there is no gcc");
        Files.createDirectories(folder.resolve("sub"));
        Files.writeString(folder.resolve("a.c"), """
                        struct same { int a; };
                        static struct same thing = { 1 };
                        static __attribute__((noinline)) int work(int x) { return x + thing.a; }
                        int a(int x) { thing.a = x; return work(x); }
                        """);
        Files.writeString(folder.resolve("sub/a.c"), """

                        struct same { long b; char c; };
                        static struct same thing = { 2 };
                        static __attribute__((noinline)) int work(int x) { return x - thing.b; }
                        int b(int x) { thing.b = x; return work(x); }
                        int main(void) { return b(1); }
                        """);
        compile(folder, "-o", "program", "a.c", "sub/a.c");
        var program = folder.resolve("program");

        assertThat(of(program, "type", "same"))
                .contains("int a;\n}; // 4 bytes, ", "a.c:1\n", "char c;\n}; // 16 bytes, ", "sub/a.c:2\n");
        assertThat(of(program, "type", "sub/a.c::same")).contains("long b;").doesNotContain("int a;");
        assertThat(of(program, "type", "struct", "sub/a.c::same", "*")).isEqualTo("struct same *; // 8 bytes\n");
        assertThat(of(program, "sym", "work").lines()).hasSize(3);
        assertThat(of(program, "sym", "sub/a.c::work").lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("sub/a.c:4");
        assertThat(of(program, "sym", "sub/a.c::thing")).contains("sub/a.c:3");
        assertThat(of(program, "line", "sub/a.c::work")).contains("sub/a.c");
        var pointer = wyrm().run("--symbols", program, "type", "struct same *");
        var line = wyrm().run("--symbols", program, "line", "work");
        var elsewhere = wyrm().run("--symbols", program, "sym", "b.c::work");
        var type = wyrm().run("--symbols", program, "type", "b.c::same");
        assertThat(List.of(pointer.code(), line.code(), elsewhere.code(), type.code()))
                .containsOnly(4);
        assertThat(pointer.err()).contains("it is defined 2 times", "a.c:1", "sub/a.c:2", "::same");
        assertThat(line.err()).contains("2 symbols are called work", "a.c:3", "sub/a.c:4", "::work");
        assertThat(elsewhere.err()).contains("work is in ", "a.c:3", "sub/a.c:4");
        assertThat(type.err()).contains("same is in ", "a.c:1", "sub/a.c:2");
    }

    private String of(Path program, String... words) {
        var line = new ArrayList<Object>(List.of("--symbols", program));
        line.addAll(List.of(words));
        return wyrm().run(line.toArray()).expectClean().out();
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

        for (var at = 0; at < bytes.length; at += bytes.length / Sample.size(7, 2)) {
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
