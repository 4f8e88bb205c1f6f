package org.wyrm.base.error;

/** The user asked for something that cannot be: an unknown command or option, a value out of range. */
public final class UsageException extends DebuggerException {
    /** @param message what is wrong with the request */
    public UsageException(String message) {
        super(message, null);
    }
}
