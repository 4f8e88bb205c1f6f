package org.wyrm.dwarf;

import java.util.stream.IntStream;
import org.wyrm.base.bytes.ByteSlice;

/**
 * How the caller's registers are found while the program is at some addresses of a function. Registers are told by the
 * numbers of the architecture's ABI. Immutable and thread-safe.
 *
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public final class CallFrameRow {
    private final FrameDescriptionEntry entry;
    private final CallFrameRules rules;
    private final long startAddress;
    private final long endAddress;
    private final long argumentsByteSize;

    CallFrameRow(
            FrameDescriptionEntry entry,
            CallFrameRules rules,
            long startAddress,
            long endAddress,
            long argumentsByteSize) {
        this.entry = entry;
        this.rules = rules;
        this.startAddress = startAddress;
        this.endAddress = endAddress;
        this.argumentsByteSize = argumentsByteSize;
    }

    /** {@return the function that it is of} */
    public FrameDescriptionEntry entry() {
        return entry;
    }

    /** {@return the first address that it is for} */
    public long startAddress() {
        return startAddress;
    }

    /** {@return the first address after those that it is for} */
    public long endAddress() {
        return endAddress;
    }

    /** {@return the register whose rule is that of the return address} */
    public int returnAddressRegister() {
        return entry.cie().returnAddressRegister();
    }

    /** {@return whether the function was not called, but interrupted: its address is not a return address} */
    public boolean isSignalFrame() {
        return entry.cie().isSignalFrame();
    }

    /** {@return how the CFA is found} */
    public CfaRule cfaRule() {
        return rules.cfaRule();
    }

    /** {@return the register of {@link CfaRule#REGISTER_OFFSET}} */
    public int cfaRegister() {
        return rules.cfaRegister();
    }

    /** {@return the offset of {@link CfaRule#REGISTER_OFFSET}, in bytes} */
    public long cfaOffset() {
        return rules.cfaOperand();
    }

    /** {@return the bytes of {@link CfaRule#EXPRESSION}} */
    public ByteSlice cfaExpression() {
        require(rules.cfaRule() == CfaRule.EXPRESSION, "the CFA");
        return expressionAt(rules.cfaOperand());
    }

    /** {@return the registers that have a rule, in the order of their numbers} */
    public IntStream registers() {
        return rules.registers();
    }

    /** {@return how a register's value is found} */
    public RegisterRule rule(int register) {
        return rules.rule(register);
    }

    /** {@return the offset of {@link RegisterRule#OFFSET} and {@link RegisterRule#VAL_OFFSET} from the CFA, in bytes} */
    public long offset(int register) {
        return rules.operand(register);
    }

    /** {@return the other register of {@link RegisterRule#REGISTER}} */
    public int otherRegister(int register) {
        return (int) rules.operand(register);
    }

    /** {@return the bytes of {@link RegisterRule#EXPRESSION} and {@link RegisterRule#VAL_EXPRESSION}} */
    public ByteSlice expression(int register) {
        var rule = rules.rule(register);
        require(rule == RegisterRule.EXPRESSION || rule == RegisterRule.VAL_EXPRESSION, "register " + register);
        return expressionAt(rules.operand(register));
    }

    /** {@return how many bytes of arguments the function has pushed on the stack for calls of its own} */
    public long argumentsByteSize() {
        return argumentsByteSize;
    }

    /**
     * {@return whether the return address is signed, on AArch64; on SPARC, where the instruction of that number means
     * another thing, whether the caller's window of registers is saved}
     */
    public boolean isReturnAddressSigned() {
        return rules.isReturnAddressSigned();
    }

    /** {@return how an expression of this row is written} */
    public UnitEncoding expressionEncoding() {
        return new UnitEncoding(4, 4, entry.cie().addressByteSize());
    }

    private ByteSlice expressionAt(long offset) {
        var cursor = new SectionCursor(entry.section().bytes(), offset, SectionCursor.SMALL_WINDOW);
        return cursor.block(cursor.uleb128());
    }

    private static void require(boolean hasExpression, String what) {
        if (!hasExpression) {
            throw new IllegalArgumentException(what + " has no expression");
        }
    }
}
