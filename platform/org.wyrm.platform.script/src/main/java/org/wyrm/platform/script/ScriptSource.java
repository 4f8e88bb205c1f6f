package org.wyrm.platform.script;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;

/**
 * A script.
 *
 * @param name what errors call it: a file's path, or {@code -e}
 * @param text what it says; a first line of {@code #!} is empty
 * @param arguments what the user said after it
 */
public record ScriptSource(String name, String text, List<String> arguments) {
    private static final int MAX_SHOWN = 200;

    public ScriptSource {
        arguments = List.copyOf(arguments);
    }

    /** {@return what the Java stack calls it: the name without folders} */
    public String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /**
     * Makes the error for what is no script of the language.
     *
     * @param line where that is, from 1
     * @param column there, in characters from 1; 0 where it is not known
     * @param said what the compiler says of it
     * @param cause what it threw, if it did
     */
    public DebuggerException error(int line, int column, String said, @Nullable Throwable cause) {
        var whole =
                new OperationFailedException("%s:%d: %s".formatted(name, line, said.replaceAll("\\s+", " ")), cause);
        var shown = text.lines().skip(Math.max(0, line - 1)).findFirst().orElse("");
        return shown.isBlank() || shown.length() > MAX_SHOWN || column < 1
                ? whole
                : whole.in("  " + shown.replace('\t', ' ') + "\n  " + " ".repeat(column - 1) + "^");
    }
}
