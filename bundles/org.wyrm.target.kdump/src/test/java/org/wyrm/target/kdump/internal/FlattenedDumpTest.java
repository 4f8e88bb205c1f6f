package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetFormatContract;
import org.wyrm.target.elfcore.internal.ElfCoreFormat;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.FlattenedBuilder;
import org.wyrm.testkit.dump.VmcoreBuilder;

/** A compressed dump that is flattened keeps all that one keeps that is not. */
class FlattenedDumpTest extends TargetFormatContract {
    private static final int FIRST_SEGMENT = 4096;

    private final KdumpFormatTest kdump = new KdumpFormatTest();

    @Override
    protected TargetFormat format() {
        return new InAnyForm(new KdumpFormat());
    }

    @Override
    protected byte[] file() {
        return FlattenedBuilder.flatten(kdump.file(), 1000);
    }

    @Override
    protected Map<Long, byte[]> content() {
        return kdump.content();
    }

    @Override
    protected Stream<byte[]> damaged() {
        var file = file();
        var segments = new FlattenedBuilder().segment(0, kdump.file()).build();
        return Stream.of(
                        Damage.extremes(file, 0, 0x20),
                        Damage.extremes(file, FIRST_SEGMENT, FIRST_SEGMENT + 16),
                        Damage.extremes(file, FIRST_SEGMENT + 1016, FIRST_SEGMENT + 1032),
                        Damage.extremes(segments, FIRST_SEGMENT, FIRST_SEGMENT + 0x30),
                        Damage.extremes(segments, FIRST_SEGMENT + 16 + 0x1a8, FIRST_SEGMENT + 16 + 0x1d0),
                        Damage.extremes(segments, FIRST_SEGMENT + 16 + 4096, FIRST_SEGMENT + 16 + 4096 + 0x68))
                .flatMap(damaged -> damaged);
    }

    @Test
    void mayBeAnElfInside() {
        var page = new byte[4096];
        Arrays.fill(page, (byte) 7);
        var elf = new VmcoreBuilder().memory(0x1000, page).build();

        var image = new InAnyForm(new ElfCoreFormat()).open(slice(FlattenedBuilder.flatten(elf, 100)));

        var memory = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
        assertThat(memory.bytes(0x1000, 4096)).isEqualTo(page);
        assertThat(memory.u64(0x1000 + 95)).isEqualTo(0x0707_0707_0707_0707L);
    }

    @Nested
    class WhenTheFileIsCutShort {
        @Test
        void servesWhatIsThereAndNamesWhatIsNot() {
            var plain = kdump.file();
            var start = plain.length - 4096 - 200;
            var cut = new FlattenedBuilder()
                    .segment(0, Arrays.copyOf(plain, start))
                    .segment(plain.length - 100, new byte[100])
                    .segment(start, Arrays.copyOfRange(plain, start, plain.length))
                    .build();
            // The last segment has lost the most of its bytes, the one before lies behind them.
            cut = Arrays.copyOf(cut, cut.length - 16 - 4096);

            var image = format().open(slice(cut));

            assertThat(image.warnings())
                    .containsExactly("the file is cut short: it ends at 0x%x, without the end mark of a flattened dump"
                            .formatted(cut.length));
            var memory = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
            assertThat(memory.bytes(0x1000, 4096)).isEqualTo(content().get(0x1000L));
            assertThatThrownBy(() -> memory.u8(0x8_0000))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining(
                            "the file is cut short: it lacks some of 0x%x to 0x%x, which this page needs",
                            plain.length - 4096, plain.length);
        }

        @Test
        void isRejectedInsideItsHeader() {
            assertThatThrownBy(() -> format().open(slice(Arrays.copyOf(file(), 4095))))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("vmcore+0xfff: the file ends inside its header of 4096 bytes");
        }

        @Test
        void isRejectedBeforeItsFirstSegment() {
            assertThatThrownBy(() -> format().open(slice(Arrays.copyOf(file(), FIRST_SEGMENT + 16))))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("before its first segment");
        }
    }

    @Test
    void namesTheSegmentThatIsNone() {
        for (var offset : new long[] {-2, Long.MIN_VALUE, Long.MAX_VALUE}) {
            var file = new FlattenedBuilder().segment(offset, new byte[8]).build();

            assertThatThrownBy(() -> format().open(slice(file)))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("vmcore+0x1000: a segment of the flattened dump is for offset 0x");
        }
    }

    @Test
    void refusesAnotherVersion() {
        var file = file();
        file[31] = 2;

        assertThatThrownBy(() -> format().open(slice(file)))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageContaining("vmcore: is a flattened dump of type 1, version 2");
    }

    @Test
    void takesNoMemoryForWhatASegmentClaims() {
        var far = new FlattenedBuilder()
                .segment(0, kdump.file())
                .segment(1L << 40, new byte[1])
                .build();
        // As many blocks of bitmap as there can be.
        far[FIRST_SEGMENT + 16 + 0x1b7] = 0x7f;

        assertThatThrownBy(() -> format().open(slice(far)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("vmcore[restored]+0x");
    }
}
