package org.wyrm.fs.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.Mounts;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists mounts. */
@ProvidesCommand(
        name = "mount",
        summary = "list the mounts of the initial name space",
        row = MountCommand.Row.class,
        target = Program.class)
public final class MountCommand implements Command<MountCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One mount.
     *
     * @param mount its {@code struct mount}
     * @param options those that the kernel keeps itself; a file system's own are not known
     */
    public record Row(
            VirtualAddress mount,
            Attempt<String> source,
            Attempt<String> target,
            Attempt<String> fstype,
            Attempt<List<String>> options) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Mounts.forEachMount(context.target(Program.class)).map(MountCommand::row);
    }

    private static Row row(Value mount) {
        return new Row(
                new VirtualAddress(mount.address()),
                Attempt.of(() -> Mounts.mountSrc(mount)),
                Attempt.of(() -> Mounts.mountDst(mount)),
                Attempt.of(() -> Mounts.mountFstype(mount)),
                Attempt.of(() -> Mounts.mountOptions(mount)));
    }
}
