package org.wyrm.target.kdump.internal;

import java.util.OptionalLong;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/** Memory that is in a part of a split dump that nobody gave. Immutable and thread-safe. */
record MissingPart(long firstAddress, long lastAddress, String reason) implements MemorySource {
    MissingPart(PageRange pages, int pageShift) {
        this(
                pages.first() << pageShift,
                (pages.end() << pageShift) - 1,
                "it is in the part of the split dump with " + pages + ", which is not given");
    }

    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        return OptionalLong.empty();
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        throw new FaultException(FaultException.Kind.MISSING, AddressSpace.PHYSICAL, address, reason);
    }
}
