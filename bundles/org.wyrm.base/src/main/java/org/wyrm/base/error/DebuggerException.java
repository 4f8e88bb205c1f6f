package org.wyrm.base.error;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything this debugger reports. Closed: the command line maps each kind to one exit code.
 *
 * <p>Messages are lower case, have no full stop, and name the place in hex.
 */
public abstract sealed class DebuggerException extends RuntimeException
        permits CancelledException,
                CorruptStructureException,
                FaultException,
                LookupFailedException,
                MalformedDataException,
                OperationFailedException,
                UnreadableTargetException,
                UnsupportedTargetException,
                UsageException {

    DebuggerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
