package org.wyrm.base.error;

import org.jspecify.annotations.Nullable;

/** The target cannot be read at all, or nothing here recognises it. */
public final class UnreadableTargetException extends DebuggerException {
    /** @param message which target, and why */
    public UnreadableTargetException(String message) {
        super(message, null);
    }

    /**
     * @param message which target, and why
     * @param cause what the system said
     */
    public UnreadableTargetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
