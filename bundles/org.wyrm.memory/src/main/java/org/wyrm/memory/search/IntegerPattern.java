package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** Numbers of one size. */
final class IntegerPattern extends SearchPattern {
    // Of one byte order, and constant: the compiler then makes a load of them.
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int byteSize;
    private final boolean isBigEndian;
    private final long countedBits;
    private final long[] lowest;

    /** How far the highest of each range is above the lowest. */
    private final long[] spans;

    IntegerPattern(int byteSize, ByteOrder order, List<ValueRange> ranges, long ignoredBits) {
        if (byteSize != 1 && byteSize != 2 && byteSize != 4 && byteSize != 8) {
            throw new IllegalArgumentException("a number has 1, 2, 4 or 8 bytes, not " + byteSize);
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("there is no number to search for");
        }
        var allBits = -1L >>> Long.SIZE - byteSize * Byte.SIZE;
        this.byteSize = byteSize;
        this.isBigEndian = order == ByteOrder.BIG_ENDIAN;
        this.countedBits = allBits & ~ignoredBits;
        this.lowest = new long[ranges.size()];
        this.spans = new long[ranges.size()];
        for (var i = 0; i < lowest.length; i++) {
            var range = ranges.get(i);
            if ((range.highest() & ~allBits) != 0) {
                throw new IllegalArgumentException(
                        "0x%x has more than %d bits".formatted(range.highest(), byteSize * Byte.SIZE));
            }
            var counted = new ValueRange(range.lowest() & countedBits, range.highest() & countedBits);
            lowest[i] = counted.lowest();
            spans[i] = counted.highest() - counted.lowest();
        }
    }

    @Override
    int maxByteSize() {
        return byteSize;
    }

    @Override
    int contextByteSize() {
        return 0;
    }

    @Override
    int usualAlignment() {
        return byteSize;
    }

    @Override
    Scanner scanner() {
        return this::scan;
    }

    private void scan(Window window, long first, long end, Matches matches) {
        var last = window.lastStart(end, byteSize);
        var offset = window.align(first);
        if (lowest.length == 1 && spans[0] == 0 && window.alignment() == byteSize) {
            offset = scanWords(window, offset, last, matches);
        }
        var free = offset;
        while (offset <= last) {
            if (offset >= free && isWanted(get(window.bytes(), offset) & countedBits)) {
                matches.add(window.firstAddress() + offset, byteSize);
                free = offset + byteSize;
            }
            offset += window.alignment();
        }
    }

    private boolean isWanted(long value) {
        for (var i = 0; i < lowest.length; i++) {
            if (Long.compareUnsigned(value - lowest[i], spans[i]) <= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Looks for one number by words of 8 bytes, two in a step: where it is, the lanes of the number's size are 0 in the
     * difference.
     *
     * @return where it did not look any more
     */
    private long scanWords(Window window, long first, long last, Matches matches) {
        var memory = window.bytes();
        var ones = Long.divideUnsigned(-1L, -1L >>> Long.SIZE - byteSize * Byte.SIZE);
        var highs = ones << byteSize * Byte.SIZE - 1;
        var wanted = littleEndian(lowest[0]) * ones;
        var counted = littleEndian(countedBits) * ones;
        var offset = first;
        var lastPair = last + byteSize - 2 * Long.BYTES;
        for (; offset <= lastPair; offset += 2 * Long.BYTES) {
            var left = (memory.get(WORD, offset) ^ wanted) & counted;
            var right = (memory.get(WORD, offset + Long.BYTES) ^ wanted) & counted;
            if (((left - ones & ~left | right - ones & ~right) & highs) != 0) {
                addWithin(window, offset, 2 * Long.BYTES, matches);
            }
        }
        return offset;
    }

    private void addWithin(Window window, long first, int size, Matches matches) {
        for (var offset = first; offset < first + size; offset += byteSize) {
            if ((get(window.bytes(), offset) & countedBits) == lowest[0]) {
                matches.add(window.firstAddress() + offset, byteSize);
            }
        }
    }

    private long get(MemorySegment memory, long offset) {
        return switch (byteSize) {
            case 1 -> memory.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
            case 2 -> littleEndian(memory.get(HALF, offset) & 0xffffL);
            case 4 -> littleEndian(memory.get(INT, offset) & 0xffff_ffffL);
            default -> littleEndian(memory.get(WORD, offset));
        };
    }

    /** {@return a number of this size with its bytes as they are, or the other way round if the target is big-endian} */
    private long littleEndian(long number) {
        return isBigEndian ? Long.reverseBytes(number) >>> Long.SIZE - byteSize * Byte.SIZE : number;
    }
}
