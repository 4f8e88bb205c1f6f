package org.wyrm.fs.xfs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.xfs.XfsLog;
import org.wyrm.fs.xfs.XfsMounts;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists what keeps the log of a file system of XFS from going on. */
@ProvidesCommand(
        name = "xfsail",
        summary = "list what is in the logs of XFS and not in its place on the disk, the oldest first",
        row = XfsailCommand.Row.class,
        target = Program.class)
public final class XfsailCommand implements Command<XfsailCommand.Options> {
    private static final String INODE = "INODE";

    /** What the user may say. */
    public record Options(
            @Argument(name = "[DISK]", help = "by the names of their disks: vda")
            List<String> disks) {}

    /**
     * An item of the active item list.
     *
     * @param disk what the file system is on
     * @param lsn where it is in the log, a cycle and a block of 512 bytes: {@code 1:194}
     * @param type {@code INODE}, {@code BUF}, {@code EFI} … of {@code XFS_LI_…}
     * @param flags {@code IN_AIL}, {@code FAILED} … of {@code XFS_LI_…}
     * @param inode the number of the inode that it is of; none where it is of none
     * @param item its {@code struct xfs_log_item}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<String> lsn,
            Attempt<String> type,
            Attempt<List<String>> flags,
            Attempt<Optional<Long>> inode,
            VirtualAddress item) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return XfsCommand.named(program, options.disks).flatMap(superBlock -> {
            var disk = Attempt.of(() -> SuperBlocks.disk(superBlock));
            var rows = new ArrayList<Row>();
            Attempt.orTell(
                    context::warn,
                    () -> "the items of the log of the super block at 0x%x".formatted(superBlock.address()),
                    () -> XfsLog.items(XfsMounts.xfsM(superBlock).member("m_ail"))
                            .map(item -> row(disk, item))
                            .forEach(rows::add));
            return rows.stream();
        });
    }

    private static Row row(Attempt<String> disk, Value item) {
        var type = Attempt.of(() -> XfsLog.type(item));
        return new Row(
                disk,
                Attempt.of(() -> XfsLog.lsn(item).toString()),
                type,
                Attempt.of(() -> XfsLog.flags(item)),
                type.map(name -> Optional.of(name).filter(INODE::equals).map(_ -> inode(item))),
                new VirtualAddress(item.address()));
    }

    private static long inode(Value item) {
        return item.containerOf(item.program().type("struct xfs_inode_log_item"), "ili_item")
                .member("ili_inode")
                .member("i_ino")
                .longValue();
    }
}
