package org.wyrm.arch.x86_64.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;

/**
 * Registers and frames of x86-64. The numbers are those of the System V ABI's "DWARF Register Number Mapping".
 *
 * @kernel arch/x86/include/asm/ptrace.h
 */
final class X86Abi implements Abi {
    static final X86Abi INSTANCE = new X86Abi();

    private static final int RBP = 6;
    private static final int RSP = 7;
    private static final int RIP = 16;
    private static final int XMM0 = 17;
    private static final int XMM_COUNT = 16;
    private static final int ST0 = 33;
    private static final int ST_COUNT = 8;
    private static final int RFLAGS = 49;
    private static final int CS = 51;
    private static final int SS = 52;

    private static final List<Register> REGISTERS = List.of(
            general(0, "rax"),
            general(3, "rbx"),
            general(2, "rcx"),
            general(1, "rdx"),
            general(4, "rsi"),
            general(5, "rdi"),
            general(RBP, "rbp"),
            general(RSP, "rsp"),
            general(8, "r8"),
            general(9, "r9"),
            general(10, "r10"),
            general(11, "r11"),
            general(12, "r12"),
            general(13, "r13"),
            general(14, "r14"),
            general(15, "r15"),
            general(RIP, "rip"),
            new Register(RFLAGS, "rflags", Long.BYTES),
            new Register(CS, "cs", Short.BYTES),
            new Register(SS, "ss", Short.BYTES),
            new Register(53, "ds", Short.BYTES),
            new Register(50, "es", Short.BYTES),
            new Register(54, "fs", Short.BYTES),
            new Register(55, "gs", Short.BYTES),
            new Register(58, "fs_base", Long.BYTES),
            new Register(59, "gs_base", Long.BYTES));

    private static final int NONE = -1;

    /**
     * What the words of {@code struct pt_regs} are, and of {@code struct user_regs_struct}, which goes on. Between {@code
     * di} and {@code ip} is {@code orig_ax}, which is no register.
     */
    private static final int[] PT_REGS = {
        15, 14, 13, 12, RBP, 3, 11, 10, 9, 8, 0, 2, 1, 4, 5, NONE, RIP, CS, RFLAGS, RSP, SS
    };

    private static final int[] USER_REGS = {58, 59, 53, 50, 54, 55};

    /** {@code ip}, {@code cs}, {@code flags}, {@code sp} and {@code ss}. */
    private static final int INTERRUPT_FRAME_INDEX = 16;

    /** In the area of {@code FXSAVE}, which {@code struct user_i387_struct} is. */
    private static final int XMM_OFFSET = 160;

    private static final int XMM_BYTES = 16;
    private static final int ST_OFFSET = 32;
    private static final int ST_BYTES = 10;

    /** In the area of {@code XSAVE}: what the CPU's system uses, of its parts, and what of it is written. */
    private static final int ENABLED_OFFSET = 464;

    private static final int WRITTEN_OFFSET = 512;
    private static final long AVX = 1 << 2;
    /** The upper halves of the registers of 32 bytes. */
    private static final int YMM_OFFSET = 576;

    private static final List<WideRegister> WIDE_REGISTERS = wide();

    private static final long SELECTOR_MASK = 0xffff;
    private static final long PRIVILEGE_MASK = 3;
    private static final long ENCODED_PT_REGS = 1;

    /** {@code call rel32} */
    private static final int CALL_RELATIVE = 0xe8;

    private static final int CALL_BYTES = 1 + Integer.BYTES;
    private static final long MOST_CALL_DISTANCE = 1L << 31;
    private static final int SEARCHED_BYTES = 1 << 14;

    private X86Abi() {}

    private static Register general(int number, String name) {
        return new Register(number, name, Long.BYTES);
    }

    @Override
    public List<Register> registers() {
        return REGISTERS;
    }

