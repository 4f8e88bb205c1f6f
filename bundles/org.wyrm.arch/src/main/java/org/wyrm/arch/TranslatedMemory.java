package org.wyrm.arch;

import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;

/**
 * Virtual memory, found in physical memory by page tables: all addresses, 0 to 2^64 - 1.
 *
 * <p>A chunk ends with its page at the latest, even where the next page is its neighbour in physical memory too.
 * Thread-safe.
 */
public final class TranslatedMemory implements MemorySource {
    private final PageTables pageTables;
    private final TargetMemory physicalMemory;

    /**
     * @param pageTables what translates
     * @param physicalMemory where the pages are
     */
    public TranslatedMemory(PageTables pageTables, TargetMemory physicalMemory) {
        this.pageTables = pageTables;
        this.physicalMemory = physicalMemory;
    }

    @Override
    public long firstAddress() {
        return 0;
    }

    @Override
    public long lastAddress() {
        return -1;
    }

    /** {@inheritDoc} What is mapped and has no memory, such as registers of devices, is absent. */
    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        var next = pageTables.nextPage(address, cancellation);
        while (next.isPresent()) {
            var page = next.get();
            var start = Long.compareUnsigned(page.firstVirtualAddress(), address) < 0
                    ? address - page.firstVirtualAddress()
                    : 0;
            var found = physicalMemory.nextPresent(page.firstPhysicalAddress() + start, cancellation);
            if (found.isPresent()) {
                var offset = found.getAsLong() - page.firstPhysicalAddress();
                if (Long.compareUnsigned(offset, page.pageByteSize()) < 0) {
                    return OptionalLong.of(page.firstVirtualAddress() + offset);
                }
            }
            var end = page.firstVirtualAddress() + page.pageByteSize();
            next = end == 0 ? Optional.empty() : pageTables.nextPage(end, cancellation);
        }
        return OptionalLong.empty();
    }

    /**
     * {@inheritDoc}
     *
     * @throws FaultException if the address is not mapped, or its page is absent; always for the virtual address
     */
    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var page = pageTables.translate(address);
        var offset = address - page.firstVirtualAddress();
        var physicalAddress = page.firstPhysicalAddress() + offset;
        var wanted = Math.min(wantedByteSize, page.pageByteSize() - offset);
        var chunk = physicalChunk(address, physicalAddress, wanted);

        // The chunk may reach past the page on both sides; counted from the address, so that nothing overflows.
        var before = Math.min(physicalAddress - chunk.firstAddress(), offset);
        var after = Math.min(
                chunk.bytes().byteSize() - (physicalAddress - chunk.firstAddress()), page.pageByteSize() - offset);
        var bytes = chunk.bytes().asSlice(physicalAddress - chunk.firstAddress() - before, before + after);
        return new Chunk(address - before, bytes);
    }

    @Override
    public boolean isStable() {
        return physicalMemory.isStable();
    }

    private Chunk physicalChunk(long address, long physicalAddress, long wantedByteSize) {
        try {
            return physicalMemory.chunk(physicalAddress, wantedByteSize);
        } catch (FaultException fault) {
            throw new FaultException(
                    fault.kind(),
                    AddressSpace.VIRTUAL,
                    address,
                    "physical address 0x%x: %s".formatted(physicalAddress, fault.reason()));
        }
    }
}
