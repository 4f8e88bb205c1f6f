package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** Finds the threads that a user means: by number, by the address of the task, by name. */
final class ThreadChoice {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final Pattern ADDRESS = Pattern.compile("(?:0x)?([0-9a-fA-F]{9,16})");

    private final Program program;
    private final ThreadFinder finder;

    private ThreadChoice(Program program, ThreadFinder finder) {
        this.program = program;
        this.finder = finder;
    }

    /**
     * {@return who finds the threads of a program}
     *
     * @throws LookupFailedException if it has none
     */
    static ThreadChoice of(Program program) {
        return new ThreadChoice(
                program,
                program.findExtension(ThreadFinder.class)
                        .orElseThrow(() -> new LookupFailedException(
                                "thread", "this target", "it is a file, and no dump or running system")));
    }

    ThreadFinder finder() {
        return finder;
    }

    /**
     * {@return the threads that a text means}
     *
     * @throws LookupFailedException if there are none
     */
    List<TargetThread> named(String text) {
        var found = new ArrayList<TargetThread>();
        if (NUMBER.matcher(text).matches()) {
            found.addAll(finder.withId(program, Long.parseLong(text)));
        }
        var address = ADDRESS.matcher(text);
        if (found.isEmpty() && address.matches()) {
            finder.at(program, Long.parseUnsignedLong(address.group(1), 16)).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            finder.threads(program)
                    .filter(thread -> thread.name().filter(text::equals).isPresent())
                    .forEach(found::add);
        }
        if (found.isEmpty()) {
            throw new LookupFailedException(finder.isKernel() ? "task" : "thread", text);
        }
        return found;
    }

    /**
     * {@return the one thread that a text means; without one, that which the target crashed in, or the first
     * of a process}
     *
     * @throws LookupFailedException if there is none, or several
     */
    TargetThread single(Optional<String> text) {
        if (text.isEmpty()) {
            return crashed();
        }
        var found = named(text.get());
        if (found.size() > 1) {
            throw new LookupFailedException(
                    "single task",
                    text.get(),
                    "there are PIDs "
                            + String.join(
                                    ", ",
                                    found.stream()
                                            .map(thread -> Long.toString(thread.id()))
                                            .toList()));
        }
        return found.getFirst();
    }

    /**
     * {@return the thread that the target crashed in; of a process that runs, its first}
     *
     * @throws UsageException if it did not crash
     */
    TargetThread crashed() {
        return finder.crashed(program)
                .or(() -> finder.isKernel()
                        ? Optional.empty()
                        : finder.threads(program).findFirst())
                .orElseThrow(() -> new UsageException("the target did not crash: name a task"));
    }
}
