package org.wyrm.testkit.dump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ways to damage a valid input. Each stream gives one damaged copy after the other; in {@code ./check --quick} it gives a
 * sample of them ({@link Sample#indexes}).
 */
public final class Damage {
    private static final int QUICK_COPIES = 500;
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

    private record Place(int at, int width) {}

    private Damage() {}

    /** {@return {@code valid}, cut at each of its bytes} */
    public static Stream<byte[]> truncated(byte[] valid) {
        return Sample.indexes(valid.length, QUICK_COPIES).mapToObj(length -> Arrays.copyOf(valid, length));
    }

    /**
     * {@return {@code valid} with each number of 1, 2, 4 and 8 bytes that lies on such a boundary set to each value at
     * the edge of its range and beside it}
     *
     * @param first the offset of the first byte to damage
     * @param end the offset after the last
     */
    public static Stream<byte[]> extremes(byte[] valid, int first, int end) {
        var places = IntStream.range(first, end)
                .boxed()
                .flatMap(at -> IntStream.of(1, 2, 4, 8)
                        .filter(width -> at % width == 0 && at + width <= valid.length)
                        .mapToObj(width -> new Place(at, width)))
                .toList();
        return Sample.indexes(places.size() * EXTREMES.length, QUICK_COPIES)
                .mapToObj(index -> with(valid, places.get(index / EXTREMES.length), EXTREMES[index % EXTREMES.length]));
    }

    private static byte[] with(byte[] valid, Place place, long value) {
        var damaged = ByteBuffer.wrap(valid.clone()).order(ByteOrder.LITTLE_ENDIAN);
        var at = place.at;
        switch (place.width) {
            case 1 -> damaged.put(at, (byte) value);
            case 2 -> damaged.putShort(at, (short) value);
            case 4 -> damaged.putInt(at, (int) value);
            default -> damaged.putLong(at, value);
        }
        return damaged.array();
    }
}
