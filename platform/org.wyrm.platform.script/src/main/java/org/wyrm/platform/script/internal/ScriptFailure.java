package org.wyrm.platform.script.internal;

import java.util.Arrays;
import java.util.Optional;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ScriptSource;

/** What went wrong in a script, told as the script's author knows it: by file and line. */
final class ScriptFailure {
    private static final int MAX_CHARACTERS = 2_000;

    private ScriptFailure() {}

    /** {@return an error of the target, with the line of the script that it came up in} */
    static DebuggerException of(ScriptSource source, DebuggerException error) {
        place(source, error).ifPresent(place -> error.in("  at " + place));
        return error;
    }

    /** {@return what any other exception of a script is to its user: his own, with its line} */
    static DebuggerException ofOther(ScriptSource source, Throwable error) {
        var place = place(source, error).orElse(source.name());
        return new OperationFailedException(place + ": " + message(error), error);
    }

    private static Optional<String> place(ScriptSource source, Throwable error) {
        return Arrays.stream(error.getStackTrace())
                .filter(frame -> source.fileName().equals(frame.getFileName()) && frame.getLineNumber() > 0)
                .findFirst()
                .map(frame -> source.name() + ":" + frame.getLineNumber());
    }

    private static String message(Throwable error) {
        if (error instanceof StackOverflowError) {
            return "calls are nested too deep";
        }
        var text = String.valueOf(error.getMessage());
        var type = error.getClass().getSimpleName();
        var whole = error.getMessage() == null ? type : type + ": " + text;
        return whole.length() <= MAX_CHARACTERS ? whole : whole.substring(0, MAX_CHARACTERS) + " …";
    }
}
