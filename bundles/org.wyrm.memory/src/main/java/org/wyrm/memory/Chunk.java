package org.wyrm.memory;

import java.lang.foreign.MemorySegment;

/**
 * Target memory that can be looked at in place, without a copy.
 *
 * @param firstAddress the address of the first byte
 * @param bytes the bytes, to be read only; at least one
 */
public record Chunk(long firstAddress, MemorySegment bytes) {
    /** {@return whether an address is in this chunk} */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - firstAddress, bytes.byteSize()) < 0;
    }

    /** {@return the part of this chunk from {@code first} to {@code last}, both inside it} */
    public Chunk between(long first, long last) {
        return new Chunk(first, bytes.asSlice(first - firstAddress, last - first + 1));
    }
}
