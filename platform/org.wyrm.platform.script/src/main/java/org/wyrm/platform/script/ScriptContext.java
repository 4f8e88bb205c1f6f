package org.wyrm.platform.script;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;

/** What a script may ask of the platform. Thread-safe. */
@ProviderType
public interface ScriptContext {
    /**
     * {@return the target of the command line, which is opened when it is first asked for}
     *
     * @throws org.wyrm.base.error.DebuggerException if it cannot be opened, or the command line names none
     */
    <T> T target(Class<T> type);

    /** {@return all that bundles contribute} */
    Contributions contributions();

    /** {@return what tells the script to stop} */
    Cancellation cancellation();

    /** {@return where the script prints} */
    PrintStream out();

    /** {@return the names of all commands, their other names too} */
    Set<String> commandNames();

    /**
     * Runs a command on the target of this script.
     *
     * @param words as on a command line: the command, its options and arguments
     * @param each takes the rows, each when it is found: values by their keys in JSON
     * @throws org.wyrm.base.error.DebuggerException if it fails
     */
    void rows(List<String> words, Consumer<Map<String, @Nullable Object>> each);
}
