package org.wyrm.platform.command;

import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;

/** What a running command may ask of the platform. Thread-safe. */
@ProviderType
public interface CommandContext {
    /**
     * {@return the open target, as the type that the command declared}
     *
     * @param type the class named by {@link ProvidesCommand#target()}
     * @throws org.wyrm.base.error.UsageException if no target is open and none was named
     */
    <T> T target(Class<T> type);

    /** {@return the token that tells this run to stop; the target polls it too} */
    Cancellation cancellation();

    /** {@return all that bundles contribute} */
    Contributions contributions();

    /** Tells the user, on stderr, of something that does not end the command. */
    void warn(String message);

    /** {@return who is told of long work; shown where stderr is a terminal, and the user wants to hear of it} */
    Progress progress();

    /**
     * {@return what the user has chosen for all commands, where a command is not told otherwise: in the shell, by
     * {@code set task 1}}
     *
     * @param what is chosen: {@code task}, {@code frame}, {@code cpu}
     */
    default Optional<String> chosen(String what) {
        return Optional.empty();
    }

    /** {@return how many columns the terminal has that rows are shown on as text; empty where they go elsewhere} */
    default OptionalInt columns() {
        return OptionalInt.empty();
    }
}
