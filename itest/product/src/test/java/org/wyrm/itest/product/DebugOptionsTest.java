package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options that say where debugging information comes from, on the demo dump and files with its build IDs. */
class DebugOptionsTest {
    private static final String KERNEL = "3b43fad5034874490492495d552c0af6a5fab235";
    private static final String OTHER = "ffffffffffffffffffffffffffffffffffffffff";
    private static final String SOURCE = """
            struct only_here { int one; long two; } thing;
            int schedule(void) { return thing.one; }
            """;
    /** What makes a file a kernel's, or a module's. */
    private static final String KERNEL_MARK = "__attribute__((section(\".init.text\"))) int start(void) { return 1; }";

    private static final String MODULE_MARK = """
            __attribute__((section(".gnu.linkonce.this_module"))) char mark[8];
            __attribute__((section(".modinfo"))) char info[] = "name=%s";
            """;

    @TempDir
    static Path filled;

    @TempDir
    Path folder;

    @BeforeAll
    static void learnOfTheDemo() {
        Wyrm.built().with("HOME", filled.toString()).run("--demo", "sys").expectClean();
    }

    /** What is kept of the demo's kernel itself is no matter of these tests; all else each learns anew. */
    @BeforeEach
    void keepWhatIsKnownOfTheDemo() throws IOException {
        var kept = Path.of(".cache", "wyrm", "kernel", KERNEL + ".cache");
        Files.createDirectories(folder.resolve(kept).getParent());
        Files.copy(filled.resolve(kept), folder.resolve(kept));
    }

    private Wyrm.Run run(Object... words) {
        var line = new ArrayList<Object>(List.of("--demo"));
        line.addAll(List.of(words));
        return Wyrm.built().with("HOME", folder.toString()).run(line.toArray());
    }

    private List<JsonNode> rows(Object... words) {
        var line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--format", "json"));
        return Json.rows(run(line.toArray()).expectClean().out());
    }

