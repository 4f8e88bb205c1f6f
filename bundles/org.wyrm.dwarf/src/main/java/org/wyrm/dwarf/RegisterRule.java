package org.wyrm.dwarf;

/**
 * How the value is found that a register had in the caller. Several need an operand, see {@link CallFrameRow}.
 *
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public enum RegisterRule {
    /** Nothing is said: it is as the architecture's ABI has it, for most registers the same value. */
    UNSPECIFIED,
    /** The value is lost. A return address that is undefined marks the outermost function. */
    UNDEFINED,
    /** The register still has it. */
    SAME_VALUE,
    /** It is in memory, at the CFA and an offset. */
    OFFSET,
    /** It is the CFA and an offset. */
    VAL_OFFSET,
    /** Another register has it. */
    REGISTER,
    /** It is in memory, where an expression says, which starts with the CFA on its stack. */
    EXPRESSION,
    /** It is what an expression says, which starts with the CFA on its stack. */
    VAL_EXPRESSION
}
