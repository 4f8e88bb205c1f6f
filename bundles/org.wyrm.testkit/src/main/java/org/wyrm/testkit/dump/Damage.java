package org.wyrm.testkit.dump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ways to damage a valid input. Each stream gives one damaged copy after the other. */
public final class Damage {
    private static final long[] EXTREMES = {
        0,
        1,
        2,
        7,
        0x7f,
        0xff,
        0x7fff,
        0xfffe,
        0xffff,
        0x7fff_ffff,
        0x8000_0000L,
        0xffff_fffeL,
        0xffff_ffffL,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -2,
        -1
    };

    private Damage() {}

    /** {@return {@code valid}, cut at each of its bytes} */
    public static Stream<byte[]> truncated(byte[] valid) {
        return IntStream.range(0, valid.length).mapToObj(length -> Arrays.copyOf(valid, length));
    }

    /**
     * {@return {@code valid} with each number of 1, 2, 4 and 8 bytes that lies on such a boundary set to each value at
     * the edge of its range and beside it}
     *
     * @param first the offset of the first byte to damage
     * @param end the offset after the last
     */
    public static Stream<byte[]> extremes(byte[] valid, int first, int end) {
        return IntStream.range(first, end)
                .boxed()
                .flatMap(at -> Stream.of(1, 2, 4, 8)
                        .filter(width -> at % width == 0 && at + width <= valid.length)
                        .flatMap(width -> Arrays.stream(EXTREMES).mapToObj(value -> with(valid, at, width, value))));
    }

    private static byte[] with(byte[] valid, int at, int width, long value) {
        var damaged = ByteBuffer.wrap(valid.clone()).order(ByteOrder.LITTLE_ENDIAN);
        switch (width) {
            case 1 -> damaged.put(at, (byte) value);
            case 2 -> damaged.putShort(at, (short) value);
            case 4 -> damaged.putInt(at, (int) value);
            default -> damaged.putLong(at, value);
        }
        return damaged.array();
    }
}
