package org.wyrm.dwarf.constants;

/**
 * The kind of an entry of a location list.
 *
 * @dwarf 7.7.3 Location Lists
 */
public enum DwLocationListEntry {
    DW_LLE_end_of_list(0x00),
    DW_LLE_base_addressx(0x01),
    DW_LLE_startx_endx(0x02),
    DW_LLE_startx_length(0x03),
    DW_LLE_offset_pair(0x04),
    DW_LLE_default_location(0x05),
    DW_LLE_base_address(0x06),
    DW_LLE_start_end(0x07),
    DW_LLE_start_length(0x08),
    /** GCC's, with {@code -gvariable-location-views=incompat5}: views of the entry that follows. */
    DW_LLE_GNU_view_pair(0x09);

    private final int number;

    DwLocationListEntry(int number) {
        this.number = number;
    }

    /** {@return its number; the kinds are in the order of their numbers, from 0, without gaps} */
    public int number() {
        return number;
    }
}
