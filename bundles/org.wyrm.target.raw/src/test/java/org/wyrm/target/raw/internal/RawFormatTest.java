package org.wyrm.target.raw.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** Sparse files as large as memory is. */
class RawFormatTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path folder;

    private final RawFormat format = new RawFormat();

    /** A file of a size, with bytes at some of its offsets. */
    private final class Memory {
        private final Path path = folder.resolve("memory");

        Memory(long byteSize) throws IOException {
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(byteSize);
            }
        }

        Memory put(long offset, byte[] bytes) throws IOException {
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(offset);
                file.write(bytes);
            }
            return this;
        }

        /** What a BIOS leaves: vectors to its code, and the size of memory below 1 MiB. */
        Memory bios() throws IOException {
            var start = ByteBuffer.allocate(0x500).order(ByteOrder.LITTLE_ENDIAN);
            for (var vector = 0; vector < 256; vector++) {
                start.putInt(4 * vector, 0xf000_ff53);
            }
            return put(0, start.putShort(0x413, (short) 639).array());
        }

        boolean isRecognised() {
            try (var file = MappedFile.open(path)) {
                return format.recognises(file.bytes());
            }
        }

        List<String> ranges() {
            try (var file = MappedFile.open(path)) {
                return described(format.open(file.bytes()));
            }
        }

        List<String> ranges(String map) {
            try (var file = MappedFile.open(path)) {
                return described(format.open(file.bytes(), text(map)));
            }
        }
    }

    private static ByteSlice text(String map) {
        return ByteSlice.of("map", map.getBytes(StandardCharsets.UTF_8), ByteOrder.LITTLE_ENDIAN);
    }

    private static List<String> described(TargetImage image) {
        var ranges = new ArrayList<String>();
        for (MemorySource source : image.physicalMemory()) {
            ranges.add("%x-%x=%x"
                    .formatted(
                            source.firstAddress(),
                            source.lastAddress(),
                            ((RangeMemory) source).range().offset()));
        }
        return ranges;
    }

    /** {@code struct boot_params} with what e820 says: first address, last one and type of each range. */
    private static byte[] bootParameters(long... entries) {
        var bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0x1e8, (byte) (entries.length / 3)).putShort(0x1fe, (short) 0xaa55);
        bytes.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
        for (var at = 0; at + 2 < entries.length; at += 3) {
            var entry = 0x2d0 + 20 * (at / 3);
            bytes.putLong(entry, entries[at]).putLong(entry + 8, entries[at + 1] - entries[at] + 1);
            bytes.putInt(entry + 16, (int) entries[at + 2]);
        }
        return bytes.array();
    }

    @Nested
    class AFileThatBeginsWithABios {
        @Test
        void isMemory() throws Exception {
            assertThat(new Memory(16 << 20).bios().isRecognised()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(longs = {4096, (16 << 20) - 4096, (16 << 20) + 1, (16 << 20) + 2048})
        void isNoneIfItIsTooSmallOrNotOfPages(long byteSize) throws Exception {
            assertThat(new Memory(byteSize).bios().isRecognised()).isFalse();
        }

        @Test
        void isNoneIfItBeginsOtherwise() throws Exception {
            assertThat(new Memory(16 << 20).isRecognised()).isFalse();
            var random = new Random(3);
            for (var round = 0; round < 200; round++) {
                var start = new byte[0x500];
                random.nextBytes(start);
                assertThat(new Memory(16 << 20).put(0, start).isRecognised()).isFalse();
            }
        }
    }

    @Nested
    class TheLayout {
        @ParameterizedTest
        @ValueSource(longs = {16 << 20, 256 << 20, 2 * GIB})
        void ofLittleMemoryHasNoHole(long byteSize) throws Exception {
            assertThat(new Memory(byteSize).ranges()).containsExactly("0-%x=0".formatted(byteSize - 1));
        }

        /** As QEMU has it: q35 with 3 GiB, and pc with 8 GiB; the firmware's tables end the lower part. */
        @ParameterizedTest
        @CsvSource({"3, 80000000", "8, c0000000"})
        void ofMoreIsThatOfE820(long gib, String hole) throws Exception {
            var holeStart = Long.parseLong(hole, 16);
            var end = 4 * GIB + gib * GIB - holeStart;
            var table = bootParameters(
                    0,
                    0x9fbff,
                    1,
                    0x9fc00,
                    0x9ffff,
                    2,
                    0x10_0000,
                    holeStart - 0x2_4001,
                    1,
                    holeStart - 0x2_4000,
                    holeStart - 1,
                    2,
                    4 * GIB,
                    end - 1,
                    1);

            assertThat(new Memory(gib * GIB).put(0x1_4790, table).ranges())
                    .containsExactly(
                            "0-%x=0".formatted(holeStart - 1), "%x-%x=%x".formatted(4 * GIB, end - 1, holeStart));
        }

        @Test
        void mayHaveTheHoleInTheFile() throws Exception {
            var table = bootParameters(0, 0x9fbff, 1, 0x10_0000, 2 * GIB - 1, 1, 4 * GIB, 5 * GIB - 1, 1);

            assertThat(new Memory(5 * GIB).put(0x1_4790, table).ranges()).containsExactly("0-13fffffff=0");
        }

        @Test
        void isNotThatOfATableForAnotherSize() throws Exception {
            var wrong = bootParameters(0, 0x9fbff, 1, 0x10_0000, GIB - 1, 1);
            var right = bootParameters(0, 0x9fbff, 1, 0x10_0000, 2 * GIB - 1, 1, 4 * GIB, 5 * GIB - 1, 1);

            assertThat(new Memory(3 * GIB).put(0x1_4790, wrong).put(GIB, right).ranges())
                    .containsExactly("0-7fffffff=0", "100000000-13fffffff=80000000");
        }

        @Test
        void hasToBeSaidWhereNothingTellsIt() throws Exception {
            var memory = new Memory(3 * GIB).put(3 * GIB - 4096, bootParameters(1, 0, 1));

            assertThatThrownBy(memory::ranges)
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContainingAll("--memory-map", "0xc0000000");
        }

        @Test
        void mayBeDamagedAnywhere() throws Exception {
            var right = bootParameters(0, 0x9fbff, 1, 0x10_0000, 2 * GIB - 1, 1, 4 * GIB, 5 * GIB - 1, 1);
            var random = new Random(5);
            var memory = new Memory(3 * GIB);
            for (var round = 0; round < 20; round++) {
                var damaged = right.clone();
                for (var change = 0; change < 4; change++) {
                    damaged[0x1e8 + random.nextInt(0x120)] = (byte) random.nextInt(256);
                }
                memory.put(0x1000, damaged).put(0x8000, right);

                assertThat(memory.ranges()).isNotEmpty();
            }
        }
    }

    @Nested
    class AMemoryMap {
        private List<String> ranges(String map) throws IOException {
            return new Memory(1 << 20).ranges(map);
        }

        @Test
        void placesPartsOfTheFile() throws Exception {
            assertThat(
                            ranges(
                                    "# a remark\n0 0x100000 0x1000\n\n  0x2000\t4096   8192  \n0x80000 0xfffffffffffff000 4096"))
                    .containsExactly("100000-100fff=0", "1000-2fff=2000", "fffffffffffff000-ffffffffffffffff=80000");
        }

        @Test
        void mayBeThatOfProcIomem() throws Exception {
            assertThat(ranges("""
                            00000000-00000fff : Reserved
                            00001000-00001fff : System RAM
                              00001000-000017ff : Kernel code
                            100000000-100001fff : System RAM
                            """)).containsExactly("1000-1fff=0", "100000000-100001fff=1000");
        }

        @ParameterizedTest
        @CsvSource({
            "'', has no range",
            "'# nothing', has no range",
            "'1 2', line 1 is not FILE_OFFSET",
            "'1 2 3 4', line 1 is not FILE_OFFSET",
            "'0 0 x', line 1 has 'x'",
            "'0 0 0x', line 1 has ''",
            "'0 0 99999999999999999999', which is no number",
            "'0 0 0', empty",
            "'0 0 -1', no number",
            "'0 0xfffffffffffff000 0x2000', past the last address",
            "'0 0 0x100001', the file has 0x100000 bytes",
            "'0x100000 0 1', the file has 0x100000 bytes",
            "'0xfffffffffffffff0 0 1', the file has 0x100000 bytes",
            "'0 0x1000 0x1000|0x1000 0x1fff 1', physical address 0x1fff",
            "'0 0x1000 0x1000|0x1000 0 0x3000', physical address 0x1000",
            "'00000000-00000000 : System RAM|00000000-00000000 : System RAM', line 2 has physical address 0x0",
            "'00002000-00001fff : System RAM', empty",
            "'ffffffffffffffff-0 : System RAM', line 1"
        })
        void thatIsWrongIsRefusedWithItsLine(String map, String words) {
            assertThatThrownBy(() -> ranges(map.replace('|', '\n')))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(words);
        }

        @Test
        void mayBeAnything() throws Exception {
            var random = new Random(9);
            var memory = new Memory(1 << 20);
            for (var round = 0; round < 500; round++) {
                var map = new StringBuilder();
                for (var at = random.nextInt(60); at > 0; at--) {
                    map.append("0x1f -:\n# SystemRAM\u00e9".charAt(random.nextInt(20)));
                }
                try {
                    assertThat(memory.ranges(map.toString())).isNotEmpty();
                } catch (MalformedDataException refused) {
                    assertThat(refused.source()).startsWith("map");
                }
            }
        }
    }
}
