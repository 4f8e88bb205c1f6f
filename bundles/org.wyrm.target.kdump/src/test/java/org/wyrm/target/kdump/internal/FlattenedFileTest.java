package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.FlattenedBuilder;

class FlattenedFileTest {
    private static final int MOST_BYTES = 300;

    private static FileView open(FlattenedBuilder builder) {
        return new FlattenedContainer()
                .open(ByteSlice.of("flat", builder.build(), ByteOrder.LITTLE_ENDIAN), warning -> {
                    throw new AssertionError(warning);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 40})
    void isWhatTheWritesMakeOfASparseFile(int writes) {
        for (var seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var builder = new FlattenedBuilder();
            var bytes = new byte[MOST_BYTES];
            var written = new BitSet();
            for (var i = 0; i < writes; i++) {
                var segment = new byte[random.nextInt(1, 60)];
                random.nextBytes(segment);
                var offset = random.nextInt(MOST_BYTES - segment.length);
                builder.segment(offset, segment);
                System.arraycopy(segment, 0, bytes, offset, segment.length);
                written.set(offset, offset + segment.length);
            }

            var file = open(builder);

            assertThat(file.byteSize()).isEqualTo(written.length());
            for (var i = 0; i < 100; i++) {
                var first = random.nextInt(written.length());
                var byteSize = random.nextInt(written.length() - first + 1);
                assertThat(file.slice(first, byteSize).toArray(0, byteSize))
                        .isEqualTo(Arrays.copyOfRange(bytes, first, first + byteSize));
                assertThat(file.has(first, byteSize))
                        .as("%d, %d of %s", first, byteSize, written)
                        .isEqualTo(written.get(first, first + byteSize).cardinality() == byteSize);
                var piece = file.piece(first, byteSize);
                assertThat(piece.byteSize()).isBetween((long) Math.min(byteSize, 1), (long) byteSize);
                assertThat(piece.toArray(0, piece.byteSize()))
                        .isEqualTo(Arrays.copyOfRange(bytes, first, first + (int) piece.byteSize()));
            }
        }
    }

    @Test
    void namesPlacesInTheFileInside() {
        var file = open(new FlattenedBuilder().segment(8, new byte[8]).segment(16, new byte[8]));

        assertThat(file.slice(16, 8).malformed(2, "rule").getMessage()).isEqualTo("flat[restored]+0x12: rule");
        assertThat(file.slice(4, 16).malformed(2, "rule").getMessage()).isEqualTo("flat[restored]+0x6: rule");
        assertThatThrownBy(() -> file.u64(17))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("flat[restored]+0x11: 8 bytes wanted, the data ends at 0x18");
    }
}
