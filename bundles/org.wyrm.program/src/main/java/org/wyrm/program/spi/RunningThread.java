package org.wyrm.program.spi;

import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;

/** A thread of a process that runs. Thread-safe. */
@ConsumerType
public interface RunningThread {
    /** {@return its number, as the kernel counts threads} */
    long id();

    /** {@return its name, if it is still there} */
    Optional<String> name();

    /** {@return the letter that {@code ps} shows for its state, if it is still there} */
    Optional<Character> state();

    /** {@return the CPU that it is on, or was last on, if it is still there} */
    OptionalInt cpu();

    /**
     * Registers of a thread that was stopped for a moment.
     *
     * @param general as in {@code NT_PRSTATUS}, from {@code pr_reg} on
     * @param floatingPoint as in {@code NT_FPREGSET}, if there are such
     */
    record Stopped(ByteSlice general, Optional<ByteSlice> floatingPoint) {}

    /**
     * Stops it for a moment, and keeps what is on its stack: that memory then reads as it was at that moment, until it is
     * stopped again.
     *
     * @throws org.wyrm.base.error.DebuggerException if it cannot be stopped, with the cause
     */
    Stopped stop();
}
