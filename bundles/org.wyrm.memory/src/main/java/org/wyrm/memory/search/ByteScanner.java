package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Finds bytes at every address. It looks at eight addresses in a step, for two bytes of the pattern together.
 *
 * <p>Most of a search is over before the second compiler has seen much of it. So memory is copied into an array of
 * numbers first, which is quick even where the code that reads it is not compiled well yet.
 */
final class ByteScanner implements SearchPattern.Scanner {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** How many words are copied at once; they stay in the processor's cache. */
    private static final int COPY_WORDS = 1 << 12;

    /** How many words a call looks at: called often, it is compiled early. */
    private static final int RUN_WORDS = 1 << 9;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[COPY_WORDS * Long.BYTES]);

    private final MemorySegment pattern;

    /** Which two bytes of the pattern: the first and the last one that are not 0, of which memory is full. */
    private final int anchor;

    private final int wordDistance;
    private final int bitDistance;
    private final long firstBytes;
    private final long lastBytes;
    private final long[] words = new long[COPY_WORDS + SearchPattern.MAX_MATCH_BYTES / Long.BYTES + 1];

    /** Where in the window the next match may begin. */
    private long free;

    ByteScanner(MemorySegment pattern) {
        this.pattern = pattern;
        var first = 0;
        var last = (int) pattern.byteSize() - 1;
        while (first < last && byteAt(first) == 0) {
            first++;
        }
        while (first < last && byteAt(last) == 0) {
            last--;
        }
        this.anchor = first;
        this.wordDistance = (last - first) / Long.BYTES;
        this.bitDistance = (last - first) % Long.BYTES * Byte.SIZE;
        this.firstBytes = byteAt(first) * LOW_BITS;
        this.lastBytes = byteAt(last) * LOW_BITS;
    }

    private long byteAt(long index) {
        return pattern.get(ValueLayout.JAVA_BYTE, index) & 0xffL;
    }

    @Override
    public void scan(Window window, long first, long end, Matches matches) {
        var last = window.lastStart(end, (int) pattern.byteSize());
        free = first;
        var offset = pastZeros(window, first, last);
        for (var count = load(window, offset, last); count > 0; count = load(window, offset, last)) {
            scanWords(window, offset, count, last, matches);
            offset = pastZeros(window, offset + (long) count * Long.BYTES, last);
        }
        for (; offset <= last; offset++) {
            addIfAt(window, offset, last, matches);
        }
    }

    /**
     * {@return where from an offset on a match may begin, or where that is to be asked again} Half of the memory of many
     * machines is 0, and a look at that takes a tenth of what a search of it does.
     */
    private long pastZeros(Window window, long offset, long last) {
        if (firstBytes == 0) {
            return offset;
        }
        var at = offset;
        while (at <= last) {
            var byteSize = Math.min(ZEROS.byteSize(), last - at + 1);
            var start = at + anchor;
            var nonZero = MemorySegment.mismatch(window.bytes(), start, start + byteSize, ZEROS, 0, byteSize);
            if (nonZero >= 0) {
                return at + nonZero;
            }
            at += byteSize;
        }
        return at;
    }

    /** {@return how many steps of eight addresses from an offset on can be done with what was copied for them} */
    private int load(Window window, long offset, long last) {
        var ahead = wordDistance + 1;
        var present = (window.bytes().byteSize() - offset - anchor) / Long.BYTES;
        var wanted = Math.min((last - offset + Long.BYTES) / Long.BYTES, COPY_WORDS);
        var count = (int) Math.min(present, wanted + ahead);
        if (wanted <= 0 || count <= ahead) {
            return 0;
        }
        MemorySegment.copy(window.bytes(), WORD, offset + anchor, words, 0, count);
        return count - ahead;
    }

    private void scanWords(Window window, long offset, int count, long last, Matches matches) {
        var index = 0;
        while (index < count) {
            var end = Math.min(index + RUN_WORDS, count);
            index = next(index, end);
            if (index < end) {
                var start = offset + (long) index * Long.BYTES;
                for (var found = found(words, index); found != 0; found &= found - 1) {
                    addIfAt(window, start + (Long.numberOfTrailingZeros(found) >>> 3), last, matches);
                }
                index++;
            }
        }
    }

    /** {@return the first of some words in which both bytes may be at a place, or the end} */
    private int next(int first, int end) {
        var memory = words;
        var index = first;
        while (index < end && found(memory, index) == 0) {
            index++;
        }
        return index;
    }

    /**
     * {@return the highest bit of each byte of a word where both bytes are} A byte of the difference is 0 there; the
     * subtraction may find more, which comparing rules out.
     */
    private long found(long[] memory, int index) {
        var ahead = index + wordDistance;
        var there = memory[ahead] >>> bitDistance | memory[ahead + 1] << 1 << Long.SIZE - 1 - bitDistance;
        var difference = memory[index] ^ firstBytes | there ^ lastBytes;
        return difference - LOW_BITS & ~difference & HIGH_BITS;
    }

    private void addIfAt(Window window, long offset, long last, Matches matches) {
        if (offset >= free && offset <= last && isAt(window.bytes(), offset)) {
            matches.add(window.firstAddress() + offset, (int) pattern.byteSize());
            free = offset + pattern.byteSize();
        }
    }

    private boolean isAt(MemorySegment memory, long offset) {
        return MemorySegment.mismatch(memory, offset, offset + pattern.byteSize(), pattern, 0, pattern.byteSize()) < 0;
    }
}
