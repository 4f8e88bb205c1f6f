package org.wyrm.dwarf;

/**
 * A row of a line table: the code from its address to that of the next row is of one place in the source.
 *
 * @param address of the first instruction
 * @param operationIndex which operation of the instruction; 0 but for VLIW
 * @param file its number in {@link LineTable#files()}, where it need not be
 * @param line from 1; 0 for code of no line; unsigned
 * @param column from 1; 0 if it is not known
 * @param discriminator the number of the block among those of the same line
 * @param isa the instruction set, by the numbers of the architecture's ABI
 * @param flags {@link LineProgram#IS_STATEMENT} and its like, together
 * @dwarf 6.2.2 State Machine Registers
 */
public record LineRow(
        long address, int operationIndex, int file, int line, int column, int discriminator, int isa, int flags) {
    /** {@return whether the address is a recommended place for a breakpoint} */
    public boolean isStatement() {
        return (flags & LineProgram.IS_STATEMENT) != 0;
    }

    /** {@return whether the address is the first after a sequence, and of no line} */
    public boolean isEndOfSequence() {
        return (flags & LineProgram.END_SEQUENCE) != 0;
    }

    /** {@return whether the address is a place for a breakpoint on entry to a function} */
    public boolean isPrologueEnd() {
        return (flags & LineProgram.PROLOGUE_END) != 0;
    }
}
