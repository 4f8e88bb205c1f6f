package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes. */
final class BytePattern extends SearchPattern {
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
        var everywhere = new ByteScanner(bytes);
        return (window, first, end, matches) -> {
            if (window.alignment() == 1) {
                everywhere.scan(window, first, end, matches);
            } else {
                scanAligned(window, window.align(first), window.lastStart(end, byteSize), matches);
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

    private boolean isAt(MemorySegment memory, long offset) {
        return MemorySegment.mismatch(memory, offset, offset + byteSize, bytes, 0, byteSize) < 0;
    }
}
