package org.wyrm.linux.commands.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sched.Sched;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists tasks: every thread of every process. */
@ProvidesCommand(
        name = "tasks",
        aliases = "ps",
        summary = "list the tasks of the target",
        row = TasksCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "processes", title = "Processes", command = "tasks --user --leaders", rank = 700)
public final class TasksCommand implements Command<TasksCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-k", "--kernel"},
                    help = "kernel threads only")
            boolean kernel,

            @Flag(
                    names = {"-u", "--user"},
                    help = "tasks of processes only, no kernel threads")
            boolean user,

            @Flag(
                    names = {"-G", "--leaders"},
                    help = "one task a process: the leader of its threads")
            boolean leaders,

            @Flag(
                    names = {"--state"},
                    argument = "LETTERS",
                    help = "tasks in one of these states only: RSDTtXZPI")
            Optional<String> state,

            @Flag(
                    names = {"-p", "--pid"},
                    argument = "PID",
                    help = "the task with this PID only")
            OptionalInt pid) {}

    /**
     * One task.
     *
     * @param task its {@code struct task_struct}
     * @param rss its memory in RAM; of a process only
     */
    public record Row(
            int pid,
            Attempt<Integer> tgid,
            Attempt<Integer> ppid,
            Attempt<Integer> cpu,
            Attempt<Character> state,
            VirtualAddress task,
            Attempt<Optional<ByteSize>> rss,
            Attempt<Boolean> kernelThread,
            Attempt<String> comm) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        check(options);
        var program = LinuxKernel.require(context.target(Program.class));
        if (options.pid.isPresent()) {
            var number = options.pid.getAsInt();
            return Stream.of(Pids.ofTask(program, number, task -> row(number, task, new HashMap<>()))
                    .orElseThrow(() -> new LookupFailedException("task", Integer.toString(number))));
        }
        var rss = new HashMap<Long, Optional<ByteSize>>();
        return Pids.forEachPid(program)
                .flatMap(numbered -> row(context, numbered, rss).stream())
                .filter(row -> matches(row, options));
    }

    private static void check(Options options) {
        if (options.kernel && options.user) {
            throw new UsageException("--kernel and --user leave no task");
        }
        options.state.ifPresent(letters -> letters.chars()
                .filter(letter -> Sched.STATE_LETTERS.indexOf(letter) < 0)
                .findFirst()
                .ifPresent(letter -> {
                    throw new UsageException(
                            "--state " + letters + ": '" + (char) letter + "' is none of " + Sched.STATE_LETTERS);
                }));
    }

    /** A number whose {@code struct pid} cannot be read has no task to show: that is said, and the rest goes on. */
    private static Optional<Row> row(
            CommandContext context, Pids.Numbered numbered, Map<Long, Optional<ByteSize>> rss) {
        var program = numbered.pid().program();
        var row = Attempt.of(() -> program.isRunning()
                ? Pids.ofTask(program, numbered.number(), task -> row(numbered.number(), task, rss))
                : Pids.pidTask(numbered.pid()).map(task -> row(numbered.number(), task, rss)));
        if (row instanceof Attempt.Failure<?> failure) {
            context.warn("pid " + numbered.number() + ": " + failure.error().getMessage());
        }
        return row.orElse(Optional.empty());
    }

    private static Row row(int pid, Value task, Map<Long, Optional<ByteSize>> rss) {
        return new Row(
                pid,
                Attempt.of(() -> task.member("tgid").intValue()),
                Attempt.of(() -> Sched.taskPpid(task)),
                Attempt.of(() -> Sched.taskCpu(task)),
                Attempt.of(() -> Sched.taskStateToChar(task)),
                new VirtualAddress(task.address()),
                Attempt.of(() -> rss(task, rss)),
                Attempt.of(() -> Sched.taskIsKthread(task)),
                Attempt.of(() -> task.member("comm").string()));
    }

    /** The threads of a process share its memory, which is counted once. */
    private static Optional<ByteSize> rss(Value task, Map<Long, Optional<ByteSize>> known) {
        var mm = task.member("mm").longValue();
        var counted = known.get(mm);
        if (counted == null) {
            counted = Mm.taskRss(task);
            known.put(mm, counted);
        }
        return counted;
    }

    /** A task of which it is not known whether it is wanted is shown. */
    private static boolean matches(Row row, Options options) {
        var isKernel = row.kernelThread.orElse(options.kernel);
        var isLeader = row.tgid.orElse(row.pid) == row.pid;
        return (!options.kernel || isKernel)
                && (!options.user || !isKernel)
                && (!options.leaders || isLeader)
                && (options.state.isEmpty()
                        || row.state
                                .map(letter -> options.state.get().indexOf(letter) >= 0)
                                .orElse(true));
    }
}
