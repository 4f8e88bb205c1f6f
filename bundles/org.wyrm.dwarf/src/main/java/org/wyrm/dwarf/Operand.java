package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;

/**
 * An operand of an operation, by what it stands for. Closed: a switch over it needs no default.
 *
 * @dwarf 2.5 DWARF Expressions
 */
public sealed interface Operand {
    /** A number, unsigned. */
    record Unsigned(long value) implements Operand {}

    /** A number, signed. */
    record Signed(long value) implements Operand {}

    /** An address of the target, as it is in the file. */
    record Address(long address) implements Operand {}

    /** The index of an address in the unit's {@link AddressTable}. */
    record AddressIndex(long index) implements Operand {}

    /** A register, by the numbers of the architecture's ABI. */
    record Register(long number) implements Operand {}

    /** A DIE of the same unit: a procedure, a parameter. */
    record UnitDie(long offsetInUnit) implements Operand {}

    /** A DIE in {@code .debug_info}. */
    record InfoDie(long offset) implements Operand {}

    /** A base type of the same unit; 0 for the generic type, an integer of the size of an address. */
    record BaseType(long offsetInUnit) implements Operand {
        /** {@return whether it is the generic type, which has no DIE} */
        public boolean isGeneric() {
            return offsetInUnit == 0;
        }
    }

    /** Another operation of the expression, by its index; that after the last is the end. */
    record Branch(int operationIndex) implements Operand {}

    /** Bytes: a value. */
    record Block(ByteSlice bytes) implements Operand {}

    /** An expression to be evaluated by itself. */
    record Nested(Expression expression) implements Operand {}
}
