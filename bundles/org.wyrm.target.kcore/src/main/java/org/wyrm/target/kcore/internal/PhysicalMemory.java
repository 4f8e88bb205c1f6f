package org.wyrm.target.kcore.internal;

import java.util.OptionalLong;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/** All physical memory of the running machine, by the kernel's direct map of it. Thread-safe. */
record PhysicalMemory(KcoreFile file) implements MemorySource {
    @Override
    public long firstAddress() {
        return 0;
    }

    @Override
    public long lastAddress() {
        return -1;
    }

    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        if (file.physicalSegment(address).isPresent()) {
            return OptionalLong.of(address);
        }
        var next = OptionalLong.empty();
        for (var segment : file.headers().physical()) {
            var first = segment.firstAddress();
            if (Long.compareUnsigned(first, address) > 0
                    && (next.isEmpty() || Long.compareUnsigned(first, next.getAsLong()) < 0)) {
                next = OptionalLong.of(first);
            }
        }
        return next;
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var segment = file.physicalSegment(address)
                .orElseThrow(() -> new FaultException(AddressSpace.PHYSICAL, address, "there is no memory"));
        return file.chunk(AddressSpace.PHYSICAL, segment, address, wantedByteSize);
    }

    @Override
    public boolean isStable() {
        return false;
    }
}
