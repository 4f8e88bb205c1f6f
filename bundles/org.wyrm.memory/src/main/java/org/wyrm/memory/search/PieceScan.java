package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;

/**
 * Finds the matches that begin in a block of addresses. Large chunks are scanned in place; small ones, and the borders
 * between chunks, are copied together. Thread-safe.
 *
 * @param range that matches lie in
 */
record PieceScan(TargetMemory memory, SearchPattern pattern, AddressRange range, long alignment) {
    /** From how many bytes on a chunk is not copied. */
    private static final long LARGE_BYTES = 1 << 16;

    /** How much is copied at once; more than any match and what is looked at beside it. */
    private static final int COPY_BYTES = 1 << 16;

    /**
     * Appends the matches that begin in a block.
     *
     * @param first the first address of the block, in the range
     * @param last its last address, in the range
     */
    void scan(long first, long last, Matches matches, Cancellation cancellation) {
        var scanner = pattern.scanner();
        var next = memory.nextPresent(first, cancellation);
        while (next.isPresent() && Long.compareUnsigned(next.getAsLong(), last) <= 0) {
            cancellation.check();
            var at = next.getAsLong();
            var before = matches.count();
            var scanned = scanPiece(scanner, at, last, matches, cancellation);
            if (matches.count() > before) {
                var latest = matches.get(matches.count() - 1);
                scanned = maxUnsigned(scanned, latest.address() + latest.byteSize() - 1);
            }
            if (Long.compareUnsigned(scanned, last) >= 0) {
                return;
            }
            next = memory.nextPresent(scanned + 1, cancellation);
        }
    }

    /** {@return the last address at which it looked for the start of a match} */
    private long scanPiece(
            SearchPattern.Scanner scanner, long first, long last, Matches matches, Cancellation cancellation) {
        // What a match that begins in the block, and what is looked at beside it, may reach.
        var reach = pattern.maxByteSize() - 1 + pattern.contextByteSize();
        var dataLast = last + minUnsigned(reach, range.lastAddress() - last);
        var dataFirst = contextStart(first, cancellation);
        var chunk = memory.chunk(first, dataLast - first + 1);
        var chunkLast = minUnsigned(chunk.firstAddress() + chunk.bytes().byteSize() - 1, dataLast);
        Chunk piece;
        if (chunk.contains(dataFirst)
                && (chunkLast == dataLast || Long.compareUnsigned(chunkLast - first, LARGE_BYTES) >= 0)) {
            piece = chunk.between(dataFirst, chunkLast);
        } else {
            piece = copy(dataFirst, dataLast, cancellation);
        }
        var pieceLast = piece.firstAddress() + piece.bytes().byteSize() - 1;
        var scanned = pieceLast;
        if (pieceLast != dataLast && isPresent(pieceLast + 1, cancellation)) {
            scanned -= reach;
        }
        scanned = minUnsigned(scanned, last);
        var window = new Window(piece.firstAddress(), piece.bytes(), alignment, cancellation);
        scanner.scan(window, first - piece.firstAddress(), scanned - piece.firstAddress() + 1, matches);
        if (piece.bytes().isMapped()) {
            // Else all of a file would stay in the process's memory. Whoever needs some of it next has it mapped again.
            piece.bytes().unload();
        }
        return scanned;
    }

    /** {@return the first of the present bytes before an address that are looked at beside a match there} */
    private long contextStart(long address, Cancellation cancellation) {
        var wanted = minUnsigned(pattern.contextByteSize(), address - range.firstAddress());
        var start = address;
        while (address - start < wanted && isPresent(start - 1, cancellation)) {
            var chunk = memory.chunk(start - 1, 1);
            var missing = wanted - (address - start);
            start -= Math.min(missing, start - chunk.firstAddress());
        }
        return start;
    }

    private boolean isPresent(long address, Cancellation cancellation) {
        var next = memory.nextPresent(address, cancellation);
        return next.isPresent() && next.getAsLong() == address;
    }

    /** {@return a copy of what is present from an address on, up to another, to the next hole, or to its size} */
    private Chunk copy(long first, long last, Cancellation cancellation) {
        var wanted = Long.compareUnsigned(last - first, COPY_BYTES) < 0 ? last - first + 1 : COPY_BYTES;
        var bytes = MemorySegment.ofArray(new byte[(int) wanted]);
        var count = 0L;
        do {
            var chunk = memory.chunk(first + count, wanted - count);
            var offset = first + count - chunk.firstAddress();
            var size = Math.min(wanted - count, chunk.bytes().byteSize() - offset);
            MemorySegment.copy(chunk.bytes(), offset, bytes, count, size);
            count += size;
        } while (count < wanted && isPresent(first + count, cancellation));
        return new Chunk(first, bytes.asSlice(0, count));
    }

    private static long minUnsigned(long left, long right) {
        return Long.compareUnsigned(left, right) < 0 ? left : right;
    }

    private static long maxUnsigned(long left, long right) {
        return Long.compareUnsigned(left, right) > 0 ? left : right;
    }
}
