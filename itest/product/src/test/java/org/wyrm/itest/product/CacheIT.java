package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cache.CacheEntry;
import org.wyrm.base.cache.CacheFolder;

/** What the product keeps for the next process, with the demo dump: a compressed one, of which tables cost something. */
@Tag("alone")
class CacheIT {
    private static final String KIND = "kernel";
    private static final int VERSION = 1;
    private static final Wyrm PRODUCT = Wyrm.built();

    /** Kallsyms' count, offsets, names, tokens and their index, and BTF. */
    private static final int RANGES = 6;

    private static final int NUMBERS_BYTES = 8 + 16 * RANGES + 7 * 8;

    private static final List<List<String>> LINES = List.of(
            List.of("tasks"),
            List.of("log"),
            List.of("mod"),
            List.of("mount"),
            List.of("sys"),
            List.of("sym", "init_task", "schedule"),
            List.of("type", "-o", "task_struct"));

    /** What each line writes without a cache. */
    private static final List<String> EXPECTED = new ArrayList<>();

    @TempDir
    Path home;

    @BeforeAll
    static void runWithoutACache() {
        var none = PRODUCT.with("XDG_CACHE_HOME", "/proc/no-such-folder").with("HOME", "/proc/no-such-folder");
        for (var line : LINES) {
            EXPECTED.add(run(none, line));
        }
    }

    private static String run(Wyrm wyrm, List<String> line) {
        var words = new ArrayList<Object>(List.of("--demo"));
        words.addAll(line);
        words.addAll(List.of("--format", "json"));
        return wyrm.run(words.toArray()).expectClean().out();
    }

    private Wyrm wyrm() {
        return PRODUCT.with("HOME", home.toString());
    }

    private CacheFolder cache() {
        return CacheFolder.at(home.resolve(".cache/wyrm"));
    }

    /** {@return the file with the kernel's tables; beside it, there is one with what was looked for in them} */
    private Path kernelFile() {
        var entries = cache().entries();
        assertThat(entries).extracting(CacheEntry::kind).containsExactlyInAnyOrder(KIND, "names");
        return entries.stream()
                .filter(entry -> entry.kind().equals(KIND))
                .findFirst()
                .orElseThrow()
                .file();
    }

    private void expectTheSameRows(String when) {
        for (var i = 0; i < LINES.size(); i++) {
            assertThat(run(wyrm(), LINES.get(i)))
                    .as("%s %s", LINES.get(i), when)
                    .isEqualTo(EXPECTED.get(i));
        }
    }

    @Test
    void theFirstRunKeepsWhatItReadAndTheRowsStayTheSame() throws IOException {
        assertThat(run(wyrm(), List.of("tasks"))).isEqualTo(EXPECTED.getFirst());
        var file = kernelFile();
        assertThat(file.getFileName().toString()).matches("[0-9a-f]{40}\\.cache");
        assertThat(cache().isWhole(cache().entries().getFirst())).isTrue();
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
        var before = Files.getAttribute(file, "unix:ino");

        expectTheSameRows("with a cache");

        assertThat(Files.getAttribute(kernelFile(), "unix:ino"))
                .as("the file is used, not written again")
                .isEqualTo(before);
    }

