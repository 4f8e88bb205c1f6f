package org.wyrm.target.raw.internal;

/**
 * A part of a file that is a part of physical memory.
 *
 * @param offset in the file, in bytes
 * @param physicalAddress of its first byte
 * @param byteSize of both; at least one
 */
record FileRange(long offset, long physicalAddress, long byteSize) {
    long lastPhysicalAddress() {
        return physicalAddress + byteSize - 1;
    }
}
