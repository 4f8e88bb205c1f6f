package org.wyrm.orc;

/**
 * What is at the stack pointer that an ORC entry leads to.
 *
 * @kernel arch/x86/include/asm/orc_types.h
 */
public enum OrcType {
    /** Nothing is known of this code: the trace cannot go on. */
    UNDEFINED,
    /** Nothing called this code: the trace is at its end. */
    END_OF_STACK,
    /** The caller's frame; the return address is right below. */
    CALL,
    /** A {@code struct pt_regs}. */
    REGS,
    /** The last five words of a {@code struct pt_regs}, which the processor pushes: ip, cs, flags, sp, ss. */
    REGS_PARTIAL
}
