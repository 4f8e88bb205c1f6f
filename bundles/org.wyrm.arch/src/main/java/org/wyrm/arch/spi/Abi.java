package org.wyrm.arch.spi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.arch.Registers;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.TargetMemory;

/**
 * What an architecture says of registers and stack frames. Registers are told by their numbers in DWARF. Thread-safe.
 */
@ConsumerType
public interface Abi {
    /**
     * A register.
     *
     * @param number in DWARF
     * @param name as assemblers write it: {@code rax}
     * @param byteSize its size, in bytes
     */
    record Register(int number, String name, int byteSize) {}

    /** {@return the registers that {@link Registers} may tell of, in the order in which people list them} */
    List<Register> registers();

    /**
     * A register that is wider than 64 bits. Several may have one number: each is the lowest bytes of the next.
     *
     * @param number in DWARF
     * @param name as assemblers write it: {@code xmm0}
     * @param byteSize its size, in bytes
     * @param isFloatingPoint whether it is one number, and no vector
     */
    record WideRegister(int number, String name, int byteSize, boolean isFloatingPoint) {}

    /** {@return the wide registers, in the order in which people list them} */
    default List<WideRegister> wideRegisters() {
        return List.of();
    }

    /** {@return the register of that name, as assemblers write it, or as the kernel's structures do: {@code ip}} */
    default OptionalInt register(String name) {
        for (var register : registers()) {
            if (register.name().equals(name)) {
                return OptionalInt.of(register.number());
            }
        }
        return kernelRegister(name);
    }

    /** {@return the register that a member of the kernel's structures is for: {@code bx}} */
    OptionalInt kernelRegister(String member);

    /** {@return the register with the address of the next instruction} */
    int programCounter();

    /** {@return the register with the address of the stack's last word} */
    int stackPointer();

    /** {@return the register that functions may keep the place of their frame in} */
    int framePointer();

    /** {@return whether a function leaves a register as it found it} */
    boolean isPreserved(int register);

    /** {@return the size of {@code struct pt_regs}, in bytes} */
    int ptRegsByteSize();

    /**
     * {@return the registers of a {@code struct pt_regs}, or of what ELF notes have, which begins with the same}
     *
     * @param content at least {@link #ptRegsByteSize} bytes
     */
    Registers ofPtRegs(ByteSlice content);

    /**
     * {@return registers, and those of floating-point numbers and vectors}
     *
     * @param content of the ELF note {@code NT_FPREGSET}, or of the architecture's own that begins with the same and has
     *     more; as much of it as there is
     */
    default Registers withFloatingPoint(Registers registers, ByteSlice content) {
        return registers;
    }

    /** {@return the size of what the CPU pushes when it is interrupted, in bytes} */
    int interruptFrameByteSize();

    /** {@return the registers that the CPU pushes when it is interrupted, and nothing of the others} */
    Registers ofInterruptFrame(ByteSlice content);

    /** {@return whether the CPU was in user mode, as far as the registers tell} */
    boolean isUserMode(Registers registers);

    /**
     * A step to a caller that no table tells of.
     *
     * @param registers of the caller
     * @param isInterrupted whether it was interrupted, and did not call
     */
    record Caller(Registers registers, boolean isInterrupted) {}

    /**
     * {@return the caller by the chain of frame pointers, if all that it is made of is plausible} Whether the function
     * keeps a frame pointer is not known: that is for others to judge by what comes out.
     */
    Optional<Caller> callerByFramePointer(TargetMemory memory, Registers registers);

    /**
     * {@return whether an address is behind an instruction that calls a function by its address; not where code cannot be
     * read}
     */
    boolean isCallOf(TargetMemory memory, long function, long returnAddress);

    /**
     * {@return the caller by the nearest word on the stack that is behind an instruction that calls a function, if there
     * is one within some thousand words} What else the function has saved is not known: its other registers stay.
     *
     * @param function the address of the function that the registers are of
     */
    Optional<Caller> callerByCall(TargetMemory memory, Registers registers, long function);
}
