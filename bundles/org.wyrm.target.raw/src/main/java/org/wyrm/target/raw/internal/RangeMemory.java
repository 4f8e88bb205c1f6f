package org.wyrm.target.raw.internal;

import org.wyrm.base.bytes.FileView;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/** One range of physical memory, in place in its file. Thread-safe. */
record RangeMemory(FileView file, FileRange range) implements MemorySource {
    @Override
    public long firstAddress() {
        return range.physicalAddress();
    }

    @Override
    public long lastAddress() {
        return range.lastPhysicalAddress();
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var first = file.piece(range.offset(), range.byteSize());
        var distance = address - firstAddress();
        if (distance < first.byteSize()) {
            return new Chunk(firstAddress(), first.segment());
        }
        return new Chunk(
                address,
                file.piece(range.offset() + distance, range.byteSize() - distance)
                        .segment());
    }
}
