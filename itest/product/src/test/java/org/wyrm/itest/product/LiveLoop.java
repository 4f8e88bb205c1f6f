package org.wyrm.itest.product;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.progress.Progress;
import org.wyrm.itest.shared.Commands;
import org.wyrm.linux.commands.internal.TasksCommand;
import org.wyrm.linux.module.Modules;
import org.wyrm.linux.printk.Printk;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * Runs in a guest, and compares again and again what wyrm says of the running kernel with what {@code /proc} says of it
 * just before and just after. Prints counts {@code NAME VALUE}, and a line {@code DIFFERS …} for each difference.
 */
final class LiveLoop {
    private static final Pattern STAT = Pattern.compile("(?s)(\\d+) \\((.*)\\) (.*)");
    private static final Pattern SWITCHES = Pattern.compile("(?m)^(?:non)?voluntary_ctxt_switches:\t(\\d+)$");
    private static final Pattern FRAME =
            Pattern.compile("\\[<0>] (?<symbol>\\S+)\\+(?<offset>0x[0-9a-f]+)/0x[0-9a-f]+(?<module> \\[\\S+])?");

    private static final int TASK_COMM_CHARACTERS = 15;
    private static final int PF_KTHREAD = 0x0020_0000;
    private static final String SLEEPING = "SDTtPI";
    /** Also where a busy machine takes longer for one than was asked for. */
    static final int LEAST_ROUNDS = 2;

    private static final int MOST_DIFFERENCES = 50;

    /** What the load starts, and what it is for a moment before it is that. */
    private static final Set<String> SHORT_LIVED = Set.of("bash", "true", "sh", "dmesg", "sleep", "java", "Thread-0");

    private final Program program;
    private final SchedulerText hidden;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<String> differences = new ArrayList<>();
    private long jiffies;

    private LiveLoop(Program program) {
        this.program = program;
        this.hidden = SchedulerText.of(program);
    }

