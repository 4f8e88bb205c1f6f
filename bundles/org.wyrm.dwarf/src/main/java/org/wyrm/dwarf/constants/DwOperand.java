package org.wyrm.dwarf.constants;

/**
 * How an operand of an operation is written, and what it stands for.
 *
 * @dwarf 2.5 DWARF Expressions
 */
public enum DwOperand {
    /** An unsigned number of one byte. */
    U8,
    /** A signed number of one byte. */
    S8,
    /** An unsigned number of two bytes. */
    U16,
    /** A signed number of two bytes. */
    S16,
    /** An unsigned number of four bytes. */
    U32,
    /** A signed number of four bytes. */
    S32,
    /** An unsigned number of eight bytes. */
    U64,
    /** A signed number of eight bytes. */
    S64,
    /** An unsigned LEB128 number. */
    ULEB128,
    /** A signed LEB128 number. */
    SLEB128,
    /** An address of the target. */
    ADDRESS,
    /** The index of an address of the unit, in LEB128. */
    ADDRESS_INDEX,
    /** The number of a register, in LEB128. */
    REGISTER,
    /** The number of a register, in the operation's own number: no byte. */
    REGISTER_NUMBER,
    /** A number, in the operation's own number: no byte. */
    LITERAL,
    /** The offset of a base type's DIE in its unit, in LEB128; 0 for the generic type. */
    TYPE,
    /** The offset of a DIE in its unit, in two bytes. */
    UNIT_DIE_2,
    /** The offset of a DIE in its unit, in four bytes. */
    UNIT_DIE_4,
    /** The offset of a DIE in {@code .debug_info}; in DWARF 2 of the size of an address. */
    DIE,
    /** A distance to another operation, in two bytes, signed. */
    BRANCH,
    /** Bytes, with their count before them in LEB128. */
    BLOCK,
    /** Bytes, with their count before them in one byte. */
    BLOCK_1,
    /** An expression, with its size before it in LEB128. */
    EXPRESSION
}
