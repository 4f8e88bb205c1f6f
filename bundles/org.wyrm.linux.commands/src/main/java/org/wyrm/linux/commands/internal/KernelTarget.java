package org.wyrm.linux.commands.internal;

import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.ThreadFinder;

/** The target of commands that are about kernels. */
final class KernelTarget {
    private KernelTarget() {}

    /**
     * {@return the target}
     *
     * @throws UsageException if it is a process, where such commands would miss one structure or another
     */
    static Program of(CommandContext context) {
        var program = context.target(Program.class);
        var threads = program.findExtension(ThreadFinder.class);
        if (threads.isPresent() && !threads.get().isKernel()) {
            throw new UsageException("the target is a process: this command is about kernels");
        }
        return program;
    }
}
