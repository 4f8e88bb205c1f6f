package org.wyrm.bpf.internal;

import java.util.Locale;

/**
 * Writes BPF instructions as the kernel's verifier and bpftool do: {@code (07) r2 += -4}.
 *
 * <p>Not confined; what numbers of the program stand for is asked of {@link Names}.
 *
 * @kernel Documentation/bpf/standardization/instruction-set.rst
 */
final class Disassembler {
    private static final int MODE_IMM = 0x00;
    private static final int MODE_ABS = 0x20;
    private static final int MODE_IND = 0x40;
    private static final int MODE_MEM = 0x60;
    private static final int MODE_MEMSX = 0x80;
    private static final int MODE_ATOMIC = 0xc0;

    private static final int MOV = 0xb0;
    private static final int NEG = 0x80;
    private static final int END = 0xd0;
    private static final int DIV = 0x30;
    private static final int MOD = 0x90;

    private static final int JA = 0x00;
    private static final int CALL = 0x80;
    private static final int EXIT = 0x90;
    private static final int MAY_GOTO = 0xe0;

    private static final int FETCH = 0x01;
    private static final int XCHG = 0xe1;
    private static final int CMPXCHG = 0xf1;
    private static final int LOAD_ACQUIRE = 0x100;
    private static final int STORE_RELEASE = 0x110;

    /** {@code BPF_ADDR_SPACE_CAST} and {@code BPF_ADDR_PERCPU}: offsets of a move between registers. */
    private static final int ADDRESS_SPACE_CAST = 1;

    private static final int ADDRESS_PER_CPU = -1;

    /** {@code BPF_PSEUDO_CALL}: a call of a function of the program. */
    private static final int OWN_FUNCTION = 1;

