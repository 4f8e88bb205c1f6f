package org.wyrm.target.raw.internal;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.FileView;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.search.MemorySearch;
import org.wyrm.memory.search.SearchPattern;

/**
 * Where the memory of a PC is in a plain file of it.
 *
 * <p>Up to 2 GiB, offset and physical address are the same. Larger memory has a hole below 4 GiB, for devices: what was in
 * its place comes at 4 GiB. Where the hole begins is told by the firmware's table of memory, e820, which Linux got in
 * {@code struct boot_params} and keeps. The file may have the hole's bytes too, as one that QEMU's {@code pmemsave} wrote.
 *
 * <pre>
 * boot_params  0x1e8 count of entries of e820 (1)    entry  address (8)
 *              0x1fe 0xaa55 (2)                             size (8)
 *              0x202 "HdrS"                                 type: 1 is memory (4)
 *              0x2d0 the entries, by address
 * </pre>
 *
 * @kernel Documentation/x86/zero-page.rst
 */
final class PcLayout {
    private static final long LARGEST_WITHOUT_HOLE = 2L << 30;
    private static final long HOLE_END = 4L << 30;

    /** What firmware may keep for itself at the end of memory, with its tables: more than is seen, in bytes. */
    private static final long MOST_RESERVED_BYTES = 512L << 20;

    private static final byte[] HEADER = "HdrS".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_OFFSET = 0x202;
    private static final int COUNT_OFFSET = 0x1e8;
    private static final int BOOT_FLAG_OFFSET = 0x1fe;
    private static final int BOOT_FLAG = 0xaa55;
    private static final int ENTRIES_OFFSET = 0x2d0;
    private static final int ENTRY_BYTES = 20;
    private static final int MOST_ENTRIES = 128;
    private static final int RAM_TYPE = 1;
    private static final long HIGHEST_ADDRESS = 1L << 52;

    /** Vectors of the BIOS's interrupts, of which nearly all lead to its code; and its word for memory below 1 MiB. */
    private static final int VECTORS = 32;

    private static final int LEAST_BIOS_VECTORS = 24;
    private static final int BIOS_SEGMENT = 0xc000;
    private static final int BASE_MEMORY_OFFSET = 0x413;
    private static final int LEAST_BASE_KIB = 512;
    private static final int MOST_BASE_KIB = 640;

    private PcLayout() {}

    /**
     * What e820 says.
     *
     * @param lowEnd where memory below 4 GiB ends
     * @param end where all of it ends
     */
    private record Table(long lowEnd, long end) {}

    /** {@return whether a file begins as the memory of a PC does: with what its BIOS left there, which Linux leaves alone} */
    static boolean isBegunBy(FileView file) {
        var ofBios = 0;
        for (var vector = 0; vector < VECTORS; vector++) {
            ofBios += (file.u32(4L * vector) >>> 16) >= BIOS_SEGMENT ? 1 : 0;
        }
        var baseKib = file.u8(BASE_MEMORY_OFFSET) | file.u8(BASE_MEMORY_OFFSET + 1) << 8;
        return ofBios >= LEAST_BIOS_VECTORS && baseKib >= LEAST_BASE_KIB && baseKib <= MOST_BASE_KIB;
    }

    /** {@return where the memory is; empty if nothing in the file tells it} */
    static Optional<List<FileRange>> of(FileView file) {
        var byteSize = file.byteSize();
        var whole = List.of(new FileRange(0, 0, byteSize));
        if (byteSize <= LARGEST_WITHOUT_HOLE) {
            return Optional.of(whole);
        }
        var memory = new TargetMemory(
                AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(new RangeMemory(file, whole.getFirst())));
        // The kernel's image, which has the table, may be anywhere; firmware's copy is in the first megabyte.
        var searched = new AddressRange(0, byteSize - 1);
        try (var headers = MemorySearch.of(memory).range(searched).find(SearchPattern.bytes(HEADER))) {
            return headers.map(match -> layout(file, match.address() - HEADER_OFFSET))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
    }

    private static Optional<List<FileRange>> layout(FileView file, long bootParameters) {
        return table(file, bootParameters).flatMap(table -> layout(file.byteSize(), table));
    }

    private static Optional<List<FileRange>> layout(long byteSize, Table table) {
        if (byteSize >= table.end) {
            return byteSize - table.end <= MOST_RESERVED_BYTES
                    ? Optional.of(List.of(new FileRange(0, 0, byteSize)))
                    : Optional.empty();
        }
        var hole = byteSize - (table.end - HOLE_END);
        return table.end > HOLE_END
                        && hole >= table.lowEnd
                        && hole - table.lowEnd <= MOST_RESERVED_BYTES
                        && hole <= HOLE_END
                ? Optional.of(List.of(new FileRange(0, 0, hole), new FileRange(hole, HOLE_END, byteSize - hole)))
                : Optional.empty();
    }

    private static Optional<Table> table(FileView file, long at) {
        if (at < 0
                || !file.has(at, ENTRIES_OFFSET)
                || (file.u8(at + BOOT_FLAG_OFFSET) | file.u8(at + BOOT_FLAG_OFFSET + 1) << 8) != BOOT_FLAG) {
            return Optional.empty();
        }
        var count = file.u8(at + COUNT_OFFSET);
        if (count == 0 || count > MOST_ENTRIES || !file.has(at + ENTRIES_OFFSET, (long) count * ENTRY_BYTES)) {
            return Optional.empty();
        }
        var next = 0L;
        var lowEnd = 0L;
        var end = 0L;
        for (var entry = at + ENTRIES_OFFSET; count > 0; count--, entry += ENTRY_BYTES) {
            var address = file.u64(entry);
            var byteSize = file.u64(entry + Long.BYTES);
            if (address < next || address > HIGHEST_ADDRESS || byteSize <= 0 || byteSize > HIGHEST_ADDRESS) {
                return Optional.empty();
            }
            next = address + byteSize;
            if (file.s32(entry + 2L * Long.BYTES) == RAM_TYPE) {
                end = next;
                lowEnd = next <= HOLE_END ? next : lowEnd;
            }
        }
        return lowEnd == 0 ? Optional.empty() : Optional.of(new Table(lowEnd, end));
    }
}
