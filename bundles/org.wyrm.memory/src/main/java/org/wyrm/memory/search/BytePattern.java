package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Bytes. */
final class BytePattern extends SearchPattern {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final MemorySegment bytes;
    private final int byteSize;

    BytePattern(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_MATCH_BYTES) {
            throw new IllegalArgumentException(
                    "a pattern has 1 to %d bytes, not %d".formatted(MAX_MATCH_BYTES, bytes.length));
        }
        this.bytes = MemorySegment.ofArray(bytes.clone());
        this.byteSize = bytes.length;
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
        return 1;
    }

    @Override
    Scanner scanner() {
        return (window, first, end, matches) -> {
            var last = window.lastStart(end, byteSize);
            var next = window.align(first);
            if (window.alignment() == 1) {
                scanAll(window, next, last, matches);
            } else {
                scanAligned(window, next, last, matches);
            }
        };
    }

    private void scanAligned(Window window, long first, long last, Matches matches) {
        var memory = window.bytes();
        var firstByte = bytes.get(ValueLayout.JAVA_BYTE, 0);
        var free = first;
        for (var offset = first; offset <= last; offset += window.alignment()) {
            if (memory.get(ValueLayout.JAVA_BYTE, offset) == firstByte && offset >= free && isAt(memory, offset)) {
                matches.add(window.firstAddress() + offset, byteSize);
                free = offset + byteSize;
            }
        }
    }

    /**
     * Looks at eight addresses in a step, for the first and the last byte of the pattern together: a byte of the difference
     * is 0 where both are right. What the subtraction finds beside those is ruled out by comparing.
     */
    private void scanAll(Window window, long first, long last, Matches matches) {
        var memory = window.bytes();
        var distance = byteSize - 1;
        var firstBytes = (bytes.get(ValueLayout.JAVA_BYTE, 0) & 0xffL) * LOW_BITS;
        var lastBytes = (bytes.get(ValueLayout.JAVA_BYTE, distance) & 0xffL) * LOW_BITS;
        var free = first;
        var offset = first;
        for (; offset <= last - (Long.BYTES - 1); offset += Long.BYTES) {
            var difference = memory.get(WORD, offset) ^ firstBytes | memory.get(WORD, offset + distance) ^ lastBytes;
            var found = difference - LOW_BITS & ~difference & HIGH_BITS;
            while (found != 0) {
                free = addIfAt(window, offset + (Long.numberOfTrailingZeros(found) >>> 3), free, matches);
                found &= found - 1;
            }
        }
        for (; offset <= last; offset++) {
            free = addIfAt(window, offset, free, matches);
        }
    }

    /** {@return where the next match may begin} */
    private long addIfAt(Window window, long offset, long free, Matches matches) {
        if (offset >= free && isAt(window.bytes(), offset)) {
            matches.add(window.firstAddress() + offset, byteSize);
            return offset + byteSize;
        }
        return free;
    }

    private boolean isAt(MemorySegment memory, long offset) {
        return MemorySegment.mismatch(memory, offset, offset + byteSize, bytes, 0, byteSize) < 0;
    }
}
