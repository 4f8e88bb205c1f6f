package org.wyrm.dwarf;

/** What addresses of code may be. */
record CodeBounds(int addressByteSize, ZeroAddress zero) {
    /** {@return the highest address} */
    long highest() {
        return -1L >>> Long.SIZE - Byte.SIZE * addressByteSize;
    }

    boolean isDead(long address) {
        return zero.isDead(address, addressByteSize);
    }

    void requireOrdered(SectionCursor cursor, long entryOffset, long start, long end) {
        if (Long.compareUnsigned(start, end) > 0) {
            throw cursor.malformed(entryOffset, "a range ends at 0x%x, before its start at 0x%x".formatted(end, start));
        }
    }
}
