package org.wyrm.platform.command;

import java.io.PrintStream;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A headless application: {@code wyrm --application ID ARGUMENTS}. It owns the process's output and its exit code.
 * Declared by {@link ProvidesApplication}.
 */
@ConsumerType
public interface Application {
    /**
     * Runs to the end.
     *
     * @param out where it prints
     * @return the exit code of the process
     */
    int run(CommandContext context, List<String> arguments, PrintStream out);
}
