package org.wyrm.dwarf.constants;

/**
 * The kind of an entry of a range list.
 *
 * @dwarf 7.25 Range List Entries
 */
public enum DwRangeListEntry {
    DW_RLE_end_of_list(0x00),
    DW_RLE_base_addressx(0x01),
    DW_RLE_startx_endx(0x02),
    DW_RLE_startx_length(0x03),
    DW_RLE_offset_pair(0x04),
    DW_RLE_base_address(0x05),
    DW_RLE_start_end(0x06),
    DW_RLE_start_length(0x07);

    private final int number;

    DwRangeListEntry(int number) {
        this.number = number;
    }

    /** {@return its number; the kinds are in the order of their numbers, from 0, without gaps} */
    public int number() {
        return number;
    }
}
