package org.wyrm.fs.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists super blocks. */
@ProvidesCommand(
        name = "super",
        summary = "list the super blocks: the file systems in use",
        row = SuperCommand.Row.class,
        target = Program.class)
public final class SuperCommand implements Command<SuperCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-i", "--inodes"},
                    help = "count the inodes in memory, too")
            boolean inodes) {}

    /**
     * A file system in use.
     *
     * @param superBlock its {@code struct super_block}
     * @param device the number of its device, or one that it was given
     * @param id the name of its device or type
     * @param root the dentry of its root
     * @param mounts how many there are, in all name spaces, the kernel's own with them
     * @param mountedOn where the whole of it is mounted first
     * @param inodes how many are in memory; if it was asked for
     */
    public record Row(
            VirtualAddress superBlock,
            Attempt<String> fstype,
            Attempt<String> device,
            Attempt<String> id,
            Attempt<List<String>> options,
            Attempt<VirtualAddress> root,
            Attempt<Long> mounts,
            Optional<Attempt<Long>> inodes,
            Attempt<Optional<String>> mountedOn) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return SuperBlocks.forEachSuperBlock(LinuxKernel.require(context.target(Program.class)))
                .map(superBlock -> row(superBlock, options.inodes));
    }

    private static Row row(Value superBlock, boolean inodes) {
        return new Row(
                new VirtualAddress(superBlock.address()),
                Attempt.of(() -> SuperBlocks.fstype(superBlock)),
                Attempt.of(() -> SuperBlocks.device(superBlock)),
                Attempt.of(() -> SuperBlocks.disk(superBlock)),
                Attempt.of(() -> Mounts.superBlockOptions(superBlock)),
                Attempt.of(() -> new VirtualAddress(superBlock.member("s_root").longValue())),
                Attempt.of(() -> SuperBlocks.superBlockForEachMount(superBlock).count()),
                inodes
                        ? Optional.of(
                                Attempt.of(() -> SuperBlocks.inodes(superBlock).count()))
                        : Optional.empty(),
                Attempt.of(() -> SuperBlocks.wholeMount(superBlock).map(Mounts::mountDst)));
    }
}
