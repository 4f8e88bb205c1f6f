package org.wyrm.commands.internal;

import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.StackTrace;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.TargetThread;

/** Finds the frame of a thread's stack that a user means. */
final class FrameChoice {
    private final TargetThread thread;
    private final StackTrace trace;

    /**
     * Follows the stack.
     *
     * @throws org.wyrm.base.error.DebuggerException if the thread's registers are not known
     */
    FrameChoice(Program program, TargetThread thread) {
        this.thread = thread;
        this.trace = Unwinder.of(program).trace(thread);
    }

    StackTrace trace() {
        return trace;
    }

    /**
     * {@return the frame with a number}
     *
     * @throws LookupFailedException if the stack has fewer
     */
    StackFrame numbered(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new UsageException("'" + text + "' is not the number of a frame");
        }
        var number = Integer.parseInt(text);
        if (number >= trace.frames().size()) {
            throw new LookupFailedException(
                    "frame",
                    text,
                    "the stack of task %d has %d%s"
                            .formatted(
                                    thread.id(),
                                    trace.frames().size(),
                                    trace.problem()
                                            .map(why -> ", and could not be followed further: " + why)
                                            .orElse("")));
        }
        return trace.frames().get(number);
    }
}
