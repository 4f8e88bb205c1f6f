package org.wyrm.target.kdump.internal;

import org.wyrm.base.bytes.ByteSlice;

/**
 * A bit for each page frame, the lowest bit of a byte first, and how many are set before any of them.
 *
 * <p>The set bits are counted by stretches, and those only as far as somebody asked. Thread-safe.
 */
final class PageBitmap {
    private static final int LEAST_STRETCH_SHIFT = 9;
    private static final int MOST_STRETCHES_SHIFT = 17;

    private final ByteSlice bits;
    private final int stretchShift;
    private final long[] setBefore;
    private volatile int countedStretches;

    /** @param bits the bitmap; its size is a multiple of 512 bytes */
    PageBitmap(ByteSlice bits) {
        this.bits = bits;
        var sizeShift = Long.SIZE - Long.numberOfLeadingZeros(bits.byteSize());
        this.stretchShift = Math.max(LEAST_STRETCH_SHIFT, sizeShift - MOST_STRETCHES_SHIFT);
        this.setBefore = new long[(int) (bits.byteSize() >> stretchShift) + 1];
    }

    /** {@return whether the bit of a page frame is set} */
    boolean contains(long pfn) {
        return (bits.u8(pfn >>> 3) >> (int) (pfn & 7) & 1) != 0;
    }

    /** {@return the first page frame with its bit set, at or after another one; the count of bits if there is none} */
    long nextSet(long pfn) {
        var bitCount = bits.byteSize() << 3;
        var skipped = pfn & -Long.SIZE;
        var wanted = -1L << (pfn & 63);
        for (; skipped < bitCount; skipped += Long.SIZE) {
            var word = bits.u64(skipped >>> 3) & wanted;
            if (word != 0) {
                return skipped + Long.numberOfTrailingZeros(word);
            }
            wanted = -1;
        }
        return bitCount;
    }

    /** {@return how many page frames before this one have their bit set} */
    long countBefore(long pfn) {
        var stretch = (int) (pfn >>> 3 >> stretchShift);
        if (stretch > countedStretches) {
            countUpTo(stretch);
        }
        var wordOffset = pfn >>> 6 << 3;
        var count = setBefore[stretch] + count((long) stretch << stretchShift, wordOffset);
        return (pfn & 63) == 0 ? count : count + Long.bitCount(bits.u64(wordOffset) & (1L << (pfn & 63)) - 1);
    }

    private synchronized void countUpTo(int stretch) {
        for (var i = countedStretches; i < stretch; i++) {
            setBefore[i + 1] = setBefore[i] + count((long) i << stretchShift, (i + 1L) << stretchShift);
        }
        if (stretch > countedStretches) {
            countedStretches = stretch;
        }
    }

    private long count(long firstOffset, long endOffset) {
        var count = 0L;
        for (var offset = firstOffset; offset < endOffset; offset += Long.BYTES) {
            count += Long.bitCount(bits.u64(offset));
        }
        return count;
    }
}
