package org.wyrm.platform.command;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells how what the user has begun to type may go on: the names of tasks, members of a structure. Declared by
 * {@link ProvidesCompleter}.
 */
@ConsumerType
public interface Completer {
    /** The most words that are worth telling. */
    int ENOUGH = 1_000;

    /**
     * {@return how a text may go on; nothing where nobody can tell}
     *
     * <p>It is asked at each press of a key, with a token that is cancelled after a moment: it must poll it.
     *
     * @param context of a command on the current target
     * @param text of the argument so far, up to the cursor
     */
    Completions complete(CommandContext context, String text);
}
