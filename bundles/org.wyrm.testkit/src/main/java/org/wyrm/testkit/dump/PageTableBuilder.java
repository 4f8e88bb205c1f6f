package org.wyrm.testkit.dump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Builds page tables of x86-64, of 4 or 5 levels, as a piece of physical memory that begins with the root. Confined. */
public final class PageTableBuilder {
    private static final long PRESENT_AND_WRITABLE = 3;
    private static final long LARGE = 1 << 7;

    private final int levelCount;
    private final long firstPhysicalAddress;
    private final List<long[]> tables = new ArrayList<>();

    /** Starts with an empty root, at a physical address that is a multiple of 4096. */
    public PageTableBuilder(int levelCount, long firstPhysicalAddress) {
        this.levelCount = levelCount;
        this.firstPhysicalAddress = firstPhysicalAddress;
        tables.add(new long[512]);
    }

    /** {@return the physical address of the root} */
    public long root() {
        return firstPhysicalAddress;
    }

    /** Maps a page of 4 KiB. */
    public PageTableBuilder map(long virtualAddress, long physicalAddress) {
        return entry(virtualAddress, 12, physicalAddress | PRESENT_AND_WRITABLE);
    }

    /**
     * Maps a large page.
     *
     * @param pageShift log2 of its size in bytes: 21 or 30
     */
    public PageTableBuilder mapLarge(long virtualAddress, long physicalAddress, int pageShift) {
        return entry(virtualAddress, pageShift, physicalAddress | PRESENT_AND_WRITABLE | LARGE);
    }

    /**
     * Sets the entry that an address has in the table of a level, and makes the tables above it.
     *
     * @param pageShift log2 of the bytes that the entry stands for: 12, 21, 30, 39 or 48
     */
    public PageTableBuilder entry(long virtualAddress, int pageShift, long entry) {
        var table = tables.getFirst();
        for (var shift = 12 + 9 * (levelCount - 1); shift > pageShift; shift -= 9) {
            var index = (int) (virtualAddress >>> shift) & 511;
            if (table[index] == 0) {
                table[index] = firstPhysicalAddress + 4096L * tables.size() | PRESENT_AND_WRITABLE;
                tables.add(new long[512]);
            }
            table = tables.get((int) (((table[index] & ~0xfffL) - firstPhysicalAddress) / 4096));
        }
        table[(int) (virtualAddress >>> pageShift) & 511] = entry;
        return this;
    }

    /** {@return the tables, to be put at {@link #root()}} */
    public byte[] build() {
        var bytes = ByteBuffer.allocate(4096 * tables.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (var table : tables) {
            for (var entry : table) {
                bytes.putLong(entry);
            }
        }
        return bytes.array();
    }
}
