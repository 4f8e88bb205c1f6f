package org.wyrm.unwind;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;

/** A frame that has a place on the stack: functions inlined into one another share it. Immutable once it is linked. */
final class PhysicalFrame {
    private final Abi abi;
    private final Registers registers;
    private final boolean isInterrupted;
    private final boolean isUserSpace;
    private final @Nullable UnwindMethod foundBy;
    private @Nullable Step step;
    private @Nullable PhysicalFrame caller;

    /**
     * @param isUserSpace whether it is of another program, below the kernel
     * @param foundBy what told the way to it; null of the innermost one
     */
    PhysicalFrame(
            Abi abi, Registers registers, boolean isInterrupted, boolean isUserSpace, @Nullable UnwindMethod foundBy) {
        this.abi = abi;
        this.registers = registers;
        this.isInterrupted = isInterrupted;
        this.isUserSpace = isUserSpace;
        this.foundBy = foundBy;
    }

    /**
     * The way to the caller.
     *
     * @param caller its registers; empty if there is none
     * @param isCallerInterrupted whether it did not call
     * @param cfa the canonical frame address
     */
    record Step(UnwindMethod method, Optional<Registers> caller, boolean isCallerInterrupted, OptionalLong cfa) {}

    /** Says how it goes on: before others see the frame. */
    void link(Step way, @Nullable PhysicalFrame to) {
        step = way;
        caller = to;
    }

    /** Says that there are frames between it and its caller: before others see the frame. */
    void relink(PhysicalFrame to) {
        caller = to;
    }

    Registers registers() {
        return registers;
    }

    boolean isUserSpace() {
        return isUserSpace;
    }

    boolean isInterrupted() {
        return isInterrupted;
    }

    long pc() {
        return registers.value(abi.programCounter());
    }

    /** {@return an address of the instruction that is being executed: a return address is after the call} */
    long lookupAddress() {
        return isInterrupted || isSignalTrampoline() ? pc() : pc() - 1;
    }

    /** {@return whether a signal's handler returns to it, though nothing there called: known once it is linked} */
    private boolean isSignalTrampoline() {
        return step != null && step.method == UnwindMethod.CALL_FRAMES && step.isCallerInterrupted;
    }

    OptionalLong stackPointer() {
        return registers.get(abi.stackPointer());
    }

    OptionalLong cfa() {
        return step == null ? OptionalLong.empty() : step.cfa;
    }

    Optional<UnwindMethod> foundBy() {
        return Optional.ofNullable(foundBy);
    }

    Optional<PhysicalFrame> caller() {
        return Optional.ofNullable(caller);
    }
}
