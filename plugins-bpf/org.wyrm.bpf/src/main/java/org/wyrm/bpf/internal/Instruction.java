package org.wyrm.bpf.internal;

/**
 * An instruction of a BPF program.
 *
 * <p>Its 8 bytes are {@code code:8 dst:4 src:4 offset:16 immediate:32}, in the order of a little-endian machine; one that
 * loads 64 bits has 8 more, of which the immediate is the upper half.
 *
 * @param index which of the program's 8-byte slots it begins at
 * @param code what it does
 * @param destination the number of a register
 * @param source the number of a register, or what kind of thing {@code immediate} is
 * @param offset a signed number of 16 bits
 * @param immediate a signed number of 32 bits
 * @param upper the immediate of the second half; 0 where there is none
 * @kernel include/uapi/linux/bpf.h
 */
record Instruction(int index, int code, int destination, int source, int offset, int immediate, int upper) {
    static final int BYTES = 8;

    /** The classes, in the lower 3 bits of the code. */
    static final int LD = 0;

    static final int LDX = 1;
    static final int ST = 2;
    static final int STX = 3;
    static final int ALU = 4;
    static final int JMP = 5;
    static final int JMP32 = 6;
    static final int ALU64 = 7;

    /** {@code BPF_LD | BPF_DW | BPF_IMM}: the one of 16 bytes. */
    private static final int LD_IMM64 = 0x18;

    /** {@return the instruction of a slot} */
    static Instruction of(int index, long word) {
        return new Instruction(
                index,
                (int) word & 0xff,
                (int) (word >>> 8) & 0xf,
                (int) (word >>> 12) & 0xf,
                (short) (word >>> 16),
                (int) (word >>> 32),
                0);
    }

    /** {@return the same with the upper half of its number} */
    Instruction withUpper(int number) {
        return new Instruction(index, code, destination, source, offset, immediate, number);
    }

    /** {@return the same with another code} */
    Instruction withCode(int other) {
        return new Instruction(index, other, destination, source, offset, immediate, upper);
    }

    boolean isWide() {
        return code == LD_IMM64;
    }

    /** {@return how many slots it takes} */
    int slots() {
        return isWide() ? 2 : 1;
    }

    /** {@return its number of 64 bits} */
    long wide() {
        return (long) upper << 32 | immediate & 0xffff_ffffL;
    }

    int instructionClass() {
        return code & 0x07;
    }

    /** {@return the operation of arithmetic and jumps} */
    int operation() {
        return code & 0xf0;
    }

    /** {@return whether the second operand is a register} */
    boolean isOfRegister() {
        return (code & 0x08) != 0;
    }

    /** {@return the mode of loads and stores} */
    int mode() {
        return code & 0xe0;
    }

    /** {@return the width of loads and stores: 4, 2, 1 or 8 bytes} */
    int byteSize() {
        return switch (code & 0x18) {
            case 0x00 -> 4;
            case 0x08 -> 2;
            case 0x10 -> 1;
            default -> 8;
        };
    }
}