    /** @param words for how many seconds */
    public static void main(String[] words) throws IOException {
        var contributions = new ClassPathContributions(LiveLoop.class.getClassLoader());
        try (var program = new ProgramOpener(contributions)
                .connect("kernel", "", DebugSettings.NONE, new Cancellation(), System.out::println, Progress.NONE)) {
            var loop = new LiveLoop(program);
            var end = System.nanoTime()
                    + Duration.ofSeconds(Long.parseLong(words[0])).toNanos();
            var rounds = 0;
            do {
                loop.round(contributions);
                rounds++;
            } while ((System.nanoTime() < end || rounds < LEAST_ROUNDS) && loop.differences.size() < MOST_DIFFERENCES);
            loop.counts.forEach((name, value) -> System.out.println(name + " " + value));
            loop.differences.forEach(each -> System.out.println("DIFFERS " + each.replace("\n", " / ")));
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    private void round(ClassPathContributions contributions) throws IOException {
        compareTasks(contributions);
        compareStacks();
        compareModules();
        compareLog();
        var now = program.variable("jiffies").longValue();
        if (Long.compareUnsigned(now, jiffies) < 0 || now == 0) {
            differences.add("jiffies is %d after %d".formatted(now, jiffies));
        }
        jiffies = now;
        count("rounds");
    }

    // ---- tasks

    /**
     * What {@code /proc/PID/stat} and {@code status} say of a thread.
     *
     * @param fixed what does not change while it lives, unless it is renamed or its parent ends
     * @param moving what changes only when it runs
     */
    private record Said(int pid, List<Object> fixed, List<Object> moving, String comm) {
        static @Nullable Said read(Path folder, int tgid) {
            try {
                var stat = STAT.matcher(text(folder.resolve("stat")));
                var switches = switches(folder);
                if (!stat.matches()) {
                    return null;
                }
                var words = stat.group(3).split(" ");
                var isKernel = (Long.parseLong(words[6]) & PF_KTHREAD) != 0;
                return new Said(
                        Integer.parseInt(stat.group(1)),
                        List.of(tgid, Integer.parseInt(words[1]), isKernel, words[19]),
                        List.of(words[0].charAt(0), Integer.parseInt(words[36]), switches),
                        isKernel ? shortName(stat.group(2)) : stat.group(2));
            } catch (IOException ended) {
                return null;
            }
        }
    }

    /** In memory a kernel thread's name is cut, and a worker's does not tell what it works for, unless it is a rescuer. */
    private static String shortName(String name) {
        return name.startsWith("kworker/") && !name.startsWith("kworker/R-")
                ? name.replaceAll("[-+].*", "")
                : name.substring(0, Math.min(name.length(), TASK_COMM_CHARACTERS));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static long switches(Path folder) throws IOException {
        return SWITCHES.matcher(text(folder.resolve("status")))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static List<Path> numbered(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .toList();
        }
    }

    private static List<Path> threads() throws IOException {
        var threads = new ArrayList<Path>();
        for (var process : numbered(Path.of("/proc"))) {
            try {
                threads.addAll(numbered(process.resolve("task")));
            } catch (IOException ended) {
                continue;
            }
        }
        return threads;
    }

    private static Map<Integer, Said> said() throws IOException {
        var said = new TreeMap<Integer, Said>();
        for (var thread : threads()) {
            var tgid = Integer.parseInt(thread.getName(1).toString());
            var read = Said.read(thread, tgid);
            if (read != null) {
                said.put(read.pid, read);
            }
        }
        return said;
    }

    private void compareTasks(ClassPathContributions contributions) throws IOException {
        var before = said();
        var rows = new HashMap<Integer, TasksCommand.Row>();
        var warnings = new ArrayList<String>();
        Commands.rows(contributions, program, "tasks", warnings::add)
                .map(TasksCommand.Row.class::cast)
                .forEach(row -> rows.put(row.pid(), row));
        var after = said();
        warnings.forEach(each -> differences.add("tasks: " + each));
        for (var said : before.values()) {
            var later = after.get(said.pid);
            if (later != null && later.fixed.equals(said.fixed) && later.comm.equals(said.comm)) {
                compareTask(said, later, rows.remove(said.pid));
            } else {
                rows.remove(said.pid);
            }
        }
        rows.values().stream().filter(row -> !after.containsKey(row.pid())).forEach(this::checkShortLived);
    }

    private void compareTask(Said said, Said later, TasksCommand.@Nullable Row row) {
        if (row == null) {
            differences.add("no task " + said);
            return;
        }
        count("tasks");
        var fixed = List.<Object>of(value(row.tgid()), value(row.ppid()), value(row.kernelThread()), said.fixed.get(3));
        var comm = value(row.comm()).toString();
        if (!fixed.equals(said.fixed) || !said.comm.equals(comm)) {
            differences.add("task %s%n  %s".formatted(said, row));
        }
        if (said.moving.equals(later.moving) && SLEEPING.indexOf((char) said.moving.get(0)) >= 0) {
            count("sleeping");
            var moving = List.of(value(row.state()), value(row.cpu()), said.moving.get(2));
            if (!moving.equals(said.moving)) {
                differences.add("task %s that did not run%n  %s".formatted(said, row));
            }
        }
    }

    /** What lives for a moment only must still be a task, and nothing that its memory was before or after. */
    private void checkShortLived(TasksCommand.Row row) {
        count("short_lived");
        var comm = value(row.comm()).toString();
        var isKernels = Boolean.TRUE.equals(value(row.kernelThread()));
        if (!(SHORT_LIVED.contains(comm) || comm.startsWith("kworker") && isKernels)
                || !(value(row.tgid()) instanceof Integer)
                || !(value(row.ppid()) instanceof Integer)) {
            differences.add("short-lived " + row);
        }
    }

    private static Object value(Attempt<?> cell) {
        return cell instanceof Attempt.Success<?>(var value) ? Objects.requireNonNull(value) : cell;
    }

    // ---- stacks

    private void compareStacks() throws IOException {
        var finder = program.extension(ThreadFinder.class);
        var unwinder = Unwinder.of(program).withoutRegisters();
        for (var folder : threads()) {
            try {
                var switches = switches(folder);
                var before = text(folder.resolve("stack"));
                var thread = finder.withId(
                        program, Integer.parseInt(folder.getFileName().toString()));
                var stack = thread.isEmpty() ? List.<String>of() : stack(unwinder, thread.getFirst());
                if (text(folder.resolve("stack")).equals(before) && switches(folder) == switches) {
                    compareStack(folder, before, stack);
                } else {
                    count("stacks_that_moved");
                }
            } catch (IOException ended) {
                count("stacks_that_ended");
            }
        }
    }

    private List<String> stack(Unwinder unwinder, TargetThread thread) {
        try {
            var stack = new ArrayList<String>();
            var trace = unwinder.trace(thread);
            for (var frame : trace.frames()) {
                if (!frame.isUserSpace() && !hidden.contains(frame.pc())) {
                    stack.add(frame.symbol()
                            .map(symbol -> "%s+0x%x"
                                    .formatted(
                                            symbol.name(), frame.symbolOffset().orElse(0)))
                            .orElse("0x%x".formatted(frame.pc())));
                }
            }
            trace.problem().ifPresent(stack::add);
            return stack;
        } catch (DebuggerException e) {
            return List.of(e.getMessage());
        }
    }

    private void compareStack(Path folder, String said, List<String> stack) throws IOException {
        var state = STAT.matcher(text(folder.resolve("stat")));
        // The state is read last: it may sleep by then. While it runs, /proc says no stack, and wyrm why there is none.
        var ran = said.isEmpty() && !stack.isEmpty() && stack.getFirst().startsWith("no registers of CPU");
        if (ran || !state.matches() || SLEEPING.indexOf(state.group(3).charAt(0)) < 0) {
            count("stacks_awake");
            return;
        }
        var expected = new ArrayList<String>();
        for (var line : said.lines().toList()) {
            var words = FRAME.matcher(line);
            expected.add(words.matches() ? words.group("symbol") + "+" + words.group("offset") : line);
        }
        if (expected.equals(stack)) {
            count("stacks");
            counts.merge("frames", (long) stack.size(), Long::sum);
        } else {
            differences.add(
                    "stack of %s %s%n  /proc: %s%n  wyrm: %s".formatted(folder, state.group(2), expected, stack));
        }
    }

    // ---- modules and log

    private void compareModules() throws IOException {
        var said = text(Path.of("/proc/modules"))
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        var found = Modules.forEachModule(program).map(Modules::name).toList();
        if (found.equals(said)) {
            count("module_lists");
        } else {
            differences.add("modules %s%n  %s".formatted(said, found));
        }
    }

    /** Their white space is dmesg's own, where a record has several. */
    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static List<String> dmesg() throws IOException {
        var process = new ProcessBuilder("dmesg", "--notime").start();
        try (var out = process.getInputStream()) {
            return lines(new String(out.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** What was in the log before and after must be found, in its order; nothing else may be. */
    private void compareLog() throws IOException {
        var before = dmesg();
        var found = Printk.getPrintkRecords(program)
                .flatMap(each -> lines(each.text()).stream())
                .toList();
        var after = dmesg();
        // The log is a queue: what it has now ends what it had, or begins what it has later.
        var isEnd = before.size() >= found.size()
                && before.subList(before.size() - found.size(), before.size()).equals(found);
        var isBeginning =
                after.size() >= found.size() && after.subList(0, found.size()).equals(found);
        var common = new ArrayList<>(before);
        common.retainAll(Set.copyOf(after));
        var known = new ArrayList<>(before);
        known.addAll(after);
        if (isEnd
                || isBeginning
                || found.containsAll(common) && Set.copyOf(known).containsAll(found)) {
            count("logs");
            counts.merge("log_lines", (long) found.size(), Long::sum);
        } else {
            var odd = new ArrayList<>(found);
            odd.removeAll(known);
            var missing = new ArrayList<>(common);
            missing.removeAll(found);
            differences.add("log: missing %s, odd %s".formatted(missing, odd));
        }
    }
}
