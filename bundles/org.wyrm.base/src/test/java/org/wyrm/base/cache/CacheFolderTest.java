package org.wyrm.base.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFolderTest {
    private static final String KIND = "kernel";
    private static final String KEY = "0123abcd";
    private static final int VERSION = 3;

    @TempDir
    Path temporary;

    private Path folder;
    private CacheFolder cache;

    @BeforeEach
    void haveAFolderThatIsNotThereYet() {
        folder = temporary.resolve("home/.cache/wyrm");
        cache = CacheFolder.at(folder);
    }

    private static List<MemorySegment> parts(String... texts) {
        return Arrays.stream(texts)
                .map(text -> MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)))
                .toList();
    }

    private void keep(String key, String... content) {
        cache.keep(KIND, VERSION, key, parts(content));
    }

    private Optional<String> found(String key) {
        return found(cache, key);
    }

    private static Optional<String> found(CacheFolder cache, String key) {
        return cache.find(KIND, VERSION, key).map(bytes -> bytes.text(0, bytes.byteSize()));
    }

    private Path file(String key) {
        return folder.resolve(KIND).resolve(key + ".cache");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder.resolve(KIND))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void usedBefore(Path file, Duration time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(time)));
    }

    @Nested
    class Content {
        @Test
        void isFoundUnderItsKey() {
            keep(KEY, "content");

            assertThat(found(KEY)).contains("content");
        }

        @Test
        void isFoundByThoseWhoOpenTheFolderLater() {
            keep(KEY, "content");

            assertThat(found(CacheFolder.at(folder), KEY)).contains("content");
        }

        @Test
        void ofSeveralPartsIsOne() {
            keep(KEY, "a", "", "bcd", "e");

            assertThat(found(KEY)).contains("abcde");
        }

        @Test
        void mayBeEmpty() {
            keep(KEY);

            assertThat(found(KEY)).contains("");
        }

        @Test
        void takesThePlaceOfWhatWasThere() {
            keep(KEY, "old");
            keep(KEY, "new");

            assertThat(found(KEY)).contains("new");
        }

        @Test
        void thatIsInUseStaysWhenItIsReplacedOrRemoved() {
            keep(KEY, "old");
            var inUse = cache.find(KIND, VERSION, KEY).orElseThrow();

            keep(KEY, "a new and longer one");
            cache.entries().forEach(cache::remove);

            assertThat(inUse.text(0, inUse.byteSize())).isEqualTo("old");
        }

        @Test
        void isOfOneKind() {
            keep(KEY, "content");

            assertThat(cache.find("other", VERSION, KEY)).isEmpty();
        }

        @Test
        void leavesNoOtherFile() throws IOException {
            keep(KEY, "content");

            assertThat(names()).containsExactly(KEY + ".cache");
        }

        @Test
        void isForTheEyesOfItsOwner() throws IOException {
            keep(KEY, "content");

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
        }
    }

    @Nested
    class IsAbsent {
        @Test
        void whatWasNeverKept() {
            assertThat(found(KEY)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, VERSION - 1, VERSION + 1, -1})
        void whatIsOfAnotherVersion(int version) {
            keep(KEY, "content");

            assertThat(cache.find(KIND, version, KEY)).isEmpty();
        }

        @Test
        void whatIsOfAnotherKey() {
            keep(KEY, "content");

            assertThat(found("0123abce")).isEmpty();
        }

        @Test
        void aFileThatWasGivenAnotherName() throws IOException {
            keep(KEY, "content");
            Files.move(file(KEY), file("4567"));

            assertThat(found("4567")).isEmpty();
        }

        @Test
        void aFileThatWasMovedToAnotherKind() throws IOException {
            keep(KEY, "content");
            Files.createDirectories(folder.resolve("other"));
            Files.move(file(KEY), folder.resolve("other").resolve(KEY + ".cache"));

            assertThat(cache.find("other", VERSION, KEY)).isEmpty();
        }

        @Test
        void aFileCutOffAnywhereUntilItIsKeptAgain() throws IOException {
            keep(KEY, "content");
            var whole = Files.readAllBytes(file(KEY));

            for (var byteSize = 0; byteSize < whole.length; byteSize++) {
                Files.write(file(KEY), Arrays.copyOf(whole, byteSize));
                assertThat(found(KEY)).as("cut off at %d", byteSize).isEmpty();
                keep(KEY, "content");
                assertThat(found(KEY)).contains("content");
            }
        }

        @Test
        void aFileWithSomethingBehindItsEnd() throws IOException {
            keep(KEY, "content");
            var whole = Files.readAllBytes(file(KEY));
            Files.write(file(KEY), Arrays.copyOf(whole, whole.length + 1));

            assertThat(found(KEY)).isEmpty();
        }

        @Test
        void aFileWithAnyByteChangedUntilItIsKeptAgain() throws IOException {
            keep(KEY, "content");
            var whole = Files.readAllBytes(file(KEY));

            for (var at = 0; at < whole.length; at++) {
                for (var mask : new int[] {1, 0x80, 0xff}) {
                    var damaged = whole.clone();
                    damaged[at] ^= (byte) mask;
                    Files.write(file(KEY), damaged);
                    assertThat(found(KEY)).as("byte %d, mask 0x%x", at, mask).isEmpty();
                }
                keep(KEY, "content");
                assertThat(found(KEY)).contains("content");
            }
        }

        @Test
        void aFolderInPlaceOfTheFile() throws IOException {
            Files.createDirectories(file(KEY));

            keep(KEY, "content");

            assertThat(found(KEY)).isEmpty();
            assertThat(cache.entries()).isEmpty();
        }

        @Test
        void aPipeInPlaceOfTheFile() throws Exception {
            Files.createDirectories(folder.resolve(KIND));
            assertThat(new ProcessBuilder("mkfifo", file(KEY).toString())
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(found(KEY)).isEmpty();
            assertThat(cache.entries()).isEmpty();

            keep(KEY, "content");
            assertThat(found(KEY)).contains("content");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ".", "..", "../key", "a/b", "/key", ".key"})
        void nothingWhoseKeyIsNoFileName(String key) {
            assertThatThrownBy(() -> found(key)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> keep(key, "content")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> cache.find(key, VERSION, KEY)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WhereNothingCanBeWritten {
        @Test
        void aFolderBelowAFileIsNone() throws IOException {
            var below =
                    CacheFolder.at(Files.createFile(temporary.resolve("file")).resolve("wyrm"));

            below.keep(KIND, VERSION, KEY, parts("content"));

            assertThat(found(below, KEY)).isEmpty();
            assertThat(below.entries()).isEmpty();
        }

        @Test
        void aFolderOfTheSystemIsNone() {
            var system = CacheFolder.at(Path.of("/proc/wyrm"));

            system.keep(KIND, VERSION, KEY, parts("content"));

            assertThat(found(system, KEY)).isEmpty();
        }

        @Test
        void noneKeepsNothing() {
            CacheFolder.none().keep(KIND, VERSION, KEY, parts("content"));

            assertThat(found(CacheFolder.none(), KEY)).isEmpty();
            assertThat(CacheFolder.none().path()).isEmpty();
            assertThat(CacheFolder.none().entries()).isEmpty();
        }

        @Test
        void whatIsInAFolderThatMayOnlyBeReadIsFound() throws IOException {
            keep(KEY, "content");
            usedBefore(file(KEY), Duration.ofDays(3));
            Files.setPosixFilePermissions(folder.resolve(KIND), PosixFilePermissions.fromString("r-xr-xr-x"));

            assertThat(found(KEY)).contains("content");

            Files.setPosixFilePermissions(folder.resolve(KIND), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Nested
    class TheLimit {
        private static final int FILE_BYTES = 32 + 10;

        private void keepOld(String key, int daysAgo) throws IOException {
            keep(key, "0123456789");
            usedBefore(file(key), Duration.ofDays(daysAgo));
        }

        @Test
        void isOfBytesOfAllFiles() throws IOException {
            keepOld("a", 3);
            keepOld("b", 2);
            cache = cache.withLimit(3 * FILE_BYTES);

            keep("c", "0123456789");

            assertThat(names()).containsExactly("a.cache", "b.cache", "c.cache");
        }

        @Test
        void takesThoseNotUsedForLongest() throws IOException {
            keepOld("a", 3);
            keepOld("b", 9);
            keepOld("c", 5);
            cache = cache.withLimit(2 * FILE_BYTES);

            keep("d", "0123456789");

            assertThat(names()).containsExactly("a.cache", "d.cache");
        }

        @Test
        void countsTheFilesOfAllKinds() throws IOException {
            cache.keep("other", VERSION, "a", parts("0123456789"));
            usedBefore(folder.resolve("other/a.cache"), Duration.ofDays(1));
            cache = cache.withLimit(FILE_BYTES);

            keep("b", "0123456789");

            assertThat(cache.entries()).extracting(CacheEntry::key).containsExactly("b");
        }

        @Test
        void sparesWhatWasFoundLately() throws IOException {
            keepOld("a", 9);
            keepOld("b", 5);
            assertThat(found("a")).isPresent();
            cache = cache.withLimit(2 * FILE_BYTES);

            keep("c", "0123456789");

            assertThat(names()).containsExactly("a.cache", "c.cache");
        }

        @Test
        void neverTakesWhatWasJustKept() throws IOException {
            keepOld("a", 1);
            // The clock was wrong once.
            keepOld("b", -400);
            cache = cache.withLimit(1);

            keep("c", "a content larger than the limit");

            assertThat(names()).containsExactly("c.cache");
        }

        @Test
        void isReachedThoughAFileCannotBeRemoved() throws IOException {
            keepOld("a", 9);
            Files.delete(file("a"));
            Files.createDirectories(file("a").resolve("below"));
            keepOld("b", 5);
            cache = cache.withLimit(FILE_BYTES);

            keep("c", "0123456789");

            assertThat(names()).containsExactly("a.cache", "c.cache");
        }
    }

    @Nested
    class WhatProcessesLeft {
        @Test
        void goesAfterADay() throws IOException {
            keep(KEY, "content");
            var leftover = Files.createFile(folder.resolve(KIND).resolve(KEY + ".4711-1.new"));
            var lately = Files.createFile(folder.resolve(KIND).resolve(KEY + ".4712-1.new"));
            usedBefore(leftover, Duration.ofHours(25));
            usedBefore(lately, Duration.ofHours(23));

            keep("other", "content");

            assertThat(leftover).doesNotExist();
            assertThat(lately).exists();
        }

        @Test
        void isNoEntry() throws IOException {
            Files.createDirectories(folder.resolve(KIND));
            Files.createFile(folder.resolve(KIND).resolve(KEY + ".4711-1.new"));

            assertThat(cache.entries()).isEmpty();
        }

        @Test
        void isNothingElse() throws IOException {
            keep(KEY, "content");
            var notes = Files.createFile(folder.resolve(KIND).resolve("notes"));
            usedBefore(notes, Duration.ofDays(400));

            keep("other", "content");

            assertThat(notes).exists();
        }
    }

    @Test
    void manyMayKeepTheSameAtOnce() throws Exception {
        var texts = List.of("a".repeat(100_000), "b".repeat(100_000));
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> one = () -> {
                for (var i = 0; i < 50; i++) {
                    keep(KEY, texts.get(i % 2));
                    // What is there is whole at all times.
                    if (found(KEY).filter(texts::contains).isEmpty()) {
                        return false;
                    }
                }
                return true;
            };
            for (var ended : threads.invokeAll(Collections.nCopies(4, one))) {
                assertThat(ended.get()).isTrue();
            }
        }
        assertThat(names()).containsExactly(KEY + ".cache");
    }

    @Nested
    class Entries {
        @Test
        void areListedThoseNotUsedForLongestFirst() throws IOException {
            keep("a", "1");
            keep("b", "22");
            cache.keep("other", VERSION, "c", parts("333"));
            usedBefore(file("b"), Duration.ofDays(2));
            usedBefore(file("a"), Duration.ofDays(1));

            assertThat(cache.entries()).extracting(CacheEntry::key).containsExactly("b", "a", "c");
            assertThat(cache.entries()).extracting(CacheEntry::kind).containsExactly(KIND, KIND, "other");
            assertThat(cache.entries()).extracting(CacheEntry::byteSize).containsExactly(34L, 33L, 35L);
            assertThat(cache.entries().getFirst().file()).isEqualTo(file("b"));
        }

        @Test
        void tellWhenTheyWereUsedToADay() throws IOException {
            keep("a", "1");
            usedBefore(file("a"), Duration.ofDays(2));

            assertThat(found("a")).isPresent();

            assertThat(cache.entries().getFirst().lastUsed().toInstant())
                    .isAfter(Instant.now().minus(Duration.ofHours(1)));
        }

        @Test
        void areWholeWhateverTheirVersion() throws IOException {
            keep("a", "1");
            cache.keep(KIND, VERSION + 1, "b", parts("2"));
            keep("c", "3");
            keep("d", "4");
            Files.move(file("a"), file("e"));
            Files.write(file("c"), new byte[5]);

            var whole = new ArrayList<String>();
            for (var entry : cache.entries()) {
                if (cache.isWhole(entry)) {
                    whole.add(entry.key());
                }
            }

            assertThat(whole).containsExactlyInAnyOrder("b", "d");
        }

        @Test
        void canBeRemoved() {
            keep("a", "1");
            var entry = cache.entries().getFirst();

            assertThat(cache.remove(entry)).isTrue();
            assertThat(cache.remove(entry)).as("what has gone is gone").isTrue();

            assertThat(cache.entries()).isEmpty();
            assertThat(cache.isWhole(entry)).isFalse();
        }
    }
}
