package org.wyrm.dwarf;

/**
 * What it means that code is said to be at address 0.
 *
 * <p>GNU ld writes 0 for the address of a section that it has left out. In a file that was not linked, all sections
 * start at 0.
 */
public enum ZeroAddress {
    /** No code is there: what is said about it is left out. */
    IS_DEAD,
    /** Code is there. */
    IS_CODE;

    /**
     * {@return whether an address is that of no code}
     *
     * <p>Besides 0, these are the two highest: LLVM's linker and DWARF 6 write the highest for what was left out, the
     * one before where the highest has a meaning of its own.
     */
    boolean isDead(long address, int addressByteSize) {
        var highest = -1L >>> Long.SIZE - Byte.SIZE * addressByteSize;
        return address == 0 && this == IS_DEAD || address == highest || address == highest - 1;
    }
}
