package org.wyrm.arch.x86_64.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.SwapEntry;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.FaultException.Kind;
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
    /** {@code _PAGE_PROTNONE}: the kernel's own mark for a page that it took away from its user; else GLOBAL. */
    private static final long PROTNONE = 1 << 8;

    private static final long ACCESSED = 1 << 5;
    private static final long DIRTY = 1 << 6;

    /** Bits of an entry of what is swapped out: the type from the top, and flags below the offset. */
    private static final int SWAP_TYPE_BITS = 5;

    private static final int SWAP_FLAG_BITS = 9;

    /** From bit 0 on. */
    private static final List<String> FLAGS =
            List.of("PRESENT", "RW", "USER", "PWT", "PCD", "ACCESSED", "DIRTY", "PSE", "GLOBAL");

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
        this.addressMask = addressMask(encryptionMask);
        this.root = root & addressMask;
        this.paging = paging;
    }

    /** {@return the bits of an entry that are an address} */
    static long addressMask(long encryptionMask) {
        return ADDRESS_MASK & ~encryptionMask;
    }

    /** {@return an entry by its bits; of one of a PTE, {@code PSE} is PAT} */
    static PageTableEntry decode(long entry, long addressMask) {
        var isPresent = (entry & PRESENT) != 0;
        var flags = new ArrayList<String>();
        for (var bit = 0; bit < FLAGS.size(); bit++) {
            if ((entry >>> bit & 1) != 0) {
                flags.add(FLAGS.get(bit));
            }
        }
        if (!isPresent && (entry & PROTNONE) != 0) {
            flags.add("PROTNONE");
        }
        if (entry < 0) {
            flags.add("NX");
        }
        return new PageTableEntry(entry, isPresent, isPresent ? entry & addressMask : 0, List.copyOf(flags));
    }

    /**
     * {@return what is in an entry that is not present}: the type in the highest five bits, then the offset, all its bits
     * turned over.
     *
     * <p>So it is since Linux kernel commit bcd11afa7ada ("x86/speculation/l1tf: Change order of offset/type in swap
     * entry") (in v4.19).
     *
     * @kernel arch/x86/include/asm/pgtable_64.h
     */
    static Optional<SwapEntry> swapEntry(long entry) {
        var isNone = (entry & ~(ACCESSED | DIRTY)) == 0;
        return isNone || (entry & (PRESENT | PROTNONE)) != 0
                ? Optional.empty()
                : Optional.of(new SwapEntry(
                        (int) (entry >>> Long.SIZE - SWAP_TYPE_BITS),
                        ~entry << SWAP_TYPE_BITS >>> SWAP_TYPE_BITS + SWAP_FLAG_BITS));
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
        var found = walk(virtualAddress, null);
        if (!physical.isStable()) {
            return found; // what is mapped there may be another page soon
        }
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

    @Override
    public Walk walk(long virtualAddress) {
        var steps = new ArrayList<Step>();
        try {
            return new Walk(steps, Optional.of(walk(virtualAddress, steps)), Optional.empty());
        } catch (FaultException unmapped) {
            return new Walk(steps, Optional.empty(), Optional.of(unmapped));
        }
    }

    @Override
    public Optional<Translation> nextPage(long virtualAddress, Cancellation cancellation) {
        var address = paging.nextCanonical(virtualAddress);
        while (true) {
            cancellation.check();
            var end = descend(address, null);
            if (end.fault == null && (end.entry & PRESENT) != 0 && reservedBits(end) == 0) {
                return Optional.of(page(address, end));
            }
            var last = address | (1L << end.shift) - 1;
            if (last == -1) {
                return Optional.empty();
            }
            address = paging.nextCanonical(last + 1);
        }
    }

    /** The last entry on the way to an address: that of a page, one that is not present, or one that cannot be read. */
    private record End(
            int shift,
            long entryAddress,
            long entry,
            @Nullable FaultException fault) {}

    private End descend(long virtualAddress, @Nullable List<Step> steps) {
        var table = root;
        for (var shift = rootShift(); ; shift -= INDEX_BITS) {
            var entryAddress = table + ((virtualAddress >>> shift & (1 << INDEX_BITS) - 1) << 3);
            long entry;
            try {
                entry = physical.u64(entryAddress);
            } catch (FaultException fault) {
                return new End(shift, entryAddress, 0, fault);
            }
            if (steps != null) {
                steps.add(new Step(table(shift), entryAddress, decode(entry, addressMask)));
            }
            if ((entry & PRESENT) == 0 || shift == PTE_SHIFT || (entry & LARGE) != 0) {
                return new End(shift, entryAddress, entry, null);
            }
            table = entry & addressMask;
        }
    }

    private Translation walk(long virtualAddress, @Nullable List<Step> steps) {
        if (!paging.isCanonical(virtualAddress)) {
            throw fault(
                    Kind.NOT_MAPPED,
                    virtualAddress,
                    "not a canonical address with %d levels".formatted(paging.levelCount()));
        }
        var end = descend(virtualAddress, steps);
        if (end.fault != null) {
            throw fault(
                    end.fault.kind(),
                    virtualAddress,
                    "its %s entry at physical 0x%x cannot be read: %s"
                            .formatted(table(end.shift), end.entryAddress, end.fault.reason()));
        }
        if ((end.entry & PRESENT) == 0) {
            throw fault(Kind.NOT_MAPPED, virtualAddress, "not mapped: " + describe(end) + ", not present");
        }
        var reserved = reservedBits(end);
        if (reserved != 0) {
            throw fault(
                    Kind.NOT_MAPPED,
                    virtualAddress,
                    "not mapped: %s, with reserved bits 0x%x".formatted(describe(end), reserved));
        }
        return page(virtualAddress, end);
    }

    private long reservedBits(End end) {
        if (end.shift == PTE_SHIFT) {
            return 0;
        }
        return end.shift > PUD_SHIFT ? LARGE : end.entry & addressMask & ~LARGE_PAT & (1L << end.shift) - 1;
    }

    private Translation page(long virtualAddress, End end) {
        var pageMask = -1L << end.shift;
        return new Translation(virtualAddress & pageMask, end.entry & addressMask & pageMask, 1L << end.shift);
    }

    private String describe(End end) {
        return "%s entry at physical 0x%x is 0x%x".formatted(table(end.shift), end.entryAddress, end.entry);
    }

    private int rootShift() {
        return PTE_SHIFT + INDEX_BITS * (paging.levelCount() - 1);
    }

    private String table(int shift) {
        if (shift == rootShift()) {
            return "PGD";
        }
        return switch (shift) {
            case PTE_SHIFT -> "PTE";
            case LARGE_PAGE_SHIFT -> "PMD";
            case PUD_SHIFT -> "PUD";
            default -> "P4D";
        };
    }

    private static FaultException fault(Kind kind, long virtualAddress, String reason) {
        return new FaultException(kind, AddressSpace.VIRTUAL, virtualAddress, reason);
    }
}