    @Override
    public OptionalInt kernelRegister(String member) {
        // They have no r before general registers; selectors have none either way.
        var general = "r" + member;
        for (var register : REGISTERS) {
            if (register.name().equals(member) || register.name().equals(general)) {
                return OptionalInt.of(register.number());
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public int programCounter() {
        return RIP;
    }

    @Override
    public int stackPointer() {
        return RSP;
    }

    @Override
    public int framePointer() {
        return RBP;
    }

    @Override
    public boolean isPreserved(int register) {
        return register == 3 || register == RBP || register >= 12 && register <= 15;
    }

    @Override
    public int ptRegsByteSize() {
        return PT_REGS.length * Long.BYTES;
    }

    @Override
    public Registers ofPtRegs(ByteSlice content) {
        var registers = new Registers.Builder();
        for (var index = 0; index < PT_REGS.length; index++) {
            set(registers, PT_REGS[index], content.u64((long) index * Long.BYTES));
        }
        if (content.byteSize() >= (long) (PT_REGS.length + USER_REGS.length) * Long.BYTES) {
            for (var index = 0; index < USER_REGS.length; index++) {
                set(registers, USER_REGS[index], content.u64((long) (PT_REGS.length + index) * Long.BYTES));
            }
        }
        return registers.build();
    }

    private static void set(Registers.Builder registers, int register, long value) {
        if (register != NONE) {
            // The words of selectors have more bits than these, which are something else or nothing.
            var isSelector = register >= 50 && register <= 55;
            registers.set(register, isSelector ? value & SELECTOR_MASK : value);
        }
    }

    @Override
    public List<WideRegister> wideRegisters() {
        return WIDE_REGISTERS;
    }

    private static List<WideRegister> wide() {
        var wide = new ArrayList<WideRegister>();
        for (var index = 0; index < ST_COUNT; index++) {
            wide.add(new WideRegister(ST0 + index, "st" + index, ST_BYTES, true));
        }
        for (var index = 0; index < XMM_COUNT; index++) {
            wide.add(new WideRegister(XMM0 + index, "xmm" + index, XMM_BYTES, false));
        }
        for (var index = 0; index < XMM_COUNT; index++) {
            wide.add(new WideRegister(XMM0 + index, "ymm" + index, 2 * XMM_BYTES, false));
        }
        return List.copyOf(wide);
    }

    /** {@inheritDoc} They are where {@code FXSAVE} puts them, and {@code XSAVE} in its standard format. */
    @Override
    public Registers withFloatingPoint(Registers registers, ByteSlice content) {
        var more = new Registers.Builder(registers);
        var hasUpper = content.byteSize() >= YMM_OFFSET + (long) XMM_COUNT * XMM_BYTES
                && (content.u64(ENABLED_OFFSET) & AVX) != 0;
        for (var index = 0; index < ST_COUNT; index++) {
            var offset = ST_OFFSET + (long) index * XMM_BYTES;
            if (offset + ST_BYTES <= content.byteSize()) {
                more.setBytes(ST0 + index, content.toArray(offset, ST_BYTES));
            }
        }
        for (var index = 0; index < XMM_COUNT; index++) {
            var offset = XMM_OFFSET + (long) index * XMM_BYTES;
            if (offset + XMM_BYTES <= content.byteSize()) {
                more.set(XMM0 + index, content.u64(offset));
                var bytes = content.toArray(offset, XMM_BYTES);
                if (hasUpper) {
                    bytes = Arrays.copyOf(bytes, 2 * XMM_BYTES);
                    // What is as after a start of the CPU is not written.
                    if ((content.u64(WRITTEN_OFFSET) & AVX) != 0) {
                        var upper = content.toArray(YMM_OFFSET + (long) index * XMM_BYTES, XMM_BYTES);
                        System.arraycopy(upper, 0, bytes, XMM_BYTES, XMM_BYTES);
                    }
                }
                more.setBytes(XMM0 + index, bytes);
            }
        }
        return more.build();
    }

    @Override
    public int interruptFrameByteSize() {
        return (PT_REGS.length - INTERRUPT_FRAME_INDEX) * Long.BYTES;
    }

    @Override
    public Registers ofInterruptFrame(ByteSlice content) {
        var registers = new Registers.Builder();
        for (var index = INTERRUPT_FRAME_INDEX; index < PT_REGS.length; index++) {
            set(registers, PT_REGS[index], content.u64((long) (index - INTERRUPT_FRAME_INDEX) * Long.BYTES));
        }
        return registers.build();
    }

    @Override
    public boolean isUserMode(Registers registers) {
        return registers.has(CS) && (registers.value(CS) & PRIVILEGE_MASK) == PRIVILEGE_MASK;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A call through a pointer to nothing has pushed a return address and nothing else. A frame pointer whose lowest
     * bit is set is the address of a {@code struct pt_regs}: so the kernel's entry code writes it.
     *
     * @kernel arch/x86/kernel/unwind_frame.c
     */
    @Override
    public Optional<Caller> callerByFramePointer(TargetMemory memory, Registers registers) {
        try {
            if (registers.has(RSP) && registers.has(RIP) && registers.value(RIP) == 0) {
                var sp = registers.value(RSP);
                var caller = new Registers.Builder(registers)
                        .set(RIP, memory.u64(sp))
                        .set(RSP, sp + Long.BYTES);
                return Optional.of(new Caller(caller.build(), false));
            }
            if (!registers.has(RBP)) {
                return Optional.empty();
            }
            var frame = registers.value(RBP);
            if ((frame & ENCODED_PT_REGS) != 0) {
                var content = memory.slice("struct pt_regs", frame & ~ENCODED_PT_REGS, ptRegsByteSize());
                return Optional.of(new Caller(ofPtRegs(content), true));
            }
            var isBelowStack = registers.has(RSP) && Long.compareUnsigned(frame, registers.value(RSP)) < 0;
            if (frame == 0 || frame % Long.BYTES != 0 || isBelowStack) {
                return Optional.empty();
            }
            var caller = new Registers.Builder()
                    .set(RBP, memory.u64(frame))
                    .set(RIP, memory.u64(frame + Long.BYTES))
                    .set(RSP, frame + 2 * Long.BYTES);
            return Optional.of(new Caller(caller.build(), false));
        } catch (FaultException absent) {
            return Optional.empty();
        }
    }

    /** {@inheritDoc} Calls through registers, and by tables, are not told. */
    @Override
    public boolean isCallOf(TargetMemory memory, long function, long returnAddress) {
        try {
            return memory.u8(returnAddress - CALL_BYTES) == CALL_RELATIVE
                    && returnAddress + memory.s32(returnAddress - Integer.BYTES) == function;
        } catch (FaultException absent) {
            return false;
        }
    }

    @Override
    public Optional<Caller> callerByCall(TargetMemory memory, Registers registers, long function) {
        if (!registers.has(RSP)) {
            return Optional.empty();
        }
        var first = registers.value(RSP);
        try {
            for (var at = first; at - first < SEARCHED_BYTES; at += Long.BYTES) {
                var word = memory.u64(at);
                // Code that calls a function directly is not far from it.
                if (Math.abs(word - function) <= MOST_CALL_DISTANCE && isCallOf(memory, function, word)) {
                    return Optional.of(new Caller(
                            new Registers.Builder(registers)
                                    .set(RIP, word)
                                    .set(RSP, at + Long.BYTES)
                                    .build(),
                            false));
                }
            }
        } catch (FaultException end) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
