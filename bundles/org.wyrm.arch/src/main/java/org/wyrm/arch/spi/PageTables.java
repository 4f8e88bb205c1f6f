package org.wyrm.arch.spi;

import org.osgi.annotation.versioning.ConsumerType;

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

    /**
     * A page.
     *
     * @param firstVirtualAddress the virtual address of its first byte
     * @param firstPhysicalAddress the physical address of its first byte
     * @param pageByteSize its size in bytes
     */
    record Translation(long firstVirtualAddress, long firstPhysicalAddress, long pageByteSize) {}
}
