package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetFormatContract;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.CompressedBlocks;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.KdumpBuilder;

class KdumpFormatTest extends TargetFormatContract {
    private static final String X86_LINES = "OSRELEASE=6.1.0\nNUMBER(phys_base)=0\n";

    private static byte[] page(long seed) {
        return page(seed, 4096);
    }

    /** A page that can be compressed: words of a few values, then zeros. */
    private static byte[] page(long seed, int byteSize) {
        var random = new Random(seed);
        var page = new byte[byteSize];
        for (var i = 0; i < page.length - 64; i += 4) {
            page[i] = (byte) random.nextInt(4);
        }
        return page;
    }

    private static KdumpBuilder kdump() {
        return new KdumpBuilder()
                .dumpLevel(31)
                .vmcoreinfo(X86_LINES)
                .note("CORE", 1, new byte[336])
                .page(1, page(1))
                .excluded(2)
                .page(0x41, page(0x41))
                .page(0x50, CompressedBlocks.lzo(page(0x50)), KdumpBuilder.LZO)
                .page(0x51, CompressedBlocks.snappy(page(0x51)), KdumpBuilder.SNAPPY)
                .page(0x52, CompressedBlocks.zstd(page(0x52)), KdumpBuilder.ZSTD)
                .page(0x80, page(0x80), 0);
    }

    @Override
    protected TargetFormat format() {
        return new KdumpFormat();
    }

    @Override
    protected byte[] file() {
        return kdump().build();
    }

    @Override
    protected Map<Long, byte[]> content() {
        return LongStream.of(1, 0x41, 0x50, 0x51, 0x52, 0x80)
                .boxed()
                .collect(Collectors.toMap(pfn -> pfn << 12, pfn -> page(pfn)));
    }

    @Override
    protected Stream<byte[]> damaged() {
        // A small block makes a small file: header, sub-header, two bitmaps, two descriptors and data.
        var small = new KdumpBuilder()
                .blockByteSize(512)
                .vmcoreinfo(X86_LINES)
                .note("CORE", 1, new byte[8])
                .page(1, page(1, 512))
                .page(2, page(2, 512), 0)
                .build();
        var bitmaps = 2 * 512;
        return Stream.of(
                        Damage.extremes(small, 0, 0x20),
                        Damage.extremes(small, 0x110, 0x118),
                        Damage.extremes(small, 0x1a8, 0x1d0),
                        Damage.extremes(small, 512, 512 + 0x68 + X86_LINES.length() + 24),
                        Damage.extremes(small, bitmaps, bitmaps + 16),
                        Damage.extremes(small, bitmaps + 512, bitmaps + 512 + 16),
                        Damage.extremes(small, bitmaps + 1024, bitmaps + 1024 + 2 * 24 + 16))
                .flatMap(damaged -> damaged);
    }

    private TargetImage open(KdumpBuilder dump) {
        return format().open(slice(dump.build()));
    }

