package org.wyrm.dwarf;

import java.util.ArrayDeque;
import java.util.Deque;
import org.wyrm.dwarf.constants.DwCallFrameInstruction;

/**
 * Runs the instructions of an FDE, row by row, after those of its CIE. Confined to one thread.
 *
 * @dwarf 6.4.2 Call Frame Instructions
 */
final class CallFrameProgram {
    /** Compilers nest two. */
    private static final int MOST_REMEMBERED = 64;

    private final FrameDescriptionEntry entry;
    private final CommonInformationEntry cie;
    private final long highestAddress;
    private final Deque<CallFrameRules> remembered = new ArrayDeque<>(2);
    private final CallFrameRules initial;
    private SectionCursor cursor;
    private boolean isInitial = true;
    private CallFrameRules rules = new CallFrameRules();
    private long location;
    private long nextLocation;
    private long argumentsByteSize;

    /** Starts at the first address of the function. */
    CallFrameProgram(FrameDescriptionEntry entry) {
        this.entry = entry;
        cie = entry.cie();
        highestAddress = new CodeBounds(cie.addressByteSize(), entry.section().zero()).highest();
        location = entry.startAddress();
        nextLocation = location;
        cursor = entry.initialInstructions();
        runToAdvance();
        nextLocation = location;
        initial = rules;
        rules = initial.copy();
        remembered.clear();
        isInitial = false;
        cursor = entry.instructions();
    }

    /** {@return where the row ends that the instructions so far have made, once the program has run to there} */
    long nextLocation() {
        return nextLocation;
    }

    /** Starts the next row, with the rules of that before. */
    void advance() {
        location = nextLocation;
    }

    /** {@return the row that the instructions so far have made} */
    CallFrameRow row() {
        var end = entry.endAddress();
        var rowEnd = Long.compareUnsigned(nextLocation, end) < 0 ? nextLocation : end;
        return new CallFrameRow(entry, rules.copy(), location, rowEnd, argumentsByteSize);
    }

    /**
     * Runs up to the end of a row.
     *
     * @return whether instructions are left
     */
    boolean runToAdvance() {
        for (var opcode = cursor.u8OrEnd(); opcode >= 0; opcode = cursor.u8OrEnd()) {
            if (run(opcode)) {
                return true;
            }
        }
        nextLocation = entry.endAddress();
        return false;
    }

    /** {@return whether the row ends} */
    private boolean run(int opcode) {
        var offset = cursor.position() - 1;
        var instruction = DwCallFrameInstruction.find(opcode)
                .orElseThrow(
                        () -> cursor.malformed(offset, "call frame instruction 0x%02x is not known".formatted(opcode)));
        var lowBits = DwCallFrameInstruction.lowBits(opcode);
        switch (instruction) {
            case DW_CFA_nop -> {}
            case DW_CFA_advance_loc -> advanceBy(offset, lowBits);
            case DW_CFA_advance_loc1 -> advanceBy(offset, cursor.u8());
            case DW_CFA_advance_loc2 -> advanceBy(offset, cursor.u16());
            case DW_CFA_advance_loc4 -> advanceBy(offset, cursor.u32());
            case DW_CFA_MIPS_advance_loc8 -> advanceBy(offset, cursor.u64());
            case DW_CFA_set_loc -> advanceTo(offset, entry.address(cursor));
            case DW_CFA_offset -> set(offset, lowBits, RegisterRule.OFFSET, unsignedOffset());
            case DW_CFA_offset_extended -> set(offset, register(), RegisterRule.OFFSET, unsignedOffset());
            case DW_CFA_offset_extended_sf -> set(offset, register(), RegisterRule.OFFSET, signedOffset());
            case DW_CFA_GNU_negative_offset_extended -> set(offset, register(), RegisterRule.OFFSET, -unsignedOffset());
            case DW_CFA_val_offset -> set(offset, register(), RegisterRule.VAL_OFFSET, unsignedOffset());
            case DW_CFA_val_offset_sf -> set(offset, register(), RegisterRule.VAL_OFFSET, signedOffset());
            case DW_CFA_undefined -> set(offset, register(), RegisterRule.UNDEFINED, 0);
            case DW_CFA_same_value -> set(offset, register(), RegisterRule.SAME_VALUE, 0);
            case DW_CFA_register -> set(offset, register(), RegisterRule.REGISTER, register());
            case DW_CFA_expression -> set(offset, register(), RegisterRule.EXPRESSION, expression());
            case DW_CFA_val_expression -> set(offset, register(), RegisterRule.VAL_EXPRESSION, expression());
            case DW_CFA_restore -> restore(offset, lowBits);
            case DW_CFA_restore_extended -> restore(offset, register());
            case DW_CFA_remember_state -> remember(offset);
            case DW_CFA_restore_state -> restoreState(offset);
            case DW_CFA_def_cfa -> rules.defineCfa(register(), cursor.uleb128());
            case DW_CFA_def_cfa_sf -> rules.defineCfa(register(), signedOffset());
            case DW_CFA_def_cfa_register -> rules.defineCfa(register(), cfaOffset(offset));
            case DW_CFA_def_cfa_offset -> rules.defineCfa(cfaRegister(offset), cursor.uleb128());
            case DW_CFA_def_cfa_offset_sf -> rules.defineCfa(cfaRegister(offset), signedOffset());
            case DW_CFA_def_cfa_expression -> rules.defineCfaByExpression(expression());
            case DW_CFA_GNU_args_size -> argumentsByteSize = cursor.uleb128();
            case DW_CFA_AARCH64_negate_ra_state, DW_CFA_AARCH64_negate_ra_state_with_pc ->
                rules.toggleReturnAddressSigned();
        }
        return nextLocation != location;
    }

