package org.wyrm.platform.launcher.internal;

import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;

/** What the process says of its end. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREADABLE = 3;
    static final int BUG = 70;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(DebuggerException error) {
        return switch (error) {
            case OperationFailedException e -> FAILED;
            case UsageException e -> USAGE;
            case UnreadableTargetException e -> UNREADABLE;
            case LookupFailedException e -> 4;
            case FaultException e -> 5;
            case MalformedDataException e -> 6;
            case CorruptStructureException e -> 6;
            case UnsupportedTargetException e -> 7;
            case CancelledException e -> INTERRUPTED;
        };
    }
}
