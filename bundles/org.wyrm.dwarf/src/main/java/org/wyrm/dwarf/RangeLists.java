package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwRangeListEntry;

/**
 * Reads the range lists of a unit: {@code .debug_rnglists} from DWARF 5, {@code .debug_ranges} before.
 *
 * <pre>
 * .debug_rnglists                             .debug_ranges: pairs of addresses
 *   DW_RLE_end_of_list
 *   DW_RLE_base_addressx  index                 0, 0             the end
 *   DW_RLE_startx_endx    index, index          highest, base    a base address
 *   DW_RLE_startx_length  index, length         start, end       from the base address
 *   DW_RLE_offset_pair    start, end
 *   DW_RLE_base_address   address
 *   DW_RLE_start_end      address, address
 *   DW_RLE_start_length   address, length
 * </pre>
 *
 * <p>Indexes, lengths and offsets are LEB128. Ranges of no byte are left out, and those of dead code by
 * {@link ZeroAddress}: with a dead start, or relative to a dead base. Thread-safe.
 *
 * @dwarf 7.25 Range List Entries
 */
public final class RangeLists {
    private static final DwRangeListEntry[] ENTRIES = DwRangeListEntry.values();

    private final ByteSlice section;
    private final UnitEncoding encoding;
    private final AddressTable addresses;
    private final CodeBounds bounds;

    /**
     * Nothing is read yet.
     *
     * @param section {@code .debug_rnglists} for a unit of version 5, else {@code .debug_ranges}
     * @param addresses what indexes of the unit refer to
     * @param zero whether code at address 0 is dead
     */
    public RangeLists(ByteSlice section, UnitEncoding encoding, AddressTable addresses, ZeroAddress zero) {
        this.section = section;
        this.encoding = encoding;
        this.addresses = addresses;
        bounds = new CodeBounds(encoding.addressByteSize(), zero);
    }

    /**
     * {@return where the list with an index is in the section}
     *
     * @param base the unit's {@code DW_AT_rnglists_base}
     * @throws MalformedDataException if there is no such list
     */
    public long offset(long base, long index) {
        return ListOffsets.find(section, encoding, base, index);
    }

    /**
     * Reads a list.
     *
     * @param offset of the list in the section
     * @param unitBase the unit's {@code DW_AT_low_pc}, 0 if it has none
     * @throws MalformedDataException if a rule of the format is broken
     */
    public RangeList read(long offset, long unitBase) {
        var cursor = new SectionCursor(section, offset, SectionCursor.SMALL_WINDOW);
        var ranges = new RangeList.Builder();
        if (encoding.version() < 5) {
            readPairs(cursor, unitBase, ranges);
        } else {
            readEntries(cursor, unitBase, ranges);
        }
        return ranges.build();
    }

    private void readPairs(SectionCursor cursor, long unitBase, RangeList.Builder ranges) {
        var byteSize = encoding.addressByteSize();
        var base = unitBase;
        for (; ; ) {
            var entryOffset = cursor.position();
            var start = cursor.unsigned(byteSize);
            var end = cursor.unsigned(byteSize);
            if (start == 0 && end == 0) {
                return;
            }
            if (start == bounds.highest()) {
                // Clang ends the effect of a base with a base of 0, which is not a dead one.
                base = end;
            } else {
                add(cursor, entryOffset, base + start, base + end, ranges);
            }
        }
    }

    private void readEntries(SectionCursor cursor, long unitBase, RangeList.Builder ranges) {
        var byteSize = encoding.addressByteSize();
        var base = unitBase;
        var isBaseDead = false;
        for (; ; ) {
            var entryOffset = cursor.position();
            var kind = cursor.u8();
            if (kind >= ENTRIES.length) {
                throw cursor.malformed(entryOffset, "kind 0x%x of a range list entry is not known".formatted(kind));
            }
            switch (ENTRIES[kind]) {
                case DW_RLE_end_of_list -> {
                    return;
                }
                case DW_RLE_base_addressx -> {
                    base = addresses.address(cursor.uleb128());
                    isBaseDead = bounds.isDead(base);
                }
                case DW_RLE_base_address -> {
                    base = cursor.unsigned(byteSize);
                    isBaseDead = bounds.isDead(base);
                }
                case DW_RLE_startx_endx -> {
                    var start = addresses.address(cursor.uleb128());
                    add(cursor, entryOffset, start, addresses.address(cursor.uleb128()), ranges);
                }
                case DW_RLE_startx_length -> {
                    var start = addresses.address(cursor.uleb128());
                    add(cursor, entryOffset, start, start + cursor.uleb128(), ranges);
                }
                case DW_RLE_offset_pair -> {
                    var start = cursor.uleb128();
                    var end = cursor.uleb128();
                    if (!isBaseDead) {
                        add(cursor, entryOffset, base + start, base + end, ranges);
                    }
                }
                case DW_RLE_start_end -> {
                    var start = cursor.unsigned(byteSize);
                    add(cursor, entryOffset, start, cursor.unsigned(byteSize), ranges);
                }
                case DW_RLE_start_length -> {
                    var start = cursor.unsigned(byteSize);
                    add(cursor, entryOffset, start, start + cursor.uleb128(), ranges);
                }
            }
        }
    }

    private void add(SectionCursor cursor, long entryOffset, long start, long end, RangeList.Builder ranges) {
        var first = start & bounds.highest();
        var last = end & bounds.highest();
        if (bounds.isDead(first)) {
            return;
        }
        bounds.requireOrdered(cursor, entryOffset, first, last);
        if (first != last) {
            ranges.add(first, last);
        }
    }
}
