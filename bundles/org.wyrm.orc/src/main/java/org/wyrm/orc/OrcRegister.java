package org.wyrm.orc;

/**
 * What an offset of an ORC entry counts from.
 *
 * @kernel arch/x86/include/asm/orc_types.h
 */
public enum OrcRegister {
    /** Nothing: the caller has the register's value of now. */
    UNDEFINED,
    /** The stack pointer of the caller. */
    PREV_SP,
    AX,
    DX,
    SP,
    BP,
    DI,
    R10,
    R13,
    /** In memory, at the stack pointer; in the bytes of a table only. */
    SP_INDIRECT,
    /** In memory, at the frame pointer; in the bytes of a table only. */
    BP_INDIRECT
}
