package org.wyrm.bpf.internal;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.unwind.spi.ThreadFinder;

/** What the commands of this bundle have in common: the kernel that they are about, and how an object of it is said. */
final class BpfTarget {
    private BpfTarget() {}

    /**
     * {@return the target}
     *
     * @throws UsageException if it is a process
     */
    static Program kernel(CommandContext context) {
        var program = context.target(Program.class);
        var threads = program.findExtension(ThreadFinder.class);
        if (threads.isPresent() && !threads.get().isKernel()) {
            throw new UsageException("the target is a process: this command is about kernels");
        }
        return program;
    }

    /**
     * {@return what was found by a number}
     *
     * @param text the number, as the user said it
     * @param kind what it is: {@code BPF map}
     * @param lister the command that lists them
     * @throws UsageException if it is no number
     * @throws LookupFailedException if nothing was found
     */
    static Value found(String text, String kind, String lister, LongFunction<Optional<Value>> finder) {
        return finder.apply(number(text))
                .orElseThrow(() -> new LookupFailedException(kind, text, "`" + lister + "` lists them"));
    }

    private static long number(String text) {
        try {
            return Integer.parseUnsignedInt(text) & 0xffff_ffffL;
        } catch (NumberFormatException e) {
            throw new UsageException(text + " is not the number of a BPF object");
        }
    }

    /** Walks over something; what ends the walk is told, and the caller goes on. */
    static void tolerant(Consumer<String> warnings, String what, Runnable walk) {
        var ended = Attempt.of(() -> {
            walk.run();
            return true;
        });
        if (ended instanceof Attempt.Failure<Boolean> failure) {
            warnings.accept(what + ": " + failure.error().getMessage());
        }
    }
}
