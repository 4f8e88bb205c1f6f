package org.wyrm.base.error;

/** The work was told to stop: by Ctrl-C, a time limit, or the removal of its plug-in. */
public final class CancelledException extends DebuggerException {
    /** @param message who stopped it, as a clause */
    public CancelledException(String message) {
        super(message, null);
    }
}
