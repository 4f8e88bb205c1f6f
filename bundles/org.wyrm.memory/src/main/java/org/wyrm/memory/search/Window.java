package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import org.wyrm.base.cancellation.Cancellation;

/**
 * Memory that a scanner sees in one piece.
 *
 * @param firstAddress of the first byte
 * @param bytes with what may belong to a match that begins in the part that is scanned
 * @param alignment of the addresses that count
 * @param cancellation for scanners that take long
 */
record Window(long firstAddress, MemorySegment bytes, long alignment, Cancellation cancellation) {
    /** {@return the offset of the first address that counts, from an offset on} */
    long align(long offset) {
        var over = Long.remainderUnsigned(firstAddress + offset, alignment);
        return over == 0 ? offset : offset + alignment - over;
    }

    /** {@return the offset after which no match of a size can begin, or the one that is given} */
    long lastStart(long end, int byteSize) {
        return Math.min(end - 1, bytes.byteSize() - byteSize);
    }
}
