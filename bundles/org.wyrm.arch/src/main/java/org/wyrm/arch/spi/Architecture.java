package org.wyrm.arch.spi;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.arch.FloatFormat;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.TargetMemory;

/**
 * What an architecture supplies. Contributed under its name, as {@code uname -m} prints it.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface Architecture {
    /** {@return its name, as {@code uname -m} prints it: {@code x86_64}} */
    String name();

    /** {@return the order of the bytes in a number} */
    ByteOrder order();

    /** {@return the size of a pointer, in bytes} */
    int pointerByteSize();

    /** {@return log2 of the size of the smallest page, in bytes} */
    int pageShift();

    /** {@return the format of C's {@code long double}; empty where it is none that is known here} */
    default Optional<FloatFormat> longDouble() {
        return Optional.empty();
    }

    /** {@return what it says of registers and stack frames; empty where that is not known here} */
    default Optional<Abi> abi() {
        return Optional.empty();
    }

    /**
     * {@return the page tables of a Linux kernel}
     *
     * @param physical the target's physical memory, where the tables are
     * @param parameters what the kernel says of itself in VMCOREINFO
     * @throws org.wyrm.base.error.MalformedDataException if a parameter that is needed is not there
     */
    PageTables kernelPageTables(TargetMemory physical, KernelParameters parameters);

    /**
     * {@return the page tables of a process of a Linux kernel}
     *
     * @param rootPhysicalAddress where its highest table is
     * @throws org.wyrm.base.error.MalformedDataException if a parameter that is needed is not there
     */
    PageTables pageTables(TargetMemory physical, KernelParameters parameters, long rootPhysicalAddress);

    /**
     * {@return page tables that a CPU may have used when it stopped} They translate at least the kernel's image, if they are
     * right; several are where one register leaves open which.
     *
     * @param qemuState what QEMU writes of a CPU: the note {@code QEMU}
     */
    default List<PageTables> pageTablesOfCpu(TargetMemory physical, ByteSlice qemuState) {
        return List.of();
    }

    /** {@return the virtual addresses in which a Linux kernel has its image; empty where that is not known here} */
    default Optional<AddressRange> kernelImageRange() {
        return Optional.empty();
    }

    /**
     * {@return an entry of a page table, by its bits alone}
     *
     * @throws org.wyrm.base.error.MalformedDataException if a parameter that is needed is not there
     */
    PageTableEntry pageTableEntry(KernelParameters parameters, long value);

    /** {@return what Linux keeps in an entry of a lowest page table that is not present; empty if there is nothing} */
    Optional<SwapEntry> swapEntry(long value);

    /**
     * {@return the virtual address at which a Linux kernel has physical address 0, if it was not moved at random}
     *
     * @throws org.wyrm.base.error.MalformedDataException if a parameter that is needed is not there
     */
    long directMapAddress(KernelParameters parameters);
}