    private static TargetMemory memory(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void readsEachHeaderVersion(int version) {
        var image = open(kdump().version(version));

        assertThat(memory(image).bytes(0x4_1000, 4096)).isEqualTo(page(0x41));
        assertThat(image.vmcoreinfo().isPresent()).isEqualTo(version >= 3);
        assertThat(image.notes()).hasSize(version >= 4 ? 1 : 0);
        assertThat(image.architecture()).isEqualTo("x86_64");
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 16384, 65536})
    void readsPagesOfOtherSizes(int byteSize) {
        var image = open(new KdumpBuilder().blockByteSize(byteSize).page(3, page(3, byteSize)));

        assertThat(memory(image).bytes(3L * byteSize, byteSize)).isEqualTo(page(3, byteSize));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 511, 4095, 6144, 131072, -4096})
    void rejectsBlocksThatAreNoPage(int byteSize) {
        var file = file();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(0x1ac, byteSize);

        assertThatThrownBy(() -> format().open(slice(file)))
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        error -> assertThat(error.offsetBytes()).isEqualTo(0x1ac));
    }

    @Test
    void findsPagesFarApart() {
        var dump = new KdumpBuilder();
        var expected = new HashMap<Long, byte[]>();
        var random = new Random(7);
        for (var i = 0; i < 500; i++) {
            var pfn = (long) random.nextInt(1 << 20);
            expected.put(pfn, page(pfn));
            dump.page(pfn, page(pfn));
        }

        var memory = memory(open(dump));

        expected.forEach(
                (pfn, bytes) -> assertThat(memory.bytes(pfn << 12, 4096)).isEqualTo(bytes));
    }

    @Nested
    class APageThatIsAbsent {
        private static void assertFault(TargetImage image, long address, FaultException.Kind kind, String reason) {
            assertThatThrownBy(() -> memory(image).u8(address)).isInstanceOfSatisfying(FaultException.class, fault -> {
                assertThat(fault.kind()).isEqualTo(kind);
                assertThat(fault.reason()).isEqualTo(reason);
            });
        }

        @Test
        void wasLeftOutIfItIsMemory() {
            assertFault(
                    open(kdump()),
                    0x2010,
                    FaultException.Kind.LEFT_OUT,
                    "the page was left out of the dump"
                            + " (dump level 31: no zero, cache, private cache, user, free pages)");
        }

        @Test
        void isOtherwiseNoMemory() {
            assertFault(open(kdump()), 0x3000, FaultException.Kind.NO_MEMORY, "there is no memory");
            assertFault(
                    open(kdump()),
                    0x8_1000,
                    FaultException.Kind.NO_MEMORY,
                    "beyond the dump, whose last address is 0x80fff");
        }

        @Test
        void isPassedOver() {
            for (var level : new int[] {31, 1}) {
                var memory = memory(open(kdump().dumpLevel(level)));
                var next = memory.nextPresent(0, new Cancellation());
                var present = 0;
                while (next.isPresent()) {
                    present++;
                    assertThat(memory.bytes(next.getAsLong(), 4096)).hasSize(4096);
                    next = memory.nextPresent(next.getAsLong() + 4096, new Cancellation());
                }
                var readable = LongStream.range(0, 0x100)
                        .filter(pfn -> Attempt.of(() -> memory.u8(pfn << 12)) instanceof Attempt.Success)
                        .count();
                assertThat(present).isEqualTo((int) readable).isPositive();
            }
        }

        @Test
        void isZeroIfNothingElseIsLeftOut() {
            assertThat(memory(open(kdump().dumpLevel(1))).bytes(0x2000, 4096)).isEqualTo(new byte[4096]);
        }

        @Test
        void isMissingIfTheWriterDidNotComeToIt() {
            var file = kdump().status(KdumpBuilder.ZLIB | 8).build();
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(descriptorOffset(1), 0);

            var image = format().open(slice(file));

            assertThat(image.warnings()).anyMatch(warning -> warning.contains("incomplete"));
            assertFault(
                    image,
                    0x4_1000,
                    FaultException.Kind.MISSING,
                    "the dump is incomplete, its writer did not come to this page");
            assertThat(memory(image).nextPresent(0x4_1000, new Cancellation()).orElse(-1))
                    .isNotEqualTo(0x4_1000);
        }
    }

    /** Where the descriptor of the n-th page is in a file of {@link #kdump}: header, sub-header, two bitmaps. */
    private static int descriptorOffset(int index) {
        return 4 * 4096 + 24 * index;
    }

    private static int dataOffset(byte[] file, int index) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(descriptorOffset(index));
    }

    @Nested
    class ADamagedPage {
        @Test
        void isReportedAtItsData() {
            var file = file();
            var at = dataOffset(file, 1);
            file[at + 20] ^= 0x55;

            assertThatThrownBy(() -> memory(format().open(slice(file))).u8(0x4_1000))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(at))
                    .hasMessageContaining("the page with frame number 0x41 cannot be decompressed");
        }

        @Test
        void isFoundByItsChecksum() {
            var file = file();
            file[dataOffset(file, 2) - 1] ^= 1;

            assertThatThrownBy(() -> memory(format().open(slice(file))).u8(0x4_1000))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("incorrect data check");
        }

        @Test
        void mayHaveItsDescriptorForData() {
            var file = file();
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(descriptorOffset(1), descriptorOffset(1));

            assertThatThrownBy(() -> memory(format().open(slice(file))).u8(0x4_1000))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(descriptorOffset(1)));
        }

        @Test
        void mayBeInABitmapThatClaimsAllPages() {
            var file = file();
            Arrays.fill(file, 3 * 4096, 4 * 4096, (byte) -1);
            var image = format().open(slice(file));
            var memory = memory(image);

            assertThat(image.warnings()).singleElement().asString().contains("cut short");
            for (var pfn = 0L; pfn <= 0x80; pfn++) {
                var address = pfn << 12;
                assertThat(Attempt.of(() -> memory.u8(address))).isNotNull();
            }
        }

        @Test
        void mayBeTooShort() {
            assertThatThrownBy(() -> memory(open(new KdumpBuilder().page(1, page(1, 4095))))
                            .u8(0x1000))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("the zlib data ends after 4095 bytes of 4096");
        }

        @Test
        void mayBeTooLong() {
            assertThatThrownBy(() -> memory(open(new KdumpBuilder().page(1, page(1, 4097))))
                            .u8(0x1000))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("more than 4096 bytes");
        }

        @Test
        void leavesTheOthersReadable() {
            var file = file();
            file[dataOffset(file, 1) + 20] ^= 0x55;

            var memory = memory(format().open(slice(file)));

            assertThatThrownBy(() -> memory.u8(0x4_1000)).isInstanceOf(MalformedDataException.class);
            assertThat(memory.bytes(0x1000, 4096)).isEqualTo(page(1));
        }

        @Test
        void hasASizeThatFitsIfItIsNotCompressed() {
            assertThatThrownBy(() -> memory(open(new KdumpBuilder().page(1, new byte[100], 0)))
                            .u8(0x1000))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("is not compressed and has 100 bytes of 4096");
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 1, 4 * 4096 - 1, -1, Long.MIN_VALUE})
        void hasNoDataInTheHeaders(long offset) {
            var file = file();
            var at = descriptorOffset(1);
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(at, offset);

            assertThatThrownBy(() -> memory(format().open(slice(file))).u8(0x4_1000))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(at));
        }
    }

    @Nested
    class WhenTheFileIsCutShort {
        @Test
        void servesWhatIsThereAndNamesWhatIsNot() {
            var whole = file();
            var cut = Arrays.copyOf(whole, dataOffset(whole, 5) + 4095);

            var image = format().open(slice(cut));

            assertThat(memory(image).bytes(0x1000, 4096)).isEqualTo(page(1));
            assertThatThrownBy(() -> memory(image).u8(0x8_0000))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("the file is cut short: it ends at 0x%x, this page needs 0x%x"
                            .formatted(cut.length, cut.length + 1));
            assertThat(image.warnings())
                    .containsExactly("the file is cut short: it ends at 0x%x, its pages need at least 0x%x"
                            .formatted(cut.length, cut.length + 1));
        }

        @Test
        void isRejectedWithoutItsBitmaps() {
            assertThatThrownBy(() -> format().open(slice(Arrays.copyOf(file(), 3 * 4096))))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("the bitmaps at 0x2000 of 0x2000 bytes do not fit");
        }
    }

    @Nested
    class WhatIsNotSupported {
        private void assertRefused(byte[] file, String... words) {
            assertThatThrownBy(() -> format().open(slice(file)))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageStartingWith("vmcore: ")
                    .hasMessageContainingAll(words);
        }

        @Test
        void isAMachineOf32Bits() {
            assertRefused(kdump().machine("i686").build(), "i686");
        }

        @Test
        void isABigEndianMachine() {
            var file = kdump().machine("s390x").build();
            ByteBuffer.wrap(file).order(ByteOrder.BIG_ENDIAN).putInt(8, 6);

            assertRefused(file, "big-endian", "s390x");
        }

        @Test
        void isALaterHeader() {
            assertRefused(kdump().version(7).build(), "header version 7");
        }

        @Test
        void isADumpOfDiskdump() {
            assertRefused(
                    Arrays.copyOf("DISKDUMP".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 512), "diskdump");
        }
    }

    @Nested
    class TheMachine {
        @ParameterizedTest
        @ValueSource(strings = {"", "Unknown"})
        void isToldByVmcoreinfoIfQemuWroteNone(String name) {
            assertThat(open(kdump().machine(name)).architecture()).isEqualTo("x86_64");
        }

        @Test
        void isUnknownWithoutBoth() {
            assertThatThrownBy(() -> open(kdump().machine("").vmcoreinfo("OSRELEASE=6.1.0\n")))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContaining("does not say of which machine");
        }

        @Test
        void isNamedAsUnameDoes() {
            assertThat(open(kdump().machine("aarch64")).architecture()).isEqualTo("aarch64");
        }
    }

    @Test
    void vmcoreinfoMayBeANoteOnly() {
        var image = open(new KdumpBuilder()
                .note("VMCOREINFO", 0, X86_LINES.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .page(0, page(0)));

        assertThat(image.vmcoreinfo().orElseThrow().text(0, 15)).isEqualTo("OSRELEASE=6.1.0");
    }

    @Test
    void rejectsAVmcoreinfoOfAbsurdSize() {
        assertThatThrownBy(() -> open(kdump().vmcoreinfo("A=1\n".repeat(1 << 19))))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("VMCOREINFO has 2097152 bytes");
    }

    @Test
    void saysThatMemoryWasErased() {
        assertThat(open(kdump().eraseInfo("erase task_struct.comm")).warnings())
                .anyMatch(warning -> warning.contains("erased"));
    }
}
