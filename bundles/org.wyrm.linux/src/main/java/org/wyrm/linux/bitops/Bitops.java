package org.wyrm.linux.bitops;

import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Bits in arrays of {@code unsigned long}, numbered from the lowest bit of the first word on. */
@ProvidesHelpers(names = {"for_each_clear_bit", "for_each_set_bit", "test_bit"})
public final class Bitops {
    private Bitops() {}

    /**
     * {@return whether a bit is set}
     *
     * @param number of the bit
     * @param bitmap {@code unsigned long *}
     * @kernel include/linux/bitops.h
     */
    @KernelName("test_bit")
    public static boolean testBit(long number, Value bitmap) {
        return (word(bitmap, number / Long.SIZE) >>> number & 1) != 0;
    }

    /**
     * {@return the numbers of the bits that are set, the lowest first}
     *
     * @param bitmap {@code unsigned long *}
     * @param bitCount how many bits it has
     * @kernel include/linux/find.h
     */
    @KernelName("for_each_set_bit")
    public static LongStream forEachSetBit(Value bitmap, long bitCount) {
        return bits(word -> word(bitmap, word), bitCount);
    }

    /**
     * {@return the numbers of the bits that are not set, the lowest first}
     *
     * @param bitmap {@code unsigned long *}
     * @param bitCount how many bits it has
     * @kernel include/linux/find.h
     */
    @KernelName("for_each_clear_bit")
    public static LongStream forEachClearBit(Value bitmap, long bitCount) {
        return bits(word -> ~word(bitmap, word), bitCount);
    }

    private static LongStream bits(LongUnaryOperator words, long bitCount) {
        var wordCount = Math.ceilDiv(bitCount, (long) Long.SIZE);
        return LongStream.range(0, wordCount).flatMap(word -> {
            var first = word * Long.SIZE;
            var bits = words.applyAsLong(word);
            return IntStream.range(0, (int) Math.min(Long.SIZE, bitCount - first))
                    .filter(bit -> (bits >>> bit & 1) != 0)
                    .mapToLong(bit -> first + bit);
        });
    }

    private static long word(Value bitmap, long index) {
        return bitmap.subscript(index).longValue();
    }
}
