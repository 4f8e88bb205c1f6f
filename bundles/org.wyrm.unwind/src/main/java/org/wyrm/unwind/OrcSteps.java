package org.wyrm.unwind;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.orc.OrcEntry;
import org.wyrm.orc.OrcIndirection;
import org.wyrm.orc.OrcRegister;
import org.wyrm.unwind.PhysicalFrame.Step;

/**
 * Goes to the caller as an ORC entry says.
 *
 * @kernel arch/x86/kernel/unwind_orc.c
 */
final class OrcSteps {
    private final Abi abi;
    private final TargetMemory memory;

    OrcSteps(Abi abi, TargetMemory memory) {
        this.abi = abi;
        this.memory = memory;
    }

    /**
     * {@return the way to the caller}
     *
     * @param entry one that tells of the code
     * @throws DebuggerException if a register is not known, or the stack cannot be read
     */
    Step step(PhysicalFrame frame, OrcEntry entry) {
        var registers = frame.registers();
        var sp = value(registers, entry.spRegister()) + (isSumFirst(entry) ? entry.spOffset() : 0);
        if (entry.spIndirection() != OrcIndirection.NONE) {
            sp = memory.u64(sp) + (isSumFirst(entry) ? 0 : entry.spOffset());
        }
        var caller = switch (entry.type()) {
            case CALL ->
                new Registers.Builder()
                        .set(abi.programCounter(), memory.u64(sp - Long.BYTES))
                        .set(abi.stackPointer(), sp);
            case REGS -> new Registers.Builder(abi.ofPtRegs(memory.slice("struct pt_regs", sp, abi.ptRegsByteSize())));
            case REGS_PARTIAL ->
                new Registers.Builder(
                        abi.ofInterruptFrame(memory.slice("interrupt frame", sp, abi.interruptFrameByteSize())));
            case UNDEFINED, END_OF_STACK -> throw new IllegalArgumentException(entry.toString());
        };
        switch (entry.bpRegister()) {
            case PREV_SP -> caller.set(abi.framePointer(), memory.u64(sp + entry.bpOffset()));
            case BP -> caller.set(abi.framePointer(), memory.u64(value(registers, OrcRegister.BP) + entry.bpOffset()));
            default -> {
                // A struct pt_regs has it already.
                if (entry.type() != org.wyrm.orc.OrcType.REGS) {
                    registers.get(abi.framePointer()).ifPresent(value -> caller.set(abi.framePointer(), value));
                }
            }
        }
        return new Step(UnwindMethod.ORC, java.util.Optional.of(caller.build()), entry.isSignal(), OptionalLong.of(sp));
    }

    private static boolean isSumFirst(OrcEntry entry) {
        return entry.spIndirection() != OrcIndirection.OF_REGISTER;
    }

    private long value(Registers registers, OrcRegister register) {
        var number = switch (register) {
            case SP -> OptionalInt.of(abi.stackPointer());
            case BP -> OptionalInt.of(abi.framePointer());
            case AX -> abi.kernelRegister("ax");
            case DX -> abi.kernelRegister("dx");
            case DI -> abi.kernelRegister("di");
            case R10 -> abi.register("r10");
            case R13 -> abi.register("r13");
            case UNDEFINED, PREV_SP, SP_INDIRECT, BP_INDIRECT -> OptionalInt.empty();
        };
        if (number.isEmpty() || !registers.has(number.getAsInt())) {
            throw new OperationFailedException("ORC counts from register " + register + ", which is not known here");
        }
        return registers.value(number.getAsInt());
    }
}
