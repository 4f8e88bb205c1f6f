package org.wyrm.platform.launcher.internal.sample;

import java.io.PrintStream;
import java.util.List;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.CommandContext;

/** Greets, with an exit code of its own. */
public final class HelloApplication implements Application {
    @Override
    public int run(CommandContext context, List<String> arguments, PrintStream out) {
        out.println("hello " + String.join(" ", arguments));
        return 42;
    }
}
