package org.wyrm.linux.commands.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.panic.Panic;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sched.Sched;
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Tells what the target is. */
@ProvidesCommand(
        name = "sys",
        summary = "tell what the target is: release, CPUs, uptime, load, memory, panic",
        row = SysCommand.Row.class,
        target = Program.class,
        layout = Layout.DETAIL)
public final class SysCommand implements Command<SysCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * The target.
     *
     * @param dump what holds it
     * @param cpus how many the machine has
     * @param cpusOnline how many of them ran; a panic stops all but one
     * @param date the target's time of day
     * @param loadAverage over 1, 5 and 15 minutes
     * @param taints the letters of what taints the kernel
     */
    public record Row(
            String dump,
            Attempt<String> release,
            Attempt<String> version,
            Attempt<String> machine,
            Attempt<String> nodename,
            Attempt<Integer> cpus,
            Attempt<Integer> cpusOnline,
            Attempt<Instant> date,
            Attempt<Duration> uptime,
            Attempt<List<Double>> loadAverage,
            Attempt<Long> tasks,
            Attempt<ByteSize> memory,
            Attempt<ByteSize> freeMemory,
            Attempt<Optional<String>> panic,
            Attempt<String> taints) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        return Stream.of(new Row(
                program.image().description(),
                Attempt.of(() -> name(program, "release")),
                Attempt.of(() -> name(program, "version")),
                Attempt.of(() -> name(program, "machine")),
                Attempt.of(() -> name(program, "nodename")),
                Attempt.of(() -> Cpumasks.numPresentCpus(program)),
                Attempt.of(() -> Cpumasks.numOnlineCpus(program)),
                Attempt.of(() -> Timekeeping.realTime(program)),
                Attempt.of(() -> Timekeeping.boottime(program)),
                Attempt.of(() -> Sched.loadavg(program)),
                Attempt.of(() -> Pids.forEachTask(program).count()),
                Attempt.of(() -> Mm.totalRam(program)),
                Attempt.of(() -> Mm.freeRam(program)),
                Attempt.of(() -> Panic.panicMessage(program)),
                Attempt.of(() -> Panic.tainted(program))));
    }

    private static String name(Program program, String field) {
        Value name = program.variable("init_uts_ns").member("name");
        return name.member(field).string();
    }
}
