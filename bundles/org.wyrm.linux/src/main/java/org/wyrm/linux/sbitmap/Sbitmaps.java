package org.wyrm.linux.sbitmap;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Scalable bitmaps: {@code struct sbitmap}, whose bits are spread over words of a cache line each. */
@ProvidesHelpers(names = {"sbitmap_for_each_set"})
public final class Sbitmaps {
    private Sbitmaps() {}

    /**
     * {@return the numbers of the bits that are set, the lowest first}
     *
     * @param sbitmap {@code struct sbitmap *}
     * @throws CorruptStructureException if its words cannot have as many bits as it says
     * @kernel include/linux/sbitmap.h
     */
    @KernelName("sbitmap_for_each_set")
    public static LongStream sbitmapForEachSet(Value sbitmap) {
        var depth = sbitmap.member("depth").longValue();
        var shift = sbitmap.member("shift").intValue();
        if (shift < 0 || 1L << Math.min(shift, Long.SIZE - 2) > Long.SIZE) {
            throw new CorruptStructureException(
                    "sbitmap", Walk.addressOf(sbitmap), "its words have 2^%d bits".formatted(shift));
        }
        var words = sbitmap.member("map");
        var wordBits = 1L << shift;
        return LongStream.range(0, Math.ceilDiv(depth, wordBits)).flatMap(index -> {
            var first = index << shift;
            var bits = bits(words.subscript(index));
            return IntStream.range(0, (int) Math.min(wordBits, depth - first))
                    .filter(bit -> (bits >>> bit & 1) != 0)
                    .mapToLong(bit -> first + bit);
        });
    }

    private static long bits(Value word) {
        // Since Linux kernel commit ea86ea2cdced ("sbitmap: ammortize cost of clearing bits") (in v5.0), bits that were
        // given back are kept aside.
        var cleared = word.findMember("cleared").map(Value::longValue).orElse(0L);
        return word.member("word").longValue() & ~cleared;
    }
}
