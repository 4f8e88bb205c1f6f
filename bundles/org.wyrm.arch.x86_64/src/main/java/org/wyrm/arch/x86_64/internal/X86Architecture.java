package org.wyrm.arch.x86_64.internal;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.wyrm.arch.FloatFormat;
import org.wyrm.arch.spi.Abi;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.SwapEntry;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.memory.TargetMemory;

/** The 64-bit x86 of AMD and Intel. */
@Contributes(type = Architecture.class, name = "x86_64")
public final class X86Architecture implements Architecture {
    /** {@code __START_KERNEL_map}: where the kernel's image would be, were it loaded at physical address 0. */
    private static final long IMAGE_BASE = 0xffff_ffff_8000_0000L;

    /** The last byte that an image may have, below the modules: {@code KERNEL_IMAGE_SIZE} with KASLR. */
    private static final long IMAGE_LAST = 0xffff_ffff_bfff_ffffL;

    /** Of {@code QEMUCPUState}, in bytes: version 1, and the control registers 3 and 4. */
    private static final int QEMU_STATE_VERSION = 1;

    private static final int QEMU_CR3_OFFSET = 416;
    private static final int QEMU_CR4_OFFSET = 424;
    private static final long CR3_ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final long CR4_LA57 = 1 << 12;

    /** With page-table isolation the user's root lies one page after the kernel's. */
    private static final long USER_ROOT = 1 << 12;

    @Override
    public String name() {
        return "x86_64";
    }

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public int pointerByteSize() {
        return Long.BYTES;
    }

    @Override
    public int pageShift() {
        return 12;
    }

    @Override
    public Optional<FloatFormat> longDouble() {
        return Optional.of(FloatFormat.X87);
    }

    @Override
    public Optional<Abi> abi() {
        return Optional.of(X86Abi.INSTANCE);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Needs {@code SYMBOL(swapper_pg_dir)} and {@code NUMBER(phys_base)}; {@code NUMBER(pgtable_l5_enabled)} and
     * {@code NUMBER(sme_mask)} count as 0 where a kernel does not give them.
     *
     * @kernel arch/x86/kernel/machine_kexec_64.c
     */
    @Override
    public PageTables kernelPageTables(TargetMemory physical, KernelParameters parameters) {
        var root = parameters.requiredSymbol("swapper_pg_dir");
        var physBase = parameters.requiredNumber("phys_base");
        return pageTables(physical, parameters, root - IMAGE_BASE + physBase);
    }

    @Override
    public PageTables pageTables(TargetMemory physical, KernelParameters parameters, long rootPhysicalAddress) {
        return new X86PageTables(physical, rootPhysicalAddress, paging(parameters), encryptionMask(parameters));
    }

    @Override
    public List<PageTables> pageTablesOfCpu(TargetMemory physical, ByteSlice qemuState) {
        if (qemuState.byteSize() < QEMU_CR4_OFFSET + Long.BYTES || qemuState.u32(0) != QEMU_STATE_VERSION) {
            return List.of();
        }
        var root = qemuState.u64(QEMU_CR3_OFFSET) & CR3_ADDRESS;
        var paging = (qemuState.u64(QEMU_CR4_OFFSET) & CR4_LA57) == 0 ? Paging.FOUR_LEVELS : Paging.FIVE_LEVELS;
        var ofKernel = new X86PageTables(physical, root & ~USER_ROOT, paging, 0);
        return (root & USER_ROOT) == 0
                ? List.of(ofKernel)
                : List.of(new X86PageTables(physical, root, paging, 0), ofKernel);
    }

    @Override
    public Optional<AddressRange> kernelImageRange() {
        return Optional.of(new AddressRange(IMAGE_BASE, IMAGE_LAST));
    }

    @Override
    public PageTableEntry pageTableEntry(KernelParameters parameters, long value) {
        return X86PageTables.decode(value, X86PageTables.addressMask(encryptionMask(parameters)));
    }

    @Override
    public Optional<SwapEntry> swapEntry(long value) {
        return X86PageTables.swapEntry(value);
    }

    /**
     * {@inheritDoc}
     *
     * @kernel Documentation/arch/x86/x86_64/mm.rst
     */
    @Override
    public long directMapAddress(KernelParameters parameters) {
        return paging(parameters) == Paging.FOUR_LEVELS ? 0xffff_8880_0000_0000L : 0xff11_0000_0000_0000L;
    }

    private static Paging paging(KernelParameters parameters) {
        return parameters.number("pgtable_l5_enabled").orElse(0) == 0 ? Paging.FOUR_LEVELS : Paging.FIVE_LEVELS;
    }

    /** AMD's memory encryption marks encrypted pages by an address bit, in the entries and nowhere else. */
    private static long encryptionMask(KernelParameters parameters) {
        return parameters.number("sme_mask").orElse(0);
    }
}
