package org.wyrm.platform.command;

import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A command: options in, rows out. It prints nothing; the platform renders its rows as text, JSON or CSV.
 *
 * <p>Declared by {@link ProvidesCommand}. One object serves many runs, possibly at the same time.
 *
 * @param <O> a record of {@link Flag}s and {@link Argument}s; the platform parses it, completes it and prints its help
 */
@ConsumerType
public interface Command<O extends Record> {
    /**
     * Does the work, lazily where it can: a row is rendered when it is found.
     *
     * <p>An error that ends the work is thrown; an error inside one row is shown in the row, as an
     * {@link org.wyrm.base.error.Attempt}.
     *
     * @return records of JDK types, of the address and size types of {@code org.wyrm.base}, and of such records. The
     *     names of the components are the keys, in lower_snake_case. The platform closes the stream.
     */
    Stream<? extends Record> run(CommandContext context, O options);
}
