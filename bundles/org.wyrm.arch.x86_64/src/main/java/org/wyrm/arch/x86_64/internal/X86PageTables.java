package org.wyrm.arch.x86_64.internal;

import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;

/**
 * Page tables of 4 or 5 levels, with pages of 4 KiB, 2 MiB and 1 GiB.
 *
 * <pre>
 * table  bits of the address  an entry with bit 7 set
 * PGD    48-56 (5 levels)     is invalid
 * P4D    39-47                is invalid; with 4 levels Linux calls this one PGD
 * PUD    30-38                is a page of 1 GiB
 * PMD    21-29                is a page of 2 MiB
 * PTE    12-20                is a page of 4 KiB as any other: the bit belongs to PAT
 *
 * entry: bit 0 present, 12-51 physical address, 52-62 for software and keys, 63 no execution;
 *        of a large page bit 12 is PAT, those from there to the page's size are reserved
 * </pre>
 *
 * <p>A walk has as many steps as there are levels, so tables that point at themselves end it as any others do.
 * Thread-safe.
 *
 * @kernel arch/x86/include/asm/pgtable_types.h
 */
final class X86PageTables implements PageTables {
    private static final long PRESENT = 1;
    private static final long LARGE = 1 << 7;
    private static final long ADDRESS_MASK = 0x000f_ffff_ffff_f000L;
    private static final long LARGE_PAT = 1 << 12;
    private static final int PTE_SHIFT = 12;
    private static final int PUD_SHIFT = 30;
    private static final int INDEX_BITS = 9;
    private static final int CACHE_SLOTS = 1024;
    private static final int LARGE_PAGE_SHIFT = 21;

    private final TargetMemory physical;
    private final long root;
    private final Paging paging;
    private final long addressMask;

    /**
     * The pages last found, the small and the large ones. Written and read without a lock: an entry is immutable, and
     * is checked against the address each time it is used.
     */
    private final @Nullable Translation[] smallPages = new Translation[CACHE_SLOTS];

    private final @Nullable Translation[] largePages = new Translation[CACHE_SLOTS];

    /**
     * @param root the physical address of the highest table
     * @param encryptionMask bits of an entry that mark its page as encrypted, and are no part of its address
     */
    X86PageTables(TargetMemory physical, long root, Paging paging, long encryptionMask) {
        this.physical = physical;
        this.root = root & ADDRESS_MASK & ~encryptionMask;
        this.paging = paging;
        this.addressMask = ADDRESS_MASK & ~encryptionMask;
    }

    @Override
    public Translation translate(long virtualAddress) {
        var smallSlot = (int) (virtualAddress >>> PTE_SHIFT) & (CACHE_SLOTS - 1);
        var small = smallPages[smallSlot];
        if (small != null && contains(small, virtualAddress)) {
            return small;
        }
        var largeSlot = (int) (virtualAddress >>> LARGE_PAGE_SHIFT) & (CACHE_SLOTS - 1);
        var large = largePages[largeSlot];
        if (large != null && contains(large, virtualAddress)) {
            return large;
        }
        var found = walk(virtualAddress);
        if (found.pageByteSize() == 1L << PTE_SHIFT) {
            smallPages[smallSlot] = found;
        } else {
            largePages[largeSlot] = found;
        }
        return found;
    }

    private static boolean contains(Translation page, long virtualAddress) {
        return Long.compareUnsigned(virtualAddress - page.firstVirtualAddress(), page.pageByteSize()) < 0;
    }

    private Translation walk(long virtualAddress) {
        if (!paging.isCanonical(virtualAddress)) {
            throw fault(virtualAddress, "not a canonical address with %d levels".formatted(paging.levelCount()));
        }
        var table = root;
        for (var shift = PTE_SHIFT + INDEX_BITS * (paging.levelCount() - 1); ; shift -= INDEX_BITS) {
            var entryAddress = table + ((virtualAddress >>> shift & (1 << INDEX_BITS) - 1) << 3);
            var entry = entry(virtualAddress, shift, entryAddress);
            if ((entry & PRESENT) == 0) {
                throw fault(virtualAddress, "not mapped: " + describe(shift, entryAddress, entry));
            }
            if (shift == PTE_SHIFT) {
                return page(virtualAddress, entry & addressMask, shift);
            }
            if ((entry & LARGE) != 0) {
                return largePage(virtualAddress, shift, entryAddress, entry);
            }
            table = entry & addressMask;
        }
    }

    private long entry(long virtualAddress, int shift, long entryAddress) {
        try {
            return physical.u64(entryAddress);
        } catch (FaultException fault) {
            throw fault(
                    virtualAddress,
                    "its %s entry at physical 0x%x cannot be read: %s"
                            .formatted(table(shift), entryAddress, fault.reason()));
        }
    }

    private Translation largePage(long virtualAddress, int shift, long entryAddress, long entry) {
        var reserved = shift > PUD_SHIFT ? LARGE : entry & addressMask & ~LARGE_PAT & (1L << shift) - 1;
        if (reserved != 0) {
            throw fault(
                    virtualAddress,
                    "not mapped: %s, with reserved bits 0x%x"
                            .formatted(describe(shift, entryAddress, entry), reserved));
        }
        return page(virtualAddress, entry & addressMask & -1L << shift, shift);
    }

    private static Translation page(long virtualAddress, long firstPhysicalAddress, int shift) {
        return new Translation(virtualAddress & -1L << shift, firstPhysicalAddress, 1L << shift);
    }

    private String describe(int shift, long entryAddress, long entry) {
        return "%s entry at physical 0x%x is 0x%x".formatted(table(shift), entryAddress, entry);
    }

    private String table(int shift) {
        if (shift == PTE_SHIFT + INDEX_BITS * (paging.levelCount() - 1)) {
            return "PGD";
        }
        return switch (shift) {
            case PTE_SHIFT -> "PTE";
            case LARGE_PAGE_SHIFT -> "PMD";
            case PUD_SHIFT -> "PUD";
            default -> "P4D";
        };
    }

    private static FaultException fault(long virtualAddress, String reason) {
        return new FaultException(AddressSpace.VIRTUAL, virtualAddress, reason);
    }
}
