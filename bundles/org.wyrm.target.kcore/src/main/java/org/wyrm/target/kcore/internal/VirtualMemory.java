package org.wyrm.target.kcore.internal;

import org.wyrm.base.address.AddressSpace;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.target.kcore.internal.KcoreHeaders.Segment;

/** One segment of the running kernel's virtual memory. Thread-safe. */
record VirtualMemory(KcoreFile file, Segment segment) implements MemorySource {
    @Override
    public long firstAddress() {
        return segment.firstAddress();
    }

    @Override
    public long lastAddress() {
        return segment.lastAddress();
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        return file.chunk(AddressSpace.VIRTUAL, segment, address, wantedByteSize);
    }

    @Override
    public boolean isStable() {
        return false;
    }
}
