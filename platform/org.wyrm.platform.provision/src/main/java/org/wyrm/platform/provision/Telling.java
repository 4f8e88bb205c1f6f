package org.wyrm.platform.provision;

import java.util.function.Consumer;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;

/**
 * Who is told of what happens, and who may end it.
 *
 * @param warnings is told of what goes wrong and does not end the work
 * @param progress is told of downloads
 * @param cancellation ends the work
 */
public record Telling(Consumer<String> warnings, Progress progress, Cancellation cancellation) {
    /** {@return the user of a command} */
    public static Telling of(CommandContext context) {
        return new Telling(context::warn, context.progress(), context.cancellation());
    }

    void warn(String message) {
        warnings.accept(message);
    }
}
