package org.wyrm.dwarf.constants;

/**
 * Types of units.
 *
 * @dwarf 7.5.1 Table 7.2
 */
public final class DwUnitType {
    public static final int DW_UT_compile = 0x01;
    public static final int DW_UT_type = 0x02;
    public static final int DW_UT_partial = 0x03;
    public static final int DW_UT_skeleton = 0x04;
    public static final int DW_UT_split_compile = 0x05;
    public static final int DW_UT_split_type = 0x06;

    private DwUnitType() {}
}
