package org.wyrm.platform.command;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Contributes options to the command line, and opens the target that they name. Declared by {@link ProvidesTarget}.
 *
 * @param <T> what it opens; commands ask for it by this class
 * @param <O> a record of {@link Flag}s, valid before the command
 */
@ConsumerType
public interface TargetProvider<T, O extends Record> {
    /**
     * {@return the target that the options name, or empty where they name none}
     *
     * @param context of the command that asks; what opening polls and where it warns
     * @throws org.wyrm.base.error.DebuggerException if it cannot be opened, with place and cause
     */
    Optional<OpenTarget<T>> open(CommandContext context, O options);
}
