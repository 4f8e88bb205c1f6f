package org.wyrm.dwarf;

/**
 * How the canonical frame address is found: that of the stack in the caller, before the call.
 *
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public enum CfaRule {
    /** Nothing says it. */
    UNDEFINED,
    /** It is the value of a register and an offset. */
    REGISTER_OFFSET,
    /** It is what an expression says, which starts with an empty stack. */
    EXPRESSION
}
