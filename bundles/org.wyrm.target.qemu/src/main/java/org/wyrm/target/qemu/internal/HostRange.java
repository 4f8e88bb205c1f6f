package org.wyrm.target.qemu.internal;

import java.util.OptionalLong;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * A range of a guest's memory that is in the process of QEMU in one piece. Thread-safe.
 *
 * @param range of physical addresses of the guest
 * @param process the memory of QEMU
 * @param hostAddress of the first byte in that
 * @param isStable whether the guest is paused
 */
record HostRange(AddressRange range, MemorySource process, long hostAddress, boolean isStable) implements MemorySource {
    private static final int BLOCK_BYTES = 1 << 12;

    boolean isContinuedBy(HostRange next) {
        return range.lastAddress() + 1 == next.range.firstAddress()
                && next.hostAddress - hostAddress == next.range.firstAddress() - range.firstAddress();
    }

    HostRange with(HostRange next) {
        var both = new AddressRange(range.firstAddress(), next.range.lastAddress());
        return new HostRange(both, process, hostAddress, isStable);
    }

    @Override
    public long firstAddress() {
        return range.firstAddress();
    }

    @Override
    public long lastAddress() {
        return range.lastAddress();
    }

    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        // Pages that the guest never touched are not there; to read them would make the host give them to it.
        var next = process.nextPresent(inHost(address), cancellation);
        return next.isPresent() && range.contains(inGuest(next.getAsLong()))
                ? OptionalLong.of(inGuest(next.getAsLong()))
                : OptionalLong.empty();
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        // What is kept of a guest that is paused is worth a whole block.
        var first = isStable ? address & -BLOCK_BYTES : address;
        var wanted = isStable ? address - first + Math.max(wantedByteSize, BLOCK_BYTES) & -BLOCK_BYTES : wantedByteSize;
        try {
            var chunk = process.chunk(inHost(first), Math.min(wanted, lastAddress() - first + 1));
            if (chunk.contains(inHost(address))) {
                return new Chunk(inGuest(chunk.firstAddress()), chunk.bytes());
            }
        } catch (FaultException fault) {
            throw new FaultException(AddressSpace.PHYSICAL, address, fault.reason());
        }
        throw new FaultException(AddressSpace.PHYSICAL, address, "QEMU has nothing there");
    }

    private long inHost(long address) {
        return address - range.firstAddress() + hostAddress;
    }

    private long inGuest(long address) {
        return address - hostAddress + range.firstAddress();
    }
}
