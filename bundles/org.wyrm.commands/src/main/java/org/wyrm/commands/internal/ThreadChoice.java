package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** Finds the threads that a user means: by number, by the address of the task, by name. */
final class ThreadChoice {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final Pattern ADDRESS = Pattern.compile("(?:0x)?([0-9a-fA-F]{9,16})");

    private final Program program;
    private final ThreadFinder finder;
    private final Optional<String> chosenTask;
    private final Optional<String> chosenCpu;

    private ThreadChoice(CommandContext context, Program program, ThreadFinder finder) {
        this.program = program;
        this.finder = finder;
        chosenTask = context.chosen("task");
        chosenCpu = context.chosen("cpu");
    }

    /**
     * {@return who finds the threads of the open program}
     *
     * @throws LookupFailedException if it has none
     */
    static ThreadChoice of(CommandContext context) {
        var program = context.target(Program.class);
        return new ThreadChoice(
                context,
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
     * {@return the one thread that a text means; without one, the current}
     *
     * @throws LookupFailedException if there is none, or several
     */
    TargetThread single(Optional<String> text) {
        return text.isEmpty() ? current() : oneNamed(text.get());
    }

    private TargetThread oneNamed(String text) {
        var found = named(text);
        if (found.size() > 1) {
            throw new LookupFailedException(
                    "single task",
                    text,
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
     * {@return the thread that the user has chosen for all commands, by itself or by the CPU that it is on}
     *
     * @throws LookupFailedException if it is not there
     */
    Optional<TargetThread> chosen() {
        if (chosenTask.isPresent()) {
            return chosenTask.map(this::oneNamed);
        }
        return chosenCpu.map(cpu -> CpuList.of(cpu, program)
                .mapToObj(number -> finder.onCpu(program, number))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new LookupFailedException("CPU", cpu)));
    }

    /**
     * {@return the thread that is meant where none is named: the chosen one, or that which the target crashed in}
     *
     * @throws UsageException if none was chosen, and the target did not crash
     */
    TargetThread current() {
        return chosen().orElseGet(this::crashed);
    }

    /**
     * {@return the thread that the target crashed in; of a process that runs, its first}
     *
     * @throws UsageException if it did not crash
     */
    private TargetThread crashed() {
        return finder.crashed(program)
                .or(() -> finder.isKernel()
                        ? Optional.empty()
                        : finder.threads(program).findFirst())
                .orElseThrow(() -> new UsageException("the target did not crash: name a task"));
    }
}
