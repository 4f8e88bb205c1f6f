package org.wyrm.dwarf.constants;

import java.util.Optional;

/**
 * An instruction of a call frame program. Of the first three, the low 6 bits are an operand.
 *
 * @dwarf 7.24 Call Frame Information
 */
public enum DwCallFrameInstruction {
    DW_CFA_advance_loc(0x40),
    DW_CFA_offset(0x80),
    DW_CFA_restore(0xc0),
    DW_CFA_nop(0x00),
    DW_CFA_set_loc(0x01),
    DW_CFA_advance_loc1(0x02),
    DW_CFA_advance_loc2(0x03),
    DW_CFA_advance_loc4(0x04),
    DW_CFA_offset_extended(0x05),
    DW_CFA_restore_extended(0x06),
    DW_CFA_undefined(0x07),
    DW_CFA_same_value(0x08),
    DW_CFA_register(0x09),
    DW_CFA_remember_state(0x0a),
    DW_CFA_restore_state(0x0b),
    DW_CFA_def_cfa(0x0c),
    DW_CFA_def_cfa_register(0x0d),
    DW_CFA_def_cfa_offset(0x0e),
    DW_CFA_def_cfa_expression(0x0f),
    DW_CFA_expression(0x10),
    DW_CFA_offset_extended_sf(0x11),
    DW_CFA_def_cfa_sf(0x12),
    DW_CFA_def_cfa_offset_sf(0x13),
    DW_CFA_val_offset(0x14),
    DW_CFA_val_offset_sf(0x15),
    DW_CFA_val_expression(0x16),
    /** Of GCC for MIPS; the operand has 8 bytes. */
    DW_CFA_MIPS_advance_loc8(0x1d),
    /** As that below, and the address of the instruction is in the signature. */
    DW_CFA_AARCH64_negate_ra_state_with_pc(0x2c),
    /** Of AArch64: the return address becomes signed, or is no longer. */
    DW_CFA_AARCH64_negate_ra_state(0x2d),
    DW_CFA_GNU_args_size(0x2e),
    /** Of GCC before 4: {@link #DW_CFA_offset_extended_sf} is its successor. */
    DW_CFA_GNU_negative_offset_extended(0x2f);

    /** Of SPARC: the registers of the caller's window are saved. The number is that of an instruction of AArch64. */
    public static final DwCallFrameInstruction DW_CFA_GNU_window_save = DW_CFA_AARCH64_negate_ra_state;

    private static final int LOW_BITS = 0x3f;
    private static final DwCallFrameInstruction[] PRIMARY = {
        DW_CFA_nop, DW_CFA_advance_loc, DW_CFA_offset, DW_CFA_restore
    };
    private static final DwCallFrameInstruction[] EXTENDED = new DwCallFrameInstruction[LOW_BITS + 1];

    static {
        for (var instruction : values()) {
            if (instruction.number <= LOW_BITS) {
                EXTENDED[instruction.number] = instruction;
            }
        }
    }

    private final int number;

    DwCallFrameInstruction(int number) {
        this.number = number;
    }

    /** {@return its number; the low 6 bits are 0 where they are an operand} */
    public int number() {
        return number;
    }

    /** {@return the instruction that a byte begins, if there is one} */
    public static Optional<DwCallFrameInstruction> find(int opcode) {
        var primary = opcode >> 6 & 3;
        return Optional.ofNullable(primary == 0 ? EXTENDED[opcode & LOW_BITS] : PRIMARY[primary]);
    }

    /** {@return the operand in the low 6 bits of a byte} */
    public static int lowBits(int opcode) {
        return opcode & LOW_BITS;
    }
}
