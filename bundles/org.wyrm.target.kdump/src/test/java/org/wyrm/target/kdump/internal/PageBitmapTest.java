package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;

class PageBitmapTest {
    private static PageBitmap bitmap(byte[] bits) {
        return new PageBitmap(ByteSlice.of("bits", bits, ByteOrder.LITTLE_ENDIAN));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 1 << 16})
    void countsAsOneWouldByHand(int byteSize) {
        var bits = new byte[byteSize];
        new Random(byteSize).nextBytes(bits);
        var expected = BitSet.valueOf(bits);

        var bitmap = bitmap(bits);

        new Random(1).longs(1000, 0, byteSize * 8L).forEach(pfn -> {
            assertThat(bitmap.countBefore(pfn))
                    .isEqualTo(expected.get(0, (int) pfn).cardinality());
            assertThat(bitmap.contains(pfn)).isEqualTo(expected.get((int) pfn));
        });
        assertThat(bitmap.countBefore(byteSize * 8L)).isEqualTo(expected.cardinality());
    }

    @Test
    void countsForManyThreadsAtOnce() {
        var bits = new byte[1 << 18];
        java.util.Arrays.fill(bits, (byte) 0xff);

        var bitmap = bitmap(bits);

        assertThat(IntStream.range(0, 1 << 21)
                        .parallel()
                        .filter(pfn -> bitmap.countBefore(pfn) != pfn)
                        .count())
                .isZero();
    }
}
