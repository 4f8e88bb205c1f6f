package org.wyrm.platform.command;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;
import org.wyrm.base.cancellation.Cancellation;

/** What a running application may ask of the platform. Thread-safe. */
@ProviderType
public interface ApplicationContext extends CommandContext {
    /** {@return where the application prints: the standard output of the process, or a pager} */
    PrintStream out();

    /** {@return the standard input of the process; empty where another reads it, as a shell does} */
    Optional<InputStream> standardInput();

    /** {@return what the user said by {@code --format}: {@code text} where nothing was said} */
    String format();

    /**
     * {@return what the user said that rows are to be like, as words to put behind a command: {@code --limit 20};
     * without the format}
     */
    List<String> rowOptions();

    /**
     * Opens the target that the command line names, so that what keeps it from being opened is told once.
     *
     * @return what the user knows it by: the path of a dump, say
     * @throws org.wyrm.base.error.DebuggerException if it cannot be opened, or the command line names none
     */
    String openTarget();

    /**
     * Runs a command on the target of this application, which is opened once, and stays open. What goes wrong is told
     * in the result, a bug of the command's too. Several may run at the same time.
     *
     * @param words as on a command line: the command, its options and arguments, options of output
     * @param cancellation tells this command to stop
     * @param out takes the rows, rendered; it is not closed
     */
    CommandResult run(List<String> words, Cancellation cancellation, OutputStream out);

    /** {@return the names of all commands that {@link #run} knows, their other names too} */
    Set<String> commandNames();

    /**
     * Runs a command on the target of this application, as {@link #run} does, for its rows.
     *
     * @param words as on a command line: the command, its options and arguments; of the options of output only
     *     {@code --limit} counts
     * @param cancellation tells this command to stop
     * @param each takes the rows, each when it is found: values by their keys in JSON, of the JDK's types, lists and maps
     *     of such, and addresses; sizes are numbers of bytes; a value that could not be read is the
     *     {@link org.wyrm.base.error.DebuggerException} that tells why
     * @throws org.wyrm.base.error.DebuggerException if it fails, or the words are no command line
     */
    void rows(List<String> words, Cancellation cancellation, Consumer<Map<String, @Nullable Object>> each);
}
