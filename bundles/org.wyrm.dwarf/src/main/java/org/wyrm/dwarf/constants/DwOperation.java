package org.wyrm.dwarf.constants;

import java.util.List;
import java.util.Optional;

/**
 * What an operation of an expression does.
 *
 * @dwarf 7.7.1 DWARF Expressions
 */
public enum DwOperation {
    DW_OP_addr(0x03, DwOperand.ADDRESS),
    DW_OP_deref(0x06),
    DW_OP_const1u(0x08, DwOperand.U8),
    DW_OP_const1s(0x09, DwOperand.S8),
    DW_OP_const2u(0x0a, DwOperand.U16),
    DW_OP_const2s(0x0b, DwOperand.S16),
    DW_OP_const4u(0x0c, DwOperand.U32),
    DW_OP_const4s(0x0d, DwOperand.S32),
    DW_OP_const8u(0x0e, DwOperand.U64),
    DW_OP_const8s(0x0f, DwOperand.S64),
    DW_OP_constu(0x10, DwOperand.ULEB128),
    DW_OP_consts(0x11, DwOperand.SLEB128),
    DW_OP_dup(0x12),
    DW_OP_drop(0x13),
    DW_OP_over(0x14),
    DW_OP_pick(0x15, DwOperand.U8),
    DW_OP_swap(0x16),
    DW_OP_rot(0x17),
    DW_OP_xderef(0x18),
    DW_OP_abs(0x19),
    DW_OP_and(0x1a),
    DW_OP_div(0x1b),
    DW_OP_minus(0x1c),
    DW_OP_mod(0x1d),
    DW_OP_mul(0x1e),
    DW_OP_neg(0x1f),
    DW_OP_not(0x20),
    DW_OP_or(0x21),
    DW_OP_plus(0x22),
    DW_OP_plus_uconst(0x23, DwOperand.ULEB128),
    DW_OP_shl(0x24),
    DW_OP_shr(0x25),
    DW_OP_shra(0x26),
    DW_OP_xor(0x27),
    DW_OP_bra(0x28, DwOperand.BRANCH),
    DW_OP_eq(0x29),
    DW_OP_ge(0x2a),
    DW_OP_gt(0x2b),
    DW_OP_le(0x2c),
    DW_OP_lt(0x2d),
    DW_OP_ne(0x2e),
    DW_OP_skip(0x2f, DwOperand.BRANCH),
    DW_OP_lit0(0x30, DwOperand.LITERAL),
    DW_OP_lit1(0x31, DwOperand.LITERAL),
    DW_OP_lit2(0x32, DwOperand.LITERAL),
    DW_OP_lit3(0x33, DwOperand.LITERAL),
    DW_OP_lit4(0x34, DwOperand.LITERAL),
    DW_OP_lit5(0x35, DwOperand.LITERAL),
    DW_OP_lit6(0x36, DwOperand.LITERAL),
    DW_OP_lit7(0x37, DwOperand.LITERAL),
    DW_OP_lit8(0x38, DwOperand.LITERAL),
    DW_OP_lit9(0x39, DwOperand.LITERAL),
    DW_OP_lit10(0x3a, DwOperand.LITERAL),
    DW_OP_lit11(0x3b, DwOperand.LITERAL),
    DW_OP_lit12(0x3c, DwOperand.LITERAL),
    DW_OP_lit13(0x3d, DwOperand.LITERAL),
    DW_OP_lit14(0x3e, DwOperand.LITERAL),
    DW_OP_lit15(0x3f, DwOperand.LITERAL),
    DW_OP_lit16(0x40, DwOperand.LITERAL),
    DW_OP_lit17(0x41, DwOperand.LITERAL),
    DW_OP_lit18(0x42, DwOperand.LITERAL),
    DW_OP_lit19(0x43, DwOperand.LITERAL),
    DW_OP_lit20(0x44, DwOperand.LITERAL),
    DW_OP_lit21(0x45, DwOperand.LITERAL),
    DW_OP_lit22(0x46, DwOperand.LITERAL),
    DW_OP_lit23(0x47, DwOperand.LITERAL),
    DW_OP_lit24(0x48, DwOperand.LITERAL),
    DW_OP_lit25(0x49, DwOperand.LITERAL),
    DW_OP_lit26(0x4a, DwOperand.LITERAL),
    DW_OP_lit27(0x4b, DwOperand.LITERAL),
    DW_OP_lit28(0x4c, DwOperand.LITERAL),
    DW_OP_lit29(0x4d, DwOperand.LITERAL),
    DW_OP_lit30(0x4e, DwOperand.LITERAL),
    DW_OP_lit31(0x4f, DwOperand.LITERAL),
    DW_OP_reg0(0x50, DwOperand.REGISTER_NUMBER),
    DW_OP_reg1(0x51, DwOperand.REGISTER_NUMBER),
    DW_OP_reg2(0x52, DwOperand.REGISTER_NUMBER),
    DW_OP_reg3(0x53, DwOperand.REGISTER_NUMBER),
    DW_OP_reg4(0x54, DwOperand.REGISTER_NUMBER),
    DW_OP_reg5(0x55, DwOperand.REGISTER_NUMBER),
    DW_OP_reg6(0x56, DwOperand.REGISTER_NUMBER),
    DW_OP_reg7(0x57, DwOperand.REGISTER_NUMBER),
    DW_OP_reg8(0x58, DwOperand.REGISTER_NUMBER),
    DW_OP_reg9(0x59, DwOperand.REGISTER_NUMBER),
    DW_OP_reg10(0x5a, DwOperand.REGISTER_NUMBER),
    DW_OP_reg11(0x5b, DwOperand.REGISTER_NUMBER),
    DW_OP_reg12(0x5c, DwOperand.REGISTER_NUMBER),
    DW_OP_reg13(0x5d, DwOperand.REGISTER_NUMBER),
    DW_OP_reg14(0x5e, DwOperand.REGISTER_NUMBER),
    DW_OP_reg15(0x5f, DwOperand.REGISTER_NUMBER),
    DW_OP_reg16(0x60, DwOperand.REGISTER_NUMBER),
    DW_OP_reg17(0x61, DwOperand.REGISTER_NUMBER),
    DW_OP_reg18(0x62, DwOperand.REGISTER_NUMBER),
    DW_OP_reg19(0x63, DwOperand.REGISTER_NUMBER),
    DW_OP_reg20(0x64, DwOperand.REGISTER_NUMBER),
    DW_OP_reg21(0x65, DwOperand.REGISTER_NUMBER),
    DW_OP_reg22(0x66, DwOperand.REGISTER_NUMBER),
    DW_OP_reg23(0x67, DwOperand.REGISTER_NUMBER),
    DW_OP_reg24(0x68, DwOperand.REGISTER_NUMBER),
    DW_OP_reg25(0x69, DwOperand.REGISTER_NUMBER),
    DW_OP_reg26(0x6a, DwOperand.REGISTER_NUMBER),
    DW_OP_reg27(0x6b, DwOperand.REGISTER_NUMBER),
    DW_OP_reg28(0x6c, DwOperand.REGISTER_NUMBER),
    DW_OP_reg29(0x6d, DwOperand.REGISTER_NUMBER),
    DW_OP_reg30(0x6e, DwOperand.REGISTER_NUMBER),
    DW_OP_reg31(0x6f, DwOperand.REGISTER_NUMBER),
    DW_OP_breg0(0x70, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg1(0x71, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg2(0x72, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg3(0x73, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg4(0x74, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg5(0x75, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg6(0x76, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg7(0x77, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg8(0x78, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg9(0x79, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg10(0x7a, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg11(0x7b, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg12(0x7c, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg13(0x7d, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg14(0x7e, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg15(0x7f, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg16(0x80, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg17(0x81, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg18(0x82, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg19(0x83, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg20(0x84, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg21(0x85, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg22(0x86, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg23(0x87, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg24(0x88, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg25(0x89, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg26(0x8a, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg27(0x8b, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg28(0x8c, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg29(0x8d, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg30(0x8e, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_breg31(0x8f, DwOperand.REGISTER_NUMBER, DwOperand.SLEB128),
    DW_OP_regx(0x90, DwOperand.REGISTER),
    DW_OP_fbreg(0x91, DwOperand.SLEB128),
    DW_OP_bregx(0x92, DwOperand.REGISTER, DwOperand.SLEB128),
    DW_OP_piece(0x93, DwOperand.ULEB128),
    DW_OP_deref_size(0x94, DwOperand.U8),
    DW_OP_xderef_size(0x95, DwOperand.U8),
    DW_OP_nop(0x96),
    DW_OP_push_object_address(0x97),
    DW_OP_call2(0x98, DwOperand.UNIT_DIE_2),
    DW_OP_call4(0x99, DwOperand.UNIT_DIE_4),
    DW_OP_call_ref(0x9a, DwOperand.DIE),
    DW_OP_form_tls_address(0x9b),
    DW_OP_call_frame_cfa(0x9c),
    DW_OP_bit_piece(0x9d, DwOperand.ULEB128, DwOperand.ULEB128),
    DW_OP_implicit_value(0x9e, DwOperand.BLOCK),
    DW_OP_stack_value(0x9f),
    DW_OP_implicit_pointer(0xa0, DwOperand.DIE, DwOperand.SLEB128),
    DW_OP_addrx(0xa1, DwOperand.ADDRESS_INDEX),
    DW_OP_constx(0xa2, DwOperand.ADDRESS_INDEX),
    DW_OP_entry_value(0xa3, DwOperand.EXPRESSION),
    DW_OP_const_type(0xa4, DwOperand.TYPE, DwOperand.BLOCK_1),
    DW_OP_regval_type(0xa5, DwOperand.REGISTER, DwOperand.TYPE),
    DW_OP_deref_type(0xa6, DwOperand.U8, DwOperand.TYPE),
    DW_OP_xderef_type(0xa7, DwOperand.U8, DwOperand.TYPE),
    DW_OP_convert(0xa8, DwOperand.TYPE),
    DW_OP_reinterpret(0xa9, DwOperand.TYPE),
    DW_OP_GNU_push_tls_address(0xe0),
    DW_OP_GNU_uninit(0xf0),
    DW_OP_GNU_implicit_pointer(0xf2, DwOperand.DIE, DwOperand.SLEB128),
    DW_OP_GNU_entry_value(0xf3, DwOperand.EXPRESSION),
    DW_OP_GNU_const_type(0xf4, DwOperand.TYPE, DwOperand.BLOCK_1),
    DW_OP_GNU_regval_type(0xf5, DwOperand.REGISTER, DwOperand.TYPE),
    DW_OP_GNU_deref_type(0xf6, DwOperand.U8, DwOperand.TYPE),
    DW_OP_GNU_convert(0xf7, DwOperand.TYPE),
    DW_OP_GNU_reinterpret(0xf9, DwOperand.TYPE),
    DW_OP_GNU_parameter_ref(0xfa, DwOperand.UNIT_DIE_4),
    DW_OP_GNU_addr_index(0xfb, DwOperand.ADDRESS_INDEX),
    DW_OP_GNU_const_index(0xfc, DwOperand.ADDRESS_INDEX),
    DW_OP_GNU_variable_value(0xfd, DwOperand.DIE);

    private static final DwOperation[] BY_NUMBER = new DwOperation[256];

    static {
        for (var operation : values()) {
            BY_NUMBER[operation.number] = operation;
        }
    }

    private final int number;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes none that could be changed.
    private final List<DwOperand> operands;

    DwOperation(int number, DwOperand... operands) {
        this.number = number;
        this.operands = List.of(operands);
    }

    /** {@return its number, 0 to 255} */
    public int number() {
        return number;
    }

    /** {@return how its operands are written, in their order} */
    public List<DwOperand> operands() {
        return operands;
    }

    /** {@return the operation with a number, if it is known} */
    public static Optional<DwOperation> find(int number) {
        return Optional.ofNullable(number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null);
    }

    /**
     * {@return the operation that does the same with the same operands}
     *
     * <p>DW_OP_lit0, DW_OP_reg0 and DW_OP_breg0 for all that differ in a number, which is their first operand; the
     * standard's for those of GNU that became standard. For what evaluates, so that it has one case for each.
     */
    public DwOperation family() {
        if (number >= DW_OP_lit0.number && number <= DW_OP_lit31.number) {
            return DW_OP_lit0;
        }
        if (number >= DW_OP_reg0.number && number <= DW_OP_reg31.number) {
            return DW_OP_reg0;
        }
        if (number >= DW_OP_breg0.number && number <= DW_OP_breg31.number) {
            return DW_OP_breg0;
        }
        return switch (this) {
            case DW_OP_GNU_push_tls_address -> DW_OP_form_tls_address;
            case DW_OP_GNU_implicit_pointer -> DW_OP_implicit_pointer;
            case DW_OP_GNU_entry_value -> DW_OP_entry_value;
            case DW_OP_GNU_const_type -> DW_OP_const_type;
            case DW_OP_GNU_regval_type -> DW_OP_regval_type;
            case DW_OP_GNU_deref_type -> DW_OP_deref_type;
            case DW_OP_GNU_convert -> DW_OP_convert;
            case DW_OP_GNU_reinterpret -> DW_OP_reinterpret;
            case DW_OP_GNU_addr_index -> DW_OP_addrx;
            case DW_OP_GNU_const_index -> DW_OP_constx;
            default -> this;
        };
    }
}
