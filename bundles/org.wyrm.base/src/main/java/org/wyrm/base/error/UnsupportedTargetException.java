package org.wyrm.base.error;

/** A target that is recognised and is whole, but of a kind that this version does not read. */
public final class UnsupportedTargetException extends DebuggerException {
    /** @param message what is not supported */
    public UnsupportedTargetException(String message) {
        super(message, null);
    }
}
