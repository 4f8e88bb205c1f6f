package org.wyrm.fs.ext4.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.platform.command.CommandContext;

/** What a walk finds, as far as it comes. */
final class Found {
    private Found() {}

    /** {@return what a walk finds until it ends or cannot go on, which is said} */
    static <T> List<T> by(CommandContext context, Supplier<String> about, Supplier<Stream<T>> walk) {
        var found = new ArrayList<T>();
        Attempt.orTell(context::warn, about, () -> walk.get().forEach(found::add));
        return found;
    }
}