    private void refused(int code, String message, Object... words) {
        var run = run(words);

        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.errLines()).as("%s", run).singleElement().asString().contains(message);
        assertThat(run.out()).isEmpty();
    }

    private Path compile(String name, String buildId, String more, String... options) throws Exception {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        var source = Files.writeString(folder.resolve(name + ".c"), SOURCE + more);
        var gcc = new ArrayList<>(List.of("gcc", "-g", "-fPIC", "-nostdlib", "-Wl,--build-id=0x" + buildId));
        gcc.addAll(List.of(options));
        gcc.addAll(List.of("-o", file.toString(), source.toString()));
        assertThat(new ProcessBuilder(gcc).inheritIO().start().waitFor()).isZero();
        return file;
    }

    private Path kernel(String name, String buildId) throws Exception {
        return compile(name, buildId, KERNEL_MARK, "-shared");
    }

    private Path module(String file, String module, String buildId) throws Exception {
        return compile(file, buildId, MODULE_MARK.formatted(module), "-r");
    }

    private String buildIdOf(String module) {
        return rows("debuginfo", "-v").stream()
                .filter(row -> row.get("part").asText().equals("module " + module))
                .findFirst()
                .orElseThrow()
                .get("build_id")
                .asText();
    }

    @Nested
    class Symbols {
        @Test
        void ofTheKernelAreUsed() throws Exception {
            var file = kernel("vmlinux", KERNEL);

            assertThat(run("-s", file, "type", "only_here").expectClean().out()).startsWith("struct only_here {");
            assertThat(rows("-s", file, "debuginfo").getFirst().get("way").asText())
                    .isEqualTo("given file");
        }

        @Test
        void ofSeveralKernelsAreRefused() throws Exception {
            refused(
                    3,
                    "is a kernel, but not that of the target: its build ID " + OTHER + " is not " + KERNEL,
                    "-s",
                    kernel("vmlinux", KERNEL),
                    "-s",
                    kernel("other", OTHER),
                    "tasks");
        }

        @Test
        void ofALoadedModuleAreUsed() throws Exception {
            var file = module("virtio-blk.ko", "virtio_blk", buildIdOf("virtio_blk"));
            var start = rows("mod").stream()
                    .filter(row -> row.get("name").asText().equals("virtio_blk"))
                    .findFirst()
                    .orElseThrow()
                    .get("address")
                    .asText();

            assertThat(run("-s", file, "type", "only_here").expectClean().out()).startsWith("struct only_here {");
            assertThat(rows("-s", file, "line", start)).singleElement().satisfies(row -> {
                assertThat(row.get("function").asText()).isEqualTo("schedule");
                assertThat(row.get("line").asInt()).isEqualTo(2);
            });
        }

        @Test
        void ofAModuleDefineWhatTheKernelOnlyDeclares() throws Exception {
            var file = compile(
                    "virtio_blk.ko",
                    buildIdOf("virtio_blk"),
                    MODULE_MARK.formatted("virtio_blk") + "struct kvm_lapic { int private; } lapic;",
                    "-r");

            var declared =
                    Json.rows(run("type", "kvm_lapic", "--format", "json").out());
            var defined = rows("-s", file, "type", "kvm_lapic");

            assertThat(declared)
                    .singleElement()
                    .satisfies(type -> assertThat(type.get("members")).isEmpty());
            assertThat(defined)
                    .singleElement()
                    .satisfies(
                            type -> assertThat(type.get("definition").asText()).contains("int private;"));
        }

        @Test
        void ofAModuleThatIsNotLoadedAreRefused() throws Exception {
            refused(
                    3,
                    "is a kernel module (nf_tables) with build ID " + OTHER + ", of no part of the target",
                    "-s",
                    module("nf_tables.ko", "nf_tables", OTHER),
                    "tasks");
        }

        @Test
        void ofAnotherBuildOfAModuleAreRefused() throws Exception {
            refused(
                    3,
                    "is a kernel module, but not that of the target: its build ID " + OTHER + " is not ",
                    "-s",
                    module("virtio_blk.ko", "virtio_blk", OTHER),
                    "tasks");
        }

        @Test
        void thatAreCutShortAreRefused() throws Exception {
            var file = module("virtio_blk.ko", "virtio_blk", buildIdOf("virtio_blk"));
            var bytes = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

            refused(6, "virtio_blk.ko+0x", "-s", file, "tasks");
        }

        @Test
        void ofAModuleThatAreDamagedAreAnErrorWhereTheyAreNeeded() throws Exception {
            var file = module("virtio_blk.ko", "virtio_blk", buildIdOf("virtio_blk"));
            damageRelocations(file);

            refused(7, "[.rela.debug_info]+0x", "-s", file, "line", "virtblk_probe");
            assertThat(rows("-s", file, "tasks")).isNotEmpty();
        }

        @Test
        void thatAreFoundAndDamagedAreToldOfAndLeftOut() throws Exception {
            var file = module("kernel/virtio_blk.ko", "virtio_blk", buildIdOf("virtio_blk"));
            damageRelocations(file);

            var run = run("--kernel-directory", file.getParent(), "debuginfo", "--format", "json");

            assertThat(run.code()).isZero();
            assertThat(run.errLines()).singleElement().asString().startsWith("wyrm: warning: module virtio_blk: ");
            assertThat(Json.rows(run.out())).anySatisfy(row -> {
                assertThat(row.get("part").asText()).isEqualTo("module virtio_blk");
                assertThat(row.get("file").isNull()).isTrue();
                assertThat(row.get("tried").toString()).contains("[.rela.debug_info]");
            });
        }

        @Test
        void thatAreFoundAreOpenedOnlyForNamesThatTheirKeptIndexesHave() throws Exception {
            var file = module("kernel/virtio_blk.ko", "virtio_blk", buildIdOf("virtio_blk"));
            var folder = file.getParent();
            var whole = run("--kernel-directory", folder, "type", "only_here");
            assertThat(whole.expectClean().out()).startsWith("struct only_here {");
            damageRelocations(file);

            var absent = run("--kernel-directory", folder, "type", "no_such_type");
            var known = run("--kernel-directory", folder, "type", "only_here");

            assertThat(absent.errLines()).singleElement().asString().contains("no type 'no_such_type'");
            assertThat(known.errLines()).first().asString().contains("[.rela.debug_info]+0x");
        }

        /** Gives the first relocation a type that there is not. */
        private void damageRelocations(Path file) throws Exception {
            damage(file, "\\.rela\\.debug_info\\s+RELA", 8);
        }
    }

    /** Overwrites a byte of a section that a line of readelf's tells of. */
    private static void damage(Path file, String section, int byteOffset) throws Exception {
        var sections = new String(
                new ProcessBuilder("readelf", "-SW", file.toString())
                        .start()
                        .getInputStream()
                        .readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        var offset =
                java.util.regex.Pattern.compile(section + "\\s+\\S+\\s+(\\S+)").matcher(sections);
        assertThat(offset.find()).isTrue();
        var bytes = Files.readAllBytes(file);
        bytes[Integer.parseInt(offset.group(1), 16) + byteOffset] = 0x7f;
        Files.write(file, bytes);
    }

    @Nested
    class ExtraSymbols {
        @Test
        void giveTypesAndNeitherAddressesNorLines() throws Exception {
            var file = compile("extra.so", OTHER, "", "-shared");

            assertThat(run("--extra-symbols", file, "type", "only_here")
                            .expectClean()
                            .out())
                    .startsWith("struct only_here {");
            assertThat(rows("--extra-symbols", file, "sym", "schedule")).isEqualTo(rows("sym", "schedule"));
            assertThat(rows("--extra-symbols", file, "tasks")).isEqualTo(rows("tasks"));
            for (var place : List.of("schedule", "extra.so.c:2", "0x1000")) {
                var line = run("--extra-symbols", file, "line", place);
                assertThat(line.code()).as("%s", line).isEqualTo(4);
            }
        }

        @Test
        void withoutATargetAreJustAFile() throws Exception {
            var file = compile("extra.so", OTHER, "", "-shared");

            var run = Wyrm.built().with("HOME", folder.toString()).run("--extra-symbols", file, "type", "only_here");

            assertThat(run.expectClean().out()).startsWith("struct only_here {");
        }

        @Test
        void withoutDwarfAreRefused() {
            refused(3, "/bin/sh: has no debugging information", "--extra-symbols", "/bin/sh", "tasks");
        }
    }

    @Nested
    class TheSearch {
        private Path debug;

        private Path directory() throws Exception {
            debug = kernel("debug/.build-id/3b/43fad5034874490492495d552c0af6a5fab235.debug", KERNEL);
            return folder.resolve("debug");
        }

        private JsonNode kernelRow(Object... words) {
            var line = new ArrayList<>(List.of(words));
            line.addAll(List.of("debuginfo", "-v"));
            return rows(line.toArray()).getFirst();
        }

        @Test
        void isForTheKernelAndItsModules() {
            assertThat(rows("debuginfo", "-v")).hasSize(10);
        }

        @Test
        void mayBeForTheKernelOnly() {
            assertThat(rows("--main-symbols", "debuginfo", "-v"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.get("part").asText()).startsWith("kernel "));
        }

        @Test
        void mayBeForNothing() {
            assertThat(rows("--no-default-symbols", "debuginfo")).isEmpty();
            refused(2, "exclude each other", "--no-default-symbols", "--main-symbols", "tasks");
        }

        @Test
        void goesTheWaysThatAreNotExcluded() throws Exception {
            var directory = directory();

            assertThat(kernelRow("--debug-directory", directory).get("file").asText())
                    .isEqualTo(debug.toString());
            for (var ways : List.of("build-id", "kmod,build-id", "standard")) {
                var row = kernelRow("--debug-directory", directory, "--no-symbols-by", ways);
                assertThat(row.get("file").isNull()).as("%s", row).isTrue();
                assertThat(row.get("places").asInt() == 0).as("%s", row).isEqualTo(ways.equals("standard"));
            }
        }

        @Test
        void leavesOutADamagedKernelFileAndTellsOfIt() throws Exception {
            var directory = directory();
            assertThat(new ProcessBuilder("objcopy", "--compress-debug-sections=zlib-gabi", debug.toString())
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
            // The algorithm of the compression.
            damage(debug, "\\.debug_info\\s+PROGBITS", 0);

            var run = run("--debug-directory", directory, "tasks", "--format", "json");

            assertThat(run.code()).isZero();
            assertThat(run.errLines())
                    .singleElement()
                    .asString()
                    .startsWith("wyrm: warning: kernel ")
                    .contains(".debug_info");
            assertThat(Json.rows(run.out())).isEqualTo(rows("tasks"));
            refused(7, ".debug_info", "-s", debug, "type", "task_struct");
        }

        @Test
        void knowsItsWaysByName() {
            var ways =
                    "they are build-id, debug-link, supplementary, module-name, kmod, kmod=depmod, kmod=walk, standard,"
                            + " debuginfod";
            refused(
                    2,
                    "'guess' is no way to find debugging information; " + ways,
                    "--try-symbols-by",
                    "guess",
                    "tasks");
            refused(2, "'' is no way", "--no-symbols-by", "build-id,", "tasks");
            refused(2, "'guess'", "--no-default-symbols", "--no-symbols-by", "guess", "tasks");
        }

        @Test
        void mayLeaveOutTheUsualDirectories() throws Exception {
            var mine = folder.resolve("mine");
            var row = kernelRow(
                    "--debug-directory",
                    mine,
                    "--kernel-directory",
                    mine,
                    "--no-default-debug-directories",
                    "--no-default-kernel-directories");

            assertThat(row.get("places").asInt()).isGreaterThan(5);
            assertThat(row.get("tried"))
                    .allSatisfy(place -> assertThat(place.asText()).startsWith(mine.toString()));
        }
    }

    @Nested
    class WhatIsMissing {
        private static final String HINT = "install linux-image-6.1.0-56-cloud-amd64-dbg, or let servers be asked:"
                + " --try-symbols-by debuginfod";

        @Test
        void isShownInAFewLinesWithWhatToDo() {
            assertThat(run("--no-symbols-by", "standard", "debuginfo")
                            .expectClean()
                            .out())
                    .isEqualTo("""
                    kernel 6.1.0-56-cloud-amd64
                      build ID: %s
                      file: none was found
                    9 modules
                      file: none was found

                    %s
                    """.formatted(KERNEL, HINT));
            var rows = rows("debuginfo");
            assertThat(rows).hasSize(2);
            assertThat(rows.getFirst().get("hint").isNull()).isTrue();
            assertThat(rows.getLast().get("hint").asText()).isEqualTo(HINT);
            assertThat(rows.getLast().get("modules")).hasSize(9);
        }

        @Test
        void isNamedByLine() {
            refused(
                    4,
                    "no debugging information of kernel 6.1.0-56-cloud-amd64 was found: `debuginfo`",
                    "line",
                    "schedule");
            refused(4, "no debugging information of module virtio_blk was found: `debuginfo`", "line", "virtblk_probe");
            refused(4, "there is no debugging information", "--no-default-symbols", "line", "schedule");
        }

        @Test
        void isNoMatterOfOtherCommands() throws IOException {
            for (var command : List.of("tasks", "mod", "sys", "log")) {
                run(command).expectClean();
            }
        }
    }
}
