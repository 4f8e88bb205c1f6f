package org.wyrm.arch.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;

/** Translates the virtual addresses of one address space. Thread-safe. */
@ConsumerType
public interface PageTables {
    /**
     * {@return where a virtual address is}
     *
     * @throws org.wyrm.base.error.FaultException if it is not mapped, with the virtual address and the level that says
     *     so, or if a table cannot be read
     */
    Translation translate(long virtualAddress);

    /** {@return each step of the way to a virtual address, as far as it goes; never a fault} */
    Walk walk(long virtualAddress);

    /**
     * {@return the page that is mapped at a virtual address, or else the one that is mapped next; empty if there is none}
     *
     * <p>Tables that cannot be read map nothing.
     *
     * @param cancellation polled, since tables that point at themselves map more than anyone can go through
     */
    Optional<Translation> nextPage(long virtualAddress, Cancellation cancellation);

    /**
     * A page.
     *
     * @param firstVirtualAddress the virtual address of its first byte
     * @param firstPhysicalAddress the physical address of its first byte
     * @param pageByteSize its size in bytes
     */
    record Translation(long firstVirtualAddress, long firstPhysicalAddress, long pageByteSize) {}

    /**
     * The way to a virtual address.
     *
     * @param steps the entries that were read, the highest table first
     * @param page where they lead; empty if the address is not mapped
     * @param fault why it is not
     */
    record Walk(List<Step> steps, Optional<Translation> page, Optional<FaultException> fault) {}

    /**
     * An entry on the way.
     *
     * @param table the kernel's name for its table: {@code PGD}
     * @param entryPhysicalAddress where it was read
     */
    record Step(String table, long entryPhysicalAddress, PageTableEntry entry) {}
}