    private void advanceBy(long offset, long distance) {
        var byteSize = distance * cie.codeAlignmentFactor();
        if (Math.unsignedMultiplyHigh(distance, cie.codeAlignmentFactor()) != 0
                || Long.compareUnsigned(byteSize, highestAddress - location) > 0) {
            throw cursor.malformed(
                    offset,
                    "a row starts %s times %s bytes after 0x%x"
                            .formatted(
                                    Long.toUnsignedString(distance),
                                    Long.toUnsignedString(cie.codeAlignmentFactor()),
                                    location));
        }
        advanceTo(offset, location + byteSize);
    }

    private void advanceTo(long offset, long address) {
        if (isInitial) {
            throw cursor.malformed(offset, "initial instructions do not advance");
        }
        if (Long.compareUnsigned(address, location) < 0) {
            throw cursor.malformed(offset, "a row at 0x%x follows one at 0x%x".formatted(address, location));
        }
        nextLocation = address;
    }

    private int register() {
        return cursor.uleb128AsInt("register");
    }

    private long unsignedOffset() {
        return cursor.uleb128() * cie.dataAlignmentFactor();
    }

    private long signedOffset() {
        return cursor.sleb128() * cie.dataAlignmentFactor();
    }

    /** {@return where the expression is, its length first} */
    private long expression() {
        var offset = cursor.position();
        cursor.skip(cursor.uleb128());
        return offset;
    }

    private void set(long offset, int register, RegisterRule rule, long operand) {
        if (!rules.set(register, rule, operand)) {
            throw cursor.malformed(
                    offset, "more than %d registers have a rule".formatted(CallFrameRules.MOST_REGISTERS));
        }
    }

    private void restore(long offset, int register) {
        if (isInitial) {
            throw cursor.malformed(offset, "initial instructions have nothing to restore");
        }
        set(offset, register, initial.rule(register), initial.operand(register));
    }

    private void remember(long offset) {
        if (remembered.size() == MOST_REMEMBERED) {
            throw cursor.malformed(offset, "more than %d rows are remembered".formatted(MOST_REMEMBERED));
        }
        remembered.push(rules.copy());
    }

    // The CFA's rule is one of those: GCC takes it so.
    private void restoreState(long offset) {
        if (remembered.isEmpty()) {
            throw cursor.malformed(offset, "no row is remembered");
        }
        rules = remembered.pop();
    }

    private long cfaOffset(long offset) {
        return ofRegister(offset).cfaOperand();
    }

    private int cfaRegister(long offset) {
        return ofRegister(offset).cfaRegister();
    }

    private CallFrameRules ofRegister(long offset) {
        if (rules.cfaRule() != CfaRule.REGISTER_OFFSET) {
            throw cursor.malformed(offset, "the CFA is not yet that of a register");
        }
        return rules;
    }
}