    @Test
    void isWhereXdgSaysItShallBe(@TempDir Path elsewhere) {
        run(wyrm().with("XDG_CACHE_HOME", elsewhere.toString()), List.of("tasks"));

        assertThat(CacheFolder.at(elsewhere.resolve("wyrm")).entries()).hasSize(2);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void theCacheSavesReadingTheDump() {
        run(wyrm(), List.of("tasks"));

        assertThat(lookups(wyrm())).isLessThan(lookups(wyrm().with("HOME", "/proc/no-such-folder")) / 2);
    }

    private static long lookups(Wyrm wyrm) {
        return wyrm.run("--demo", "tasks", "--stats")
                .err()
                .lines()
                .filter(line -> line.contains("physical memory lookups"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twentyAtOnceOnAnEmptyHomeSayTheSame() {
        var patient = wyrm().limited(Duration.ofSeconds(120));
        var line = patient.line("--demo", "tasks", "--format", "json");
        var processes = new ArrayList<Process>();
        for (var i = 0; i < 20; i++) {
            processes.add(patient.start(line));
        }

        for (var process : processes) {
            assertThat(patient.finish(line, process).expectClean().out()).isEqualTo(EXPECTED.getFirst());
        }
        assertThat(cache().isWhole(cache().entries().getFirst())).isTrue();
        try (var files = Files.list(kernelFile().getParent())) {
            assertThat(files).as("nothing is left beside it").hasSize(1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        expectTheSameRows("after twenty at once");
    }

    @Test
    void aHomeThatCannotBeWrittenIsNoError() throws IOException {
        Files.createFile(home.resolve(".cache"));

        expectTheSameRows("with a file in place of the folder");

        assertThat(Files.size(home.resolve(".cache"))).isZero();
    }

    @Test
    void anotherUserWhoMayOnlyReadItUsesIt() throws IOException {
        OtherUser.letIn(home);
        run(wyrm(), List.of("tasks"));
        try (var all = Files.walk(home)) {
            for (var file : all.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "r-xr-xr-x" : "r--r--r--"));
            }
        }
        try {
            var run = OtherUser.run(wyrm(), "--demo", "tasks", "--format", "json");

            assertThat(run.expectClean().out()).isEqualTo(EXPECTED.getFirst());
        } finally {
            try (var all = Files.walk(home)) {
                for (var directory : all.filter(Files::isDirectory).toList()) {
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }

    @Nested
    class TheCommand {
        private static final List<String> KEYS = List.of("kind", "key", "size_bytes", "last_used");

        private List<JsonNode> rows(Wyrm.Run run) {
            return Json.rows(run.out());
        }

        private List<String> keys(JsonNode row) {
            var keys = new ArrayList<String>();
            row.fieldNames().forEachRemaining(keys::add);
            return keys;
        }

        @Test
        void hasNoRowsInAnEmptyHome() {
            for (var action : List.of("list", "verify", "clear")) {
                assertThat(wyrm().run("cache", action, "--format", "json")
                                .expectClean()
                                .out())
                        .isEqualTo("[]\n");
            }
            assertThat(wyrm().run("cache", "list").expectClean().out()).isEqualTo("KIND  KEY  SIZE  LAST_USED\n");
        }

        @Test
        void listsVerifiesAndClears() throws IOException {
            run(wyrm(), List.of("tasks"));

            var listed = rows(wyrm().run("cache", "list", "--format", "json").expectClean());
            assertThat(listed).hasSize(2).allMatch(row -> keys(row).equals(KEYS));
            assertThat(listed)
                    .filteredOn(row -> row.required("kind").asText().equals(KIND))
                    .singleElement()
                    .extracting(row -> row.required("size_bytes").asLong())
                    .isEqualTo(Files.size(kernelFile()));
            var verified =
                    rows(wyrm().run("cache", "verify", "--format", "json").expectClean());
            assertThat(verified)
                    .hasSize(2)
                    .allMatch(row -> row.required("whole").asBoolean());

            var cleared = rows(wyrm().run("cache", "clear", "--format", "json").expectClean());

            assertThat(cleared).isEqualTo(listed);
            assertThat(cache().entries()).isEmpty();
        }

        @Test
        void findsDamageWithExitCode1() throws IOException {
            run(wyrm(), List.of("tasks"));
            var damaged = Files.readAllBytes(kernelFile());
            damaged[damaged.length / 2] ^= 1;
            Files.write(kernelFile(), damaged);

            for (var limit : List.of("2", "0")) {
                var verify = wyrm().run("cache", "verify", "--format", "json", "--limit", limit);

                assertThat(verify.code()).isEqualTo(1);
                assertThat(verify.errLines())
                        .singleElement()
                        .asString()
                        .startsWith("wyrm: 1 file in " + home.resolve(".cache/wyrm") + ": not whole");
                assertThat(rows(verify))
                        .hasSize(Integer.parseInt(limit))
                        .filteredOn(row -> !row.required("whole").asBoolean())
                        .hasSize(Integer.parseInt(limit) / 2);
            }

            assertThat(run(wyrm(), List.of("tasks"))).isEqualTo(EXPECTED.getFirst());
            wyrm().run("cache", "verify").expectClean();
        }

        @Test
        void refusesWhatItCannotDo() {
            assertThat(wyrm().run("cache").code()).isEqualTo(2);
            assertThat(wyrm().run("cache", "shrink").code()).isEqualTo(2);
            assertThat(wyrm().run("cache", "list", "all").code()).isEqualTo(2);
        }
    }

    @Nested
    class AFileThatIsNotAsItWasKept {
        private byte[] whole;

        @BeforeEach
        void keep() throws IOException {
            run(wyrm(), List.of("tasks"));
            whole = Files.readAllBytes(kernelFile());
        }

        private void expectReplaced(String what) throws IOException {
            assertThat(run(wyrm(), List.of("tasks"))).as(what).isEqualTo(EXPECTED.getFirst());
            assertThat(kernelFile()).as("the file after " + what).hasBinaryContent(whole);
        }

        @Test
        void changesNoRowAndIsReplacedWhenItIsDamaged() throws IOException {
            var random = new Random(1);
            for (var i = 0; i < 5; i++) {
                var damaged = whole.clone();
                var at = random.nextInt(damaged.length);
                damaged[at] ^= 0x10;
                Files.write(kernelFile(), damaged);
                expectReplaced("damage of byte %d".formatted(at));
            }
            Files.write(kernelFile(), new byte[0]);
            expectTheSameRows("with an empty file");
            expectReplaced("emptying it");
        }

        @Test
        void changesNoRowAndIsReplacedWhenItIsCutShort() throws IOException {
            for (var byteSize : List.of(1, 31, 32, 33, whole.length / 2, whole.length - 1)) {
                Files.write(kernelFile(), Arrays.copyOf(whole, byteSize));
                expectReplaced("cutting it to %d bytes".formatted(byteSize));
            }
        }

        @Test
        void changesNoRowAndIsReplacedWhenItIsOfAnotherKernel() throws IOException {
            var at = NUMBERS_BYTES;
            for (var range = 0; range < RANGES; range++) {
                var content = content();
                content.put(at, (byte) (content.get(at) ^ 1));
                var byteSize = content.getLong(16 + 16 * range);
                plant(content);
                if (range == RANGES - 1) {
                    expectTheSameRows("with another kernel's BTF");
                }
                expectReplaced("planting another kernel's table %d".formatted(range));
                at += (int) (byteSize + 7 & -8);
            }
        }

        @Test
        void changesNoRowAndIsReplacedWhenItsNumbersLie() throws IOException {
            for (var number : List.of(0, 8, 16, 24, 32, 16 * RANGES, NUMBERS_BYTES - 56, NUMBERS_BYTES - 48)) {
                for (var lie : List.of(-1L, 0L, Long.MAX_VALUE, Long.MIN_VALUE)) {
                    plant(content().putLong(number, lie));
                    expectReplaced("number %d as %d".formatted(number, lie));
                }
            }
        }

        @Test
        void changesNoRowAndIsReplacedWhenItsFormatIsAnother() throws IOException {
            cache().keep(
                            KIND,
                            VERSION + 1,
                            key(),
                            List.of(MemorySegment.ofArray(content().array())));

            expectReplaced("keeping another format under the key");
        }

        private String key() {
            return cache().entries().getFirst().key();
        }

        private ByteBuffer content() {
            var content = Arrays.copyOfRange(whole, 32, whole.length);
            return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** Its checksums are right. */
        private void plant(ByteBuffer content) {
            cache().keep(KIND, VERSION, key(), List.of(MemorySegment.ofArray(content.array())));
        }
    }
}
