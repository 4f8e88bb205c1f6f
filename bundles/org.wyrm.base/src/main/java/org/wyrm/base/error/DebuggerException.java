package org.wyrm.base.error;

import java.util.Optional;
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

    private @Nullable String context;

    DebuggerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Adds where in the user's own words it went wrong, as lines of text for below the message. The innermost place,
     * which is said first, counts.
     *
     * @return this
     */
    public final DebuggerException in(String lines) {
        if (context == null) {
            context = lines;
        }
        return this;
    }

    /** {@return where in the user's own words it went wrong, as lines of text, if that is known} */
    public final Optional<String> context() {
        return Optional.ofNullable(context);
    }
}
