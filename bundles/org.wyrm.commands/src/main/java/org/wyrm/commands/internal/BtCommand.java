package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.StackTrace;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.TargetThread;

/** Shows the stacks of threads. */
@ProvidesCommand(
        name = "bt",
        summary = "show the stacks of tasks, or of a process's threads",
        row = BtCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
@ProvidesReportSection(name = "crash", title = "Where it crashed", command = "bt --crashed --lines", rank = 200)
@ProvidesReportSection(name = "running", title = "What the CPUs ran", command = "bt --running --lines", rank = 400)
@ProvidesReportSection(
        name = "blocked",
        title = "Blocked tasks, by stack",
        command = "bt --group --state D --lines",
        rank = 500)
public final class BtCommand implements Command<BtCommand.Options> {
    private static final int THREADS_AT_ONCE = 128;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-a", "--running"},
                    help = "the tasks that CPUs run")
            boolean running,

            @Flag(
                    names = {"-c", "--cpu"},
                    argument = "CPU",
                    help = "the task that a CPU runs, or those of several (0,2-3)")
            Optional<String> cpu,

            @Flag(
                    names = {"-p", "--crashed"},
                    help =
                            "the task in which the target crashed; so without any argument, but of a process that runs: all"
                                    + " its threads")
            boolean crashed,

            @Flag(names = "--all", help = "all tasks, then the idle tasks of the CPUs")
            boolean all,

            @Flag(
                    names = "--state",
                    argument = "LETTERS",
                    help = "tasks in one of these states only: RSDTtXZPI; of all, where no others are named")
            Optional<String> state,

            @Flag(
                    names = {"-l", "--lines"},
                    help = "tell file, line and column of each frame, where they are known")
            boolean lines,

            @Flag(
                    names = {"-v", "--variables"},
                    help = "tell the parameters and variables of each frame")
            boolean variables,

            @Flag(
                    names = {"-f", "--full"},
                    help = "tell the words of each frame on the stack, and what they may be addresses of")
            boolean full,

            @Flag(
                    names = {"-u", "--user"},
                    help = "of a kernel's tasks, follow the stack in user space too, as far as its pages are in the"
                            + " dump, or its files here: at the paths that they have there, or by --extra-symbols")
            boolean user,

            @Flag(
                    names = {"-g", "--group"},
                    help = "tell each stack once, with the tasks that have it, that of most tasks first; of all tasks,"
                            + " where no others are named")
            boolean group,

            @Argument(name = "PID|TASK|COMM", help = "tasks by number, address of the task_struct, or name")
            List<String> tasks) {}

    /**
     * The stack of a task.
     *
     * @param frames the innermost first; text is made when it is written
     * @param problem why the stack could not be followed, or not to its beginning
     * @param pids of all tasks with the same stack, with {@code --group}
     */
    public record Row(
            long pid,
            Attempt<Optional<String>> comm,
            Optional<VirtualAddress> task,
            Attempt<OptionalInt> cpu,
            Attempt<Optional<Character>> state,
            Frames frames,
            Optional<String> problem,
            Optional<List<Long>> pids)
            implements TextRow {
        @Override
        public String toText() {
            var text = new StringBuilder();
            if (pids.isPresent()) {
                var count = pids.get().size();
                text.append(count)
                        .append(task.isPresent() ? " task" : " thread")
                        .append(count == 1 ? ": " : "s: ")
                        .append(pids.get().stream().map(String::valueOf).collect(Collectors.joining(" ")));
            } else {
                text.append(task.isPresent() ? "PID: " : "TID: ").append(pid);
                task.ifPresent(address -> text.append("  TASK: ").append(address));
                cpu.orElse(OptionalInt.empty())
                        .ifPresent(number -> text.append("  CPU: ").append(number));
                state.orElse(Optional.empty())
                        .ifPresent(letter -> text.append("  STATE: ").append(letter));
            }
            comm.orElse(Optional.empty())
                    .ifPresent(name -> text.append("  COMM: ").append(name));
            var stack = Optional.<String>empty();
            for (var frame : frames.rows) {
                if (frame.stack().isPresent() && !frame.stack().equals(stack)) {
                    if (!frame.stack().equals(Optional.of("task")) || stack.isPresent()) {
                        text.append("\n <").append(frame.stack().get()).append('>');
                    }
                    stack = frame.stack();
                }
                text.append("\n ").append(frame.text(frames.lines));
                for (var word : frame.words()) {
                    text.append("\n      ").append(word.text());
                }
                for (var local : frame.locals()) {
                    text.append("\n      ").append(local.text().replace("\n", "\n      "));
                }
            }
            problem.ifPresent(why -> text.append("\n ")
                    .append(frames.rows.isEmpty() ? "no stack: " : "not followed further: ")
                    .append(why));
            return text.append('\n').toString();
        }
    }

    /** Frames, which are data to those who read no text. */
    record Frames(List<FrameRow> rows, boolean lines) implements Supplier<Object> {
        @Override
        public Object get() {
            return rows;
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        var unwinder =
                options.variables ? Unwinder.of(program) : Unwinder.of(program).withoutRegisters();
        var rows = threads(context, program, options)
                .filter(thread -> matches(thread, options))
                .gather(Gatherers.windowFixed(THREADS_AT_ONCE))
                .flatMap(threads -> rows(program, unwinder, threads, options));
        return options.group ? grouped(rows) : rows;
    }

    private static Stream<TargetThread> threads(CommandContext context, Program program, Options options) {
        var choice = ThreadChoice.of(context);
        var finder = choice.finder();
        var ways = (options.running ? 1 : 0)
                + (options.cpu.isPresent() ? 1 : 0)
                + (options.crashed ? 1 : 0)
                + (options.all ? 1 : 0)
                + (options.tasks.isEmpty() ? 0 : 1);
        if (ways > 1) {
            throw new UsageException("bt: say only one of -a, -c, -p, --all and tasks");
        }
        if (!options.tasks.isEmpty()) {
            return options.tasks.stream().flatMap(text -> choice.named(text).stream());
        }
        if (options.cpu.isPresent()) {
            return CpuList.of(options.cpu.get(), program)
                    .mapToObj(cpu -> finder.onCpu(program, cpu))
                    .flatMap(Optional::stream);
        }
        if (options.running) {
            return finder.running(program);
        }
        if (options.all || options.state.isPresent() || options.group) {
            return Stream.concat(finder.threads(program), finder.withId(program, 0).stream());
        }
        var chosen = options.crashed ? Optional.<TargetThread>empty() : choice.chosen();
        if (chosen.isPresent()) {
            return chosen.stream();
        }
        var crashed = finder.crashed(program);
        if (crashed.isEmpty() && options.crashed) {
            throw new UnsupportedTargetException("the target did not crash");
        }
        if (crashed.isEmpty() && finder.isKernel()) {
            throw new UsageException("bt: the target did not crash: name a task, or say -a or --all");
        }
        return crashed.isPresent() ? crashed.stream() : finder.threads(program);
    }

    private static boolean matches(TargetThread thread, Options options) {
        return options.state.isEmpty()
                || Attempt.of(thread::state)
                        .orElse(Optional.empty())
                        .map(letter -> options.state.get().indexOf(letter) >= 0)
                        .orElse(true);
    }

    private static Stream<Row> rows(Program program, Unwinder unwinder, List<TargetThread> threads, Options options) {
        var traces = unwinder.traces(threads);
        return IntStream.range(0, threads.size())
                .mapToObj(index -> row(program, threads.get(index), traces.get(index), options));
    }

    private static Row row(Program program, TargetThread thread, Attempt<StackTrace> traced, Options options) {
        var trace = traced.orElse(new StackTrace(List.of(), Optional.empty()));
        var problem = traced instanceof Attempt.Failure<?> failure
                ? Optional.ofNullable(failure.error().getMessage())
                : trace.problem();
        var frames = new ArrayList<FrameRow>();
        for (var frame : trace.frames()) {
            frames.add(FrameRow.of(
                    frame,
                    thread,
                    options.variables ? LocalRow.of(frame) : List.of(),
                    options.full ? words(program, trace, frame, thread) : List.of()));
        }
        if (options.user) {
            problem = problem.or(() -> addUserSpace(frames, thread, trace, options));
        }
        return new Row(
                thread.id(),
                Attempt.of(thread::name),
                thread.object().map(Value::address).map(VirtualAddress::new),
                Attempt.of(thread::cpu),
                Attempt.of(thread::state),
                new Frames(frames, options.lines),
                problem,
                Optional.empty());
    }

    /**
     * Adds what is below the kernel's frames: the last of them is already the innermost there, with no more than its
     * registers known.
     */
    private static Optional<String> addUserSpace(
            List<FrameRow> frames, TargetThread thread, StackTrace trace, Options options) {
        if (trace.frames().isEmpty() || !trace.frames().getLast().isUserSpace()) {
            return Optional.empty();
        }
        var last = trace.frames().getLast();
        var followed = Attempt.of(() -> thread.userSpace()
                .map(process -> Unwinder.of(process).trace(last.registers(), true))
                .orElse(new StackTrace(List.of(), Optional.empty())));
        if (followed instanceof Attempt.Failure<?> failure) {
            return Optional.ofNullable(failure.error().getMessage());
        }
        var user = followed.orElse(new StackTrace(List.of(), Optional.empty()));
        if (!user.frames().isEmpty()) {
            frames.removeLast();
        }
        for (var frame : user.frames()) {
            frames.add(FrameRow.ofUser(frame, last.index(), options.variables ? LocalRow.of(frame) : List.of()));
        }
        return user.problem();
    }

    /** {@return the words from a frame's stack pointer to that of the next, or to the end of the stack} */
    private static List<StackWord> words(Program program, StackTrace trace, StackFrame frame, TargetThread thread) {
        var first = frame.stackPointer();
        if (frame.isInlined() || frame.isTailCall() || frame.isUserSpace() || first.isEmpty()) {
            return List.of();
        }
        var stack = Attempt.of(() -> thread.stackAt(first.getAsLong())).orElse(Optional.empty());
        if (stack.isEmpty()) {
            return List.of();
        }
        var next = trace.frames().stream()
                .skip(frame.index() + 1L)
                .filter(each -> each.stackPointer().isPresent())
                .mapToLong(each -> each.stackPointer().getAsLong())
                .filter(sp -> stack.get().range().contains(sp) && Long.compareUnsigned(sp, first.getAsLong()) > 0)
                .findFirst();
        return StackWord.between(
                program, first.getAsLong(), next.orElse(stack.get().range().lastAddress() + 1));
    }

    private static Stream<Row> grouped(Stream<Row> rows) {
        var groups = new LinkedHashMap<String, List<Row>>();
        rows.forEach(row ->
                groups.computeIfAbsent(key(row), made -> new ArrayList<>()).add(row));
        return groups.values().stream()
                .sorted((left, right) -> Integer.compare(right.size(), left.size()))
                .map(same -> {
                    var row = same.getFirst();
                    return new Row(
                            row.pid,
                            same.size() == 1 ? row.comm : new Attempt.Success<>(commonName(same)),
                            row.task,
                            row.cpu,
                            row.state,
                            row.frames,
                            row.problem,
                            Optional.of(same.stream().map(Row::pid).toList()));
                });
    }

    private static Optional<String> commonName(List<Row> rows) {
        var names = rows.stream()
                .flatMap(row -> row.comm.orElse(Optional.empty()).stream())
                .distinct()
                .toList();
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", names));
    }

    /** What two tasks have the same of that wait in one place: code, and neither where their stacks are nor their data. */
    private static String key(Row row) {
        return row.frames.rows.stream()
                        .map(frame -> frame.user() ? "user" : frame.pc() + (frame.inline() ? "i" : ""))
                        .collect(Collectors.joining(" "))
                + row.problem.orElse("");
    }
}