    private static final String[] ARITHMETIC = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=", "endian", "", ""
    };

    private static final String[] COMPARISON = {
        "", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<=", "", ""
    };

    private final Names names;

    /** What numbers in a program stand for. */
    interface Names {
        /** {@return what a call of the kernel calls, and its number: {@code bpf_tail_call#12}} */
        String function(Instruction call);

        /** {@return what a call of a function of the program itself calls, behind {@code pc}: {@code +3#bpf_prog_…}} */
        String ownFunction(Instruction call);

        /** {@return what a number of 64 bits is: {@code map[id:3]}, {@code 0x10}} */
        String number(Instruction load);
    }

    Disassembler(Names names) {
        this.names = names;
    }

    /** {@return an instruction as text} */
    String text(Instruction instruction) {
        return String.format(Locale.ROOT, "(%02x) ", instruction.code()) + body(instruction);
    }

    private String body(Instruction at) {
        return switch (at.instructionClass()) {
            case Instruction.ALU, Instruction.ALU64 -> arithmetic(at);
            case Instruction.STX -> storeOfRegister(at);
            case Instruction.ST -> storeOfNumber(at);
            case Instruction.LDX -> load(at);
            case Instruction.LD -> specialLoad(at);
            default -> jump(at);
        };
    }

    private static String unknown() {
        return "unknown instruction";
    }

    private static String arithmetic(Instruction at) {
        var letter = at.instructionClass() == Instruction.ALU ? "w" : "r";
        var destination = letter + at.destination();
        if (at.operation() == END) {
            return byteOrder(at);
        }
        if (at.operation() == NEG) {
            return destination + " = -" + destination;
        }
        var operator = operator(at);
        if (operator.isEmpty()) {
            return unknown();
        }
        return destination + " " + operator + " "
                + (at.isOfRegister() ? source(at, letter) : Integer.toString(at.immediate()));
    }

    private static String byteOrder(Instruction at) {
        var order = at.instructionClass() == Instruction.ALU64 ? "bswap" : at.isOfRegister() ? "be" : "le";
        return "r" + at.destination() + " = " + order + at.immediate() + " r" + at.destination();
    }

    private static String operator(Instruction at) {
        var operator = ARITHMETIC[at.operation() >> 4];
        var isSigned = at.offset() == 1 && (at.operation() == DIV || at.operation() == MOD);
        return isSigned ? "s" + operator : operator;
    }

    private static String source(Instruction at, String letter) {
        if (at.operation() != MOV || at.offset() == 0) {
            return letter + at.source();
        }
        return switch (at.offset()) {
            case ADDRESS_SPACE_CAST ->
                "addr_space_cast(r%d, %d, %d)".formatted(at.source(), at.immediate() >>> 16, at.immediate() & 0xffff);
            case ADDRESS_PER_CPU -> "&(void __percpu *)(r" + at.source() + ")";
            default -> "(s" + at.offset() + ")" + letter + at.source();
        };
    }

    private static String memory(Instruction at, int register, String sign) {
        return "(%s%d *)(r%d %+d)".formatted(sign, at.byteSize() * Byte.SIZE, register, at.offset());
    }

    private static String storeOfRegister(Instruction at) {
        return switch (at.mode()) {
            case MODE_MEM -> "*" + memory(at, at.destination(), "u") + " = r" + at.source();
            case MODE_ATOMIC -> atomic(at);
            default -> unknown();
        };
    }

    private static String atomic(Instruction at) {
        var place = memory(at, at.destination(), "u");
        var width = at.byteSize() == Long.BYTES ? "64" : "";
        return switch (at.immediate()) {
            case CMPXCHG -> "r0 = atomic%s_cmpxchg(%s, r0, r%d)".formatted(width, place, at.source());
            case XCHG -> "r%d = atomic%s_xchg(%s, r%d)".formatted(at.source(), width, place, at.source());
            case LOAD_ACQUIRE -> "r%d = load_acquire(%s)".formatted(at.destination(), memory(at, at.source(), "u"));
            case STORE_RELEASE -> "store_release(%s, r%d)".formatted(place, at.source());
            default -> atomicArithmetic(at, place, width);
        };
    }

    private static String atomicArithmetic(Instruction at, String place, String width) {
        var name = switch (at.immediate() & ~FETCH) {
            case 0x00 -> "add";
            case 0x40 -> "or";
            case 0x50 -> "and";
            case 0xa0 -> "xor";
            default -> "";
        };
        if (name.isEmpty()) {
            return unknown();
        }
        return (at.immediate() & FETCH) != 0
                ? "r%d = atomic%s_fetch_%s(%s, r%d)".formatted(at.source(), width, name, place, at.source())
                : "lock *%s %s r%d".formatted(place, ARITHMETIC[at.immediate() >> 4], at.source());
    }

    private static String storeOfNumber(Instruction at) {
        return switch (at.mode()) {
            case MODE_MEM -> "*" + memory(at, at.destination(), "u") + " = " + at.immediate();
            // BPF_NOSPEC, which the verifier puts in.
            case 0xc0 -> "nospec";
            default -> unknown();
        };
    }

    private static String load(Instruction at) {
        return switch (at.mode()) {
            case MODE_MEM -> "r" + at.destination() + " = *" + memory(at, at.source(), "u");
            case MODE_MEMSX -> "r" + at.destination() + " = *" + memory(at, at.source(), "s");
            default -> unknown();
        };
    }

    private String specialLoad(Instruction at) {
        var width = at.byteSize() * Byte.SIZE;
        return switch (at.mode()) {
            case MODE_ABS -> "r0 = *(u%d *)skb[%d]".formatted(width, at.immediate());
            case MODE_IND -> "r0 = *(u%d *)skb[r%d + %d]".formatted(width, at.source(), at.immediate());
            case MODE_IMM -> at.isWide() ? "r" + at.destination() + " = " + names.number(at) : unknown();
            default -> unknown();
        };
    }

    private String jump(Instruction at) {
        var isNarrow = at.instructionClass() == Instruction.JMP32;
        return switch (at.operation()) {
            case JA -> isNarrow ? "gotol pc%+d".formatted(at.immediate()) : "goto pc%+d".formatted(at.offset());
            case CALL -> isNarrow ? unknown() : call(at);
            case EXIT -> isNarrow ? unknown() : "exit";
            case MAY_GOTO -> isNarrow ? unknown() : "may_goto pc%+d".formatted(at.offset());
            default -> conditional(at, isNarrow ? "w" : "r");
        };
    }

    private String call(Instruction at) {
        return at.source() == OWN_FUNCTION ? "call pc" + names.ownFunction(at) : "call " + names.function(at);
    }

    private static String conditional(Instruction at, String letter) {
        var comparison = COMPARISON[at.operation() >> 4];
        if (comparison.isEmpty()) {
            return unknown();
        }
        var second = at.isOfRegister() ? letter + at.source() : "0x" + Integer.toHexString(at.immediate());
        return "if %s%d %s %s goto pc%+d".formatted(letter, at.destination(), comparison, second, at.offset());
    }
}
