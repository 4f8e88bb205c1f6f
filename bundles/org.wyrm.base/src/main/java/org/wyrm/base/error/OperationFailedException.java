package org.wyrm.base.error;

import org.jspecify.annotations.Nullable;

/** A command could not do its work for a reason that is not the target's: a file that cannot be written, say. */
public final class OperationFailedException extends DebuggerException {
    /** @param message what failed, and why */
    public OperationFailedException(String message) {
        super(message, null);
    }

    /**
     * @param message what failed, and why
     * @param cause what the system said
     */
    public OperationFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
