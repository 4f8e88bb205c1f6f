package org.wyrm.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.symbols.btf.KallsymsLocations;

/** An image of 64 KiB at {@code _stext}: kallsyms without VMCOREINFO's help, and a table of 32 KiB that stands for BTF. */
class KernelImageTest {
    private static final String BUILD_ID = "0123456789abcdef0123456789abcdef01234567";
    private static final String KIND = "kernel";
    private static final int VERSION = 1;
    private static final long TEXT = 0xffff_ffff_8100_0000L;
    private static final int IMAGE_BYTES = 1 << 16;

    // Distances from _stext, and sizes.
    private static final int COUNT = 0x1000;
    private static final int OFFSETS = 0x1100;
    private static final int OFFSETS_BYTES = 0x400;
    private static final int BASE = 0x1500;
    private static final int NAMES = 0x2000;
    private static final int NAMES_BYTES = 0x1800;
    private static final int TOKENS = NAMES + NAMES_BYTES;
    private static final int TOKENS_BYTES = 0x300;
    private static final int TOKEN_INDEX = TOKENS + TOKENS_BYTES;
    private static final int TOKEN_INDEX_BYTES = 0x200;
    private static final int BTF = 0x8000;
    private static final int BTF_BYTES = 0x8000 - 3;
    private static final int RANGES = 6;

    /** Where the numbers of the content are: the count, and of each range its address and its size. */
    private static final int HEADER_BYTES = 8 + 16 * RANGES;

    private static final long ABSENT = Long.MIN_VALUE;

    @TempDir
    Path folder;

    private final byte[] image = new byte[IMAGE_BYTES];
    private CacheFolder cache;

    @BeforeEach
    void haveAnImage() {
        new Random(1).nextBytes(image);
        cache = CacheFolder.at(folder);
    }

    /** Memory in chunks of a size, as pages are inflated one by one. */
    private record Chunks(long firstAddress, byte[] bytes, int chunkByteSize) implements MemorySource {
        @Override
        public long lastAddress() {
            return firstAddress + bytes.length - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            var at = (int) (address - firstAddress) / chunkByteSize * chunkByteSize;
            return new Chunk(firstAddress + at, MemorySegment.ofArray(bytes).asSlice(at, chunkByteSize));
        }
    }

    private static Vmcoreinfo vmcoreinfo(long text, String buildId) {
        var lines = "OSRELEASE=6.1.0\nBUILD-ID=%s\nSYMBOL(_stext)=%x\n".formatted(buildId, text);
        return new Vmcoreinfo(
                ByteSlice.of("vmcoreinfo", lines.getBytes(StandardCharsets.US_ASCII), ByteOrder.LITTLE_ENDIAN));
    }

    private static TargetMemory memory(long text, byte[] bytes, int chunkByteSize) {
        return new TargetMemory(
                AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(new Chunks(text, bytes, chunkByteSize)));
    }

    /** A process with the target in hand. */
    private final class Process {
        final long text;
        final TargetMemory memory;
        final KernelImage kernelImage;

        Process(long text, byte[] bytes) {
            this.text = text;
            memory = memory(text, bytes, 4096);
            kernelImage = new KernelImage(cache, vmcoreinfo(text, BUILD_ID), memory);
        }

        KallsymsLocations locations() {
            return new KallsymsLocations(
                    text + COUNT,
                    text + NAMES,
                    text + TOKENS,
                    text + TOKEN_INDEX,
                    OptionalLong.of(text + OFFSETS),
                    OptionalLong.of(text + BASE),
                    OptionalLong.empty());
        }

        Process readAll() {
            read(COUNT, 4);
            read(NAMES, NAMES_BYTES);
            read(TOKENS, TOKENS_BYTES);
            read(TOKEN_INDEX, TOKEN_INDEX_BYTES);
            read(OFFSETS, OFFSETS_BYTES);
            read(BTF, BTF_BYTES);
            return this;
        }

        private void read(int distance, int byteSize) {
            kernelImage.read(text + distance, kernelImage.tables().slice("table", text + distance, byteSize));
        }

        void keep() {
            kernelImage.keep(locations());
        }

        boolean usesTheCache() {
            return kernelImage.tables() != memory;
        }
    }

    private Process process() {
        return new Process(TEXT, image);
    }

    private void keepAll() {
        process().readAll().keep();
    }

