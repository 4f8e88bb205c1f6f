package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;

/**
 * Offsets of lists by index, after the header of a unit's lists.
 *
 * <pre>
 * until the base:
 *   unit_length                         4, or 0xffffffff and 8
 *   version                             2; 5
 *   address_size, segment_selector_size 1 each
 *   offset_entry_count                  4
 * from the base:
 *   offsets                             4 or 8 each, from the base
 * </pre>
 *
 * @dwarf 7.28 Range List Table
 */
final class ListOffsets {
    private ListOffsets() {}

    static long find(ByteSlice section, UnitEncoding encoding, long base, long index) {
        var count = section.u32(base - 4);
        if (Long.compareUnsigned(index, count) >= 0) {
            throw section.malformed(
                    base, "there is no list %s, the unit has %d".formatted(Long.toUnsignedString(index), count));
        }
        var at = base + index * encoding.offsetByteSize();
        return base + (encoding.offsetByteSize() == 4 ? section.u32(at) : section.u64(at));
    }
}
