package org.wyrm.unwind.spi;

import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.arch.Registers;
import org.wyrm.base.address.AddressRange;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * A thread of the target. What is asked of it is read then, and may be a fault.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TargetThread {
    /** {@return its number: a PID or TID} */
    long id();

    /** {@return the object that describes it, {@code struct task_struct}, if the target has one} */
    Optional<Value> object();

    /** {@return its name, if that is known} */
    Optional<String> name();

    /** {@return the CPU that it is on, or was last on, if that is known} */
    OptionalInt cpu();

    /** {@return the letter that {@code ps} shows for its state, if that is known} */
    Optional<Character> state();

    /** {@return whether a CPU runs it} */
    boolean isOnCpu();

    /**
     * Registers to begin with.
     *
     * @param isInterrupted whether the program counter is the address of the next instruction, not of a call's return
     */
    record Start(Registers registers, boolean isInterrupted) {}

    /**
     * {@return the registers that it stopped with}
     *
     * @throws org.wyrm.base.error.DebuggerException if they are not known, with the reason
     */
    Start start();

    /**
     * A stack.
     *
     * @param name {@code task}, {@code irq}, {@code NMI}
     */
    record Stack(String name, AddressRange range) {}

    /**
     * {@return the process of a kernel's task, as a program of its own; empty if it has none}
     *
     * @throws org.wyrm.base.error.DebuggerException if its memory cannot be found, with the reason
     */
    default Optional<Program> userSpace() {
        return Optional.empty();
    }

    /**
     * {@return what is another one after it ran; of a target that runs it is asked before and after its stack is read, to
     * see that the stack is of one moment}
     */
    default Object moment() {
        return "";
    }

    /** {@return the one of its stacks that an address is on, or of those of its CPU, as far as they are known} */
    Optional<Stack> stackAt(long virtualAddress);
}
