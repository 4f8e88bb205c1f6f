package org.wyrm.platform.extension;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.RowStage;

/**
 * Commands one after the other, on targets that stay open. The platform contributes one to each application. Thread-safe.
 */
@ProviderType
public interface Session {
    /**
     * How a command's rows are shown, and what is told beside them.
     *
     * @param defaults options of output that count where the command line says nothing: {@code --format json}
     * @param stages that rows go through
     * @param out takes the rows; it is flushed
     * @param pager shows long text, as a command of the system's shell; empty where it is not to be paged
     * @param errors is told warnings and errors
     * @param progress is told of long work
     * @param columns asks how wide text may be
     */
    record Display(
            List<String> defaults,
            List<RowStage> stages,
            Output out,
            Optional<String> pager,
            PrintStream errors,
            Progress progress,
            Supplier<OptionalInt> columns) {}

    /**
     * A target of the session.
     *
     * @param number what it is chosen by; it stays the same
     * @param name what the user knows it by: the path of a dump, say
     * @param remarks what it is, and what is missing of it, a line each
     * @param isCurrent whether commands run on it
     */
    record Target(int number, String name, List<String> remarks, boolean isCurrent) {}

    /** {@return where errors are told} */
    PrintStream errors();

    /** {@return a variable of the process's environment, if it is set and not empty} */
    Optional<String> variable(String name);

    /** {@return the folder of wyrm in one of the XDG base directories, or in its default below the home folder} */
    Path userFolder(String variable, String belowHome);

    /** {@return whether the user wants colors on a terminal} */
    boolean isColored();

    /** {@return what is installed now: plug-ins come and go} */
    Index index();

    /**
     * {@return the help of a command, or the overview}
     *
     * @throws org.wyrm.base.error.UsageException if there is no such command
     */
    String help(List<String> names);

    /**
     * Does work of the application itself; whatever goes wrong is told, a bug too.
     *
     * @param text what the user asked for, for the report of a bug
     * @param work gives its code
     * @return that, or the code of what went wrong
     */
    int guard(String text, IntSupplier work);

    /**
     * Runs a command on the current target, or an application that a word starts; whatever goes wrong is told.
     *
     * @param words the command, its options and arguments, options of output
     * @return as the exit code of a process that runs this command only
     */
    int run(List<String> words, Cancellation cancellation, Display display);

    /** {@return what a command on the current target would be given, for one who looks at it} */
    CommandContext context(Cancellation cancellation);

    /**
     * Opens a target, which becomes the current one.
     *
     * @param words that name it, as before a command; empty for what the command line of the process names
     * @return its code, as of {@link #run}
     */
    int open(List<String> words, Cancellation cancellation, Display display);

    /** {@return the targets that are open} */
    List<Target> targets();

    /**
     * Makes another target the current one.
     *
     * @throws org.wyrm.base.error.UsageException if there is no such target
     */
    void select(int number);

    /**
     * Closes a target; another becomes the current one.
     *
     * @throws org.wyrm.base.error.UsageException if there is no such target
     */
    void close(int number);

    /** {@return what is chosen for commands on the current target, by what it is: {@code task}} */
    Map<String, String> choices();

    /** Chooses something for all commands on the current target; empty for nothing any more. */
    void choose(String what, Optional<String> value);
}
