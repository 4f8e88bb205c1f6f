package org.wyrm.unwind;

import java.util.List;
import java.util.Optional;

/**
 * The stack of a thread.
 *
 * @param frames the innermost first
 * @param problem why it could not be followed to its beginning, a clause; empty if it was
 */
public record StackTrace(List<StackFrame> frames, Optional<String> problem) {
    /** Keeps a copy. */
    public StackTrace {
        frames = List.copyOf(frames);
    }
}
