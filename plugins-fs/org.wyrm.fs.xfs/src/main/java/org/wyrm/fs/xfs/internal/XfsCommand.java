package org.wyrm.fs.xfs.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.xfs.XfsLog;
import org.wyrm.fs.xfs.XfsMounts;
import org.wyrm.fs.xfs.XfsMounts.Space;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists file systems of XFS. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=xfs_fs_statfs)", effective = "target")
@Requirement(namespace = "wyrm.member", filter = "(&(type=struct xfs_mount)(name=m_fdblocks))", effective = "target")
@ProvidesCommand(
        name = "xfs",
        summary = "list the file systems of XFS: space, state, log",
        row = XfsCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "xfs", title = "XFS file systems", command = "xfs", rank = 1060)
public final class XfsCommand implements Command<XfsCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "[DISK]", help = "by the names of their disks: vda")
            List<String> disks) {}

    /**
     * A log.
     *
     * @param size of it
     * @param head where it is written next, a cycle and a block of 512 bytes: {@code 1:194}
     * @param tail the first place in it that is still needed
     * @param items what is in it and not in its place on the disk, which the oldest of them keeps the tail for
     * @param reserveWaiters transactions that wait for room before they begin
     * @param writeWaiters those that wait for more in their course
     * @param address its {@code struct xlog}
     */
    public record Log(
            Attempt<ByteSize> size,
            Attempt<String> head,
            Attempt<String> tail,
            Attempt<Long> items,
            Attempt<Long> reserveWaiters,
            Attempt<Long> writeWaiters,
            VirtualAddress address) {}

    /**
     * A file system.
     *
     * @param disk what it is on
     * @param mountedOn where the whole of it is mounted first
     * @param state {@code read-only}, {@code frozen}, {@code shutdown}, {@code unmounting}
     * @param blocks all that files can have, and those that they have
     * @param free blocks that nobody has, nor was promised
     * @param delayed blocks of data in memory that have no place on the disk yet
     * @param groups allocation groups
     * @param superBlock its {@code struct super_block}
     * @param mount its {@code struct xfs_mount}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<String> device,
            Attempt<Optional<String>> mountedOn,
            Attempt<List<String>> state,
            Attempt<ByteSize> blockSize,
            Attempt<Long> blocks,
            Attempt<Long> free,
            Attempt<Long> delayed,
            Attempt<Long> inodes,
            Attempt<Long> freeInodes,
            Attempt<Long> groups,
            Attempt<Log> log,
            VirtualAddress superBlock,
            VirtualAddress mount) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return named(program, options.disks).map(XfsCommand::row);
    }

    /** {@return the super blocks of some disks, of all where none is named} */
    static Stream<Value> named(Program program, List<String> disks) {
        return SuperBlocks.onDisks(XfsMounts.forEachXfsSuperBlock(program), disks, "xfs");
    }

    private static Row row(Value superBlock) {
        var mp = XfsMounts.xfsM(superBlock);
        var space = Attempt.of(() -> XfsMounts.xfsFsStatfs(mp));
        return new Row(
                Attempt.of(() -> SuperBlocks.disk(superBlock)),
                Attempt.of(() -> SuperBlocks.device(superBlock)),
                Attempt.of(() -> SuperBlocks.wholeMount(superBlock).map(Mounts::mountDst)),
                Attempt.of(() -> state(superBlock, mp)),
                space.map(of -> new ByteSize(of.blockBytes())),
                space.map(Space::blocks),
                space.map(Space::freeBlocks),
                Attempt.of(() -> Percpu.percpuCounterSum(mp.member("m_delalloc_blks"))),
                space.map(Space::inodes),
                space.map(Space::freeInodes),
                Attempt.of(() -> mp.member("m_sb").member("sb_agcount").longValue()),
                Attempt.of(() -> log(mp.member("m_log").dereference(), mp.member("m_ail"))),
                new VirtualAddress(superBlock.address()),
                new VirtualAddress(mp.address()));
    }

    private static List<String> state(Value superBlock, Value mp) {
        var words = SuperBlocks.state(superBlock);
        if (XfsMounts.xfsIsShutdown(mp)) {
            words.add("shutdown");
        }
        if (XfsMounts.xfsIsUnmounting(mp)) {
            words.add("unmounting");
        }
        return words;
    }

    private static Log log(Value log, Value ail) {
        return new Log(
                Attempt.of(() -> new ByteSize(log.member("l_logsize").longValue())),
                Attempt.of(() -> XfsLog.head(log).toString()),
                Attempt.of(() -> XfsLog.tail(log).toString()),
                Attempt.of(() -> XfsLog.items(ail).count()),
                Attempt.of(() -> XfsLog.waiters(log.member("l_reserve_head")).count()),
                Attempt.of(() -> XfsLog.waiters(log.member("l_write_head")).count()),
                new VirtualAddress(log.address()));
    }
}
