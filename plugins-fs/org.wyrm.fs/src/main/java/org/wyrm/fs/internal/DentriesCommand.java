package org.wyrm.fs.internal;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.DentryCount;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Counts the names in memory. */
@ProvidesCommand(
        name = "dentries",
        summary = "count the names that the kernel has in memory, by file system",
        row = DentriesCommand.Row.class,
        target = Program.class,
        longRunning = true)
public final class DentriesCommand implements Command<DentriesCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * The names of a file system.
     *
     * @param superBlock its {@code struct super_block}
     * @param dentries all that hang together with its root: pipes and sockets have none
     * @param negative those of files that are not there
     * @param unused those that nobody has a reference to
     * @param mountedOn where the whole of it is mounted first
     */
    public record Row(
            VirtualAddress superBlock,
            Attempt<String> fstype,
            Attempt<String> device,
            Attempt<Long> dentries,
            Attempt<Long> negative,
            Attempt<Long> unused,
            Attempt<Optional<String>> mountedOn) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return SuperBlocks.forEachSuperBlock(LinuxKernel.require(context.target(Program.class)))
                .map(DentriesCommand::row);
    }

    private static Row row(Value superBlock) {
        var count = Attempt.of(() -> DentryCount.of(superBlock));
        return new Row(
                new VirtualAddress(superBlock.address()),
                Attempt.of(() -> SuperBlocks.fstype(superBlock)),
                Attempt.of(() -> SuperBlocks.device(superBlock)),
                count.map(DentryCount::all),
                count.map(DentryCount::negative),
                count.map(DentryCount::unused),
                Attempt.of(() -> SuperBlocks.wholeMount(superBlock).map(Mounts::mountDst)));
    }
}
