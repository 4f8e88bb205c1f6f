package org.wyrm.platform.command;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A headless application: {@code wyrm [TARGET] --application ID ARGUMENTS}. It owns the process's output and its exit
 * code. Declared by {@link ProvidesApplication}.
 *
 * @param <O> a record of {@link Flag}s and {@link Argument}s; the platform parses it and prints its help
 */
@ConsumerType
public interface Application<O extends Record> {
    /** Runs to the end. {@return the exit code of the process} */
    int run(ApplicationContext context, O options);
}