    /** {@return what the cache has, to be changed} */
    private ByteBuffer content() {
        var kept = cache.find(KIND, VERSION, BUILD_ID).orElseThrow();
        return ByteBuffer.wrap(kept.toArray(0, kept.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts content in the cache whose checksums are right. */
    private void plant(byte[] content) {
        cache.keep(KIND, VERSION, BUILD_ID, List.of(MemorySegment.ofArray(content)));
    }

    /** Such content counts as absent, and is replaced. */
    private void expectAbsent(String what) {
        var process = process();
        assertThat(process.usesTheCache()).as(what).isFalse();
        assertThat(process.kernelImage.locations()).as(what).isNull();
        process.readAll().keep();
        assertThat(process().usesTheCache()).as("kept again after " + what).isTrue();
    }

    @Nested
    class WhatWasKept {
        @Test
        void isFoundByTheNextProcess() {
            assertThat(process().usesTheCache()).isFalse();
            keepAll();

            var next = process();

            assertThat(next.usesTheCache()).isTrue();
            assertThat(next.kernelImage.locations()).isEqualTo(next.locations());
            assertThat(next.kernelImage.tables().bytes(TEXT, IMAGE_BYTES)).isEqualTo(image);
        }

        @Test
        void isFoundWhereverTheKernelWasPut() {
            keepAll();

            var moved = new Process(TEXT + (5L << 21), image);

            assertThat(moved.usesTheCache()).isTrue();
            assertThat(moved.kernelImage.locations()).isEqualTo(moved.locations());
            assertThat(moved.kernelImage.tables().bytes(moved.text, IMAGE_BYTES))
                    .isEqualTo(image);
        }

        @Test
        void isInPlaceOfMemoryThatCostsMuch() {
            keepAll();

            var tables = process().kernelImage.tables();

            assertThat(tables.chunk(TEXT + BTF, 1).bytes().byteSize()).isEqualTo(BTF_BYTES);
        }

        @Test
        void isNotWrittenAgainByThoseWhoUseIt() throws Exception {
            keepAll();
            var file = cache.entries().getFirst().file();
            var before = Files.getAttribute(file, "unix:ino");

            process().readAll().keep();

            assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
        }

        @Test
        void isReadOnceThoughItWasAskedTwice() {
            var process = process().readAll().readAll();
            for (var i = 0; i < 20; i++) {
                process.readAll();
            }

            process.keep();

            assertThat(content().getLong(0)).isEqualTo(RANGES);
        }
    }

    @Nested
    class NothingIsKept {
        private void keep(KernelImage kernelImage, TargetMemory memory) {
            kernelImage.read(TEXT + BTF, memory.slice("table", TEXT + BTF, BTF_BYTES));
            kernelImage.keep(process().locations());
        }

        @Test
        void whereReadingCostsLittle() {
            var named = new StringBuilder("BUILD-ID=%s\nSYMBOL(_stext)=%x\n".formatted(BUILD_ID, TEXT));
            for (var table : List.of("num_syms", "names", "token_table", "token_index", "offsets", "relative_base")) {
                named.append("SYMBOL(kallsyms_%s)=%x\n".formatted(table, TEXT));
            }
            var slice = ByteSlice.of("", named.toString().getBytes(StandardCharsets.US_ASCII), ByteOrder.LITTLE_ENDIAN);
            var large = memory(TEXT, image, 1 << 15);
            keep(new KernelImage(cache, new Vmcoreinfo(slice), large), large);
            assertThat(cache.entries()).isEmpty();

            var small = memory(TEXT, image, 4096);
            keep(new KernelImage(cache, new Vmcoreinfo(slice), small), small);
            assertThat(cache.entries()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "0123", "../../../../etc/passwd0", "0123456789abcdeg", "0123456789abcde/", "x"})
        void underABuildIdThatIsNone(String buildId) {
            var memory = memory(TEXT, image, 4096);

            keep(new KernelImage(cache, vmcoreinfo(TEXT, buildId), memory), memory);

            assertThat(cache.entries()).isEmpty();
        }
    }

    @Nested
    class AnotherImageUnderTheSameBuildId {
        @ParameterizedTest
        @ValueSource(ints = {COUNT, OFFSETS, NAMES, TOKENS, TOKEN_INDEX, BTF})
        void isNotUsed(int table) {
            var other = image.clone();
            other[table] ^= 1;
            new Process(TEXT, other).readAll().keep();

            expectAbsent("one byte of the table at 0x%x".formatted(table));
        }

        @Test
        void isNotUsedWhereThisTargetHasNoMemory() {
            keepAll();
            var memory = memory(TEXT, java.util.Arrays.copyOf(image, BTF + 4096), 4096);

            assertThat(new KernelImage(cache, vmcoreinfo(TEXT, BUILD_ID), memory).tables())
                    .isSameAs(memory);
        }
    }

    /** The checksums of such a file are right: its numbers are not. */
    @Nested
    class ContentWhoseNumbersLie {
        @BeforeEach
        void keepSound() {
            keepAll();
        }

        @ParameterizedTest
        @ValueSource(
                longs = {
                    0,
                    -1,
                    1,
                    RANGES - 1,
                    RANGES + 1,
                    17,
                    1 << 20,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE,
                    1L << 60,
                    -RANGES
                })
        void inTheirCount(long count) {
            plant(content().putLong(0, count).array());

            expectAbsent("count " + count);
        }

        @Test
        void inTheSizeOfARange() {
            var sizes = List.of(
                    0L, -1L, 1L, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -8L, -(long) BTF_BYTES);
            for (var range = 0; range < RANGES; range++) {
                for (var size : sizes) {
                    plant(content().putLong(16 + 16 * range, size).array());
                    expectAbsent("size %d of range %d".formatted(size, range));
                }
            }
        }

        @Test
        void inTheAddressOfARange() {
            var addresses = List.of(-TEXT - 1, -TEXT, Long.MIN_VALUE, Long.MAX_VALUE, -1L, 0L, (long) IMAGE_BYTES);
            for (var range = 0; range < RANGES; range++) {
                for (var address : addresses) {
                    plant(content().putLong(8 + 16 * range, address).array());
                    expectAbsent("address 0x%x of range %d".formatted(address, range));
                }
            }
        }

        @Test
        void inThePlaceOfATable() {
            for (var place : new int[] {0, 1, 2, 3, 4}) {
                for (var distance : List.of(ABSENT, Long.MAX_VALUE, -1L, 0L, (long) BTF + 1)) {
                    plant(content().putLong(HEADER_BYTES + 8 * place, distance).array());
                    expectAbsent("place %d at 0x%x".formatted(place, distance));
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"1,2", "2,1", "1,3", "2,3", "3,2", "1,4", "2,4"})
        void inTheOrderOfTheTables(int place, int other) {
            var content = content();
            plant(content.putLong(HEADER_BYTES + 8 * place, content.getLong(HEADER_BYTES + 8 * other))
                    .array());

            expectAbsent("place %d for %d".formatted(other, place));
        }

        @Test
        void inTheFormOfTheAddresses() {
            plant(content().putLong(HEADER_BYTES + 8 * 6, 0).array());
            expectAbsent("offsets and addresses");

            plant(content()
                    .putLong(HEADER_BYTES + 8 * 4, ABSENT)
                    .putLong(HEADER_BYTES + 8 * 6, 0)
                    .array());
            expectAbsent("addresses with a base");
        }

        @Test
        void inTheirLength() {
            var whole = content().array();
            var random = new Random(2);
            var sizes = new ArrayList<Integer>();
            for (var size = 0; size < HEADER_BYTES + 64; size++) {
                sizes.add(size);
            }
            random.ints(200, HEADER_BYTES, whole.length).forEach(sizes::add);
            sizes.add(whole.length + 8);

            for (var size : sizes) {
                plant(java.util.Arrays.copyOf(whole, size));
                expectAbsent("%d of %d bytes".formatted(size, whole.length));
            }
        }

        @Test
        void atRandom() {
            var random = new Random(3);
            for (var i = 0; i < 500; i++) {
                var content = content();
                for (var changes = random.nextInt(1, 4); changes > 0; changes--) {
                    content.put(random.nextInt(HEADER_BYTES + 56), (byte) random.nextInt());
                }
                plant(content.array());

                // Used or not, nobody is troubled by it; what is not used is replaced.
                var process = process().readAll();
                process.keep();
                assertThat(process.kernelImage.tables().bytes(TEXT, IMAGE_BYTES))
                        .isEqualTo(image);
                keepSound(process);
            }
        }

        private void keepSound(Process process) {
            if (process.usesTheCache()) {
                cache.entries().forEach(cache::remove);
                keepAll();
            }
        }
    }
}
