package org.wyrm.dwarf.constants;

/**
 * An opcode of a line number program that follows a zero byte and its length.
 *
 * @dwarf 7.22 Line Number Information
 */
public enum DwLineExtendedOpcode {
    DW_LNE_end_sequence(0x01),
    DW_LNE_set_address(0x02),
    /** Until DWARF 4. */
    DW_LNE_define_file(0x03),
    DW_LNE_set_discriminator(0x04);

    private final int number;

    DwLineExtendedOpcode(int number) {
        this.number = number;
    }

    /** {@return its number; the opcodes are in the order of their numbers, from 1, without gaps} */
    public int number() {
        return number;
    }
}
