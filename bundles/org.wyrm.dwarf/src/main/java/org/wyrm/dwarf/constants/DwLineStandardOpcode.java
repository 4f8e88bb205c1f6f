package org.wyrm.dwarf.constants;

/**
 * An opcode of a line number program that is one byte and LEB128 operands, but for
 * {@link #DW_LNS_fixed_advance_pc}.
 *
 * @dwarf 7.22 Line Number Information
 */
public enum DwLineStandardOpcode {
    DW_LNS_copy(0x01),
    DW_LNS_advance_pc(0x02),
    DW_LNS_advance_line(0x03),
    DW_LNS_set_file(0x04),
    DW_LNS_set_column(0x05),
    DW_LNS_negate_stmt(0x06),
    DW_LNS_set_basic_block(0x07),
    DW_LNS_const_add_pc(0x08),
    DW_LNS_fixed_advance_pc(0x09),
    DW_LNS_set_prologue_end(0x0a),
    DW_LNS_set_epilogue_begin(0x0b),
    DW_LNS_set_isa(0x0c);

    private final int number;

    DwLineStandardOpcode(int number) {
        this.number = number;
    }

    /** {@return its number; the opcodes are in the order of their numbers, from 1, without gaps} */
    public int number() {
        return number;
    }
}
