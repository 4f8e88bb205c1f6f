package org.wyrm.dwarf.constants;

/**
 * What a field of an entry of a directory or file table is about.
 *
 * @dwarf 7.22 Line Number Information
 */
public enum DwLineContentType {
    DW_LNCT_path(0x1),
    DW_LNCT_directory_index(0x2),
    DW_LNCT_timestamp(0x3),
    DW_LNCT_size(0x4),
    DW_LNCT_MD5(0x5);

    private final int number;

    DwLineContentType(int number) {
        this.number = number;
    }

    /** {@return its number; the types are in the order of their numbers, from 1, without gaps} */
    public int number() {
        return number;
    }
}
