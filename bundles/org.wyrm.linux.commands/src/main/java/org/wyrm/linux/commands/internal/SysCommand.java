package org.wyrm.linux.commands.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
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
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Tells what the target is. */
@ProvidesCommand(
        name = "sys",
        summary = "tell what the target is: release, CPUs, uptime, load, memory, panic",
        row = SysCommand.Row.class,
        target = Program.class,
        layout = Layout.DETAIL)
@ProvidesReportSection(name = "system", title = "System", command = "sys", rank = 100)
public final class SysCommand implements Command<SysCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * The target. Without its names nothing else could be told of it: they have to be readable.
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
            String release,
            String version,
            String machine,
            String nodename,
            Attempt<Integer> cpus,
            Attempt<Integer> cpusOnline,
            Attempt<Instant> date,
            Attempt<Duration> uptime,
            Attempt<List<Double>> loadAverage,
            Attempt<Long> tasks,
            Attempt<ByteSize> memory,
            Attempt<ByteSize> freeMemory,
            Attempt<Optional<String>> panic,
            Attempt<Optional<String>> taints) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return Stream.of(new Row(
                program.image().description(),
                name(program, "release"),
                name(program, "version"),
                name(program, "machine"),
                name(program, "nodename"),
                Attempt.of(() -> Cpumasks.numPresentCpus(program)),
                Attempt.of(() -> Cpumasks.numOnlineCpus(program)),
                Attempt.of(() -> Timekeeping.realTime(program).truncatedTo(ChronoUnit.SECONDS)),
                Attempt.of(() -> Timekeeping.boottime(program)),
                Attempt.of(() -> Sched.loadavg(program)),
                Attempt.of(() -> Pids.forEachTask(program).count()),
                Attempt.of(() -> Mm.totalRam(program)),
                Attempt.of(() -> Mm.freeRam(program)),
                Attempt.of(() -> Panic.panicMessage(program)),
                Attempt.of(() -> Optional.of(Panic.tainted(program)).filter(letters -> !letters.isEmpty()))));
    }

    private static String name(Program program, String field) {
        Value name = program.variable("init_uts_ns").member("name");
        return name.member(field).string();
    }
}
