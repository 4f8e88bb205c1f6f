package org.wyrm.fs.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.fs.Mounts;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists mounts. */
@ProvidesCommand(
        name = "mount",
        summary = "list the mounts of the initial name space, of a task's, or of all",
        row = MountCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "mounts", title = "Mounts", command = "mount", rank = 1000)
public final class MountCommand implements Command<MountCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-a", "--all"},
                    help = "of the name spaces of all tasks")
            boolean all,

            @Argument(name = "PID|TASK", help = "of this task's name space; by address of the task_struct: 0x…")
            Optional<String> task) {}

    /**
     * One mount.
     *
     * @param namespace the number of the name space, as in {@code /proc/PID/ns/mnt}
     * @param mount its {@code struct mount}
     * @param options those that the kernel keeps itself; a file system's own are not known
     */
    public record Row(
            Attempt<Long> namespace,
            VirtualAddress mount,
            Attempt<String> source,
            Attempt<String> target,
            Attempt<String> fstype,
            Attempt<List<String>> options) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.all && options.task.isPresent()) {
            throw new UsageException("--all and a task: say one of them");
        }
        var program = LinuxKernel.require(context.target(Program.class));
        if (options.all) {
            var seen = new HashSet<Long>();
            return Tasks.told(context, List.of(), MountCommand::namespace)
                    .filter(namespace -> seen.add(namespace.longValue()))
                    .flatMap(MountCommand::rows);
        }
        if (options.task.isPresent()) {
            return Tasks.told(
                    context,
                    List.of(options.task.get()),
                    task -> rows(namespace(task).stream()
                                    .findFirst()
                                    .orElseThrow(() -> new LookupFailedException(
                                            "name space", "of task " + options.task.get(), "the task has ended")))
                            .toList());
        }
        return rows(Mounts.initialNamespace(program));
    }

    /** {@return the name space of a task; none of one that has ended} */
    private static List<Value> namespace(Value task) {
        var spaces = task.member("nsproxy");
        return spaces.isNull() ? List.of() : List.of(spaces.member("mnt_ns").read());
    }

    private static Stream<Row> rows(Value namespace) {
        var number = Attempt.of(() -> namespace.member("ns").member("inum").longValue());
        return Mounts.forEachMount(namespace).map(mount -> row(number, mount));
    }

    private static Row row(Attempt<Long> namespace, Value mount) {
        return new Row(
                namespace,
                new VirtualAddress(mount.address()),
                Attempt.of(() -> Mounts.mountSrc(mount)),
                Attempt.of(() -> Mounts.mountDst(mount)),
                Attempt.of(() -> Mounts.mountFstype(mount)),
                Attempt.of(() -> Mounts.mountOptions(mount)));
    }
}
