package org.wyrm.fs.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.PageCache;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the files of which most is in memory. */
@ProvidesCommand(
        name = "filecache",
        summary = "list what the page cache has of each file, the largest first",
        row = FilecacheCommand.Row.class,
        target = Program.class,
        longRunning = true)
public final class FilecacheCommand implements Command<FilecacheCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * A file.
     *
     * @param inode its {@code struct inode}
     * @param size of its pages in memory
     * @param dirty how many of its pages wait to be written
     * @param device of its file system; of a block device its own
     * @param path empty if the kernel has no name of it in memory
     */
    public record Row(
            VirtualAddress inode,
            long pages,
            ByteSize size,
            Attempt<Long> dirty,
            Attempt<String> fstype,
            Attempt<String> device,
            Attempt<Long> ino,
            Attempt<Optional<String>> path) {}

    /** An inode and how many pages it has: no more is kept of each, as there may be millions. */
    private record Cached(long inode, long pages) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var cache = PageCache.of(program);
        List<Cached> cached = new ArrayList<>();
        SuperBlocks.forEachSuperBlock(program).forEach(superBlock -> {
            Attempt.orTell(
                    context::warn,
                    () -> "inodes of super_block 0x%x".formatted(superBlock.address()),
                    () -> cache.inodes(superBlock)
                            .forEach(inode -> cached.add(new Cached(inode.address(), cache.pageCount(inode)))));
        });
        cached.sort(Comparator.comparingLong(Cached::pages).reversed().thenComparingLong(Cached::inode));
        var type = program.type("struct inode");
        return cached.stream().map(each -> row(cache, program.object(type, each.inode), each.pages));
    }

    private static Row row(PageCache cache, Value inode, long pages) {
        var superBlock = inode.member("i_sb");
        return new Row(
                new VirtualAddress(inode.address()),
                pages,
                new ByteSize(pages * inode.program().pageByteSize()),
                Attempt.of(() -> cache.dirtyCount(inode)),
                Attempt.of(() -> SuperBlocks.fstype(superBlock)),
                Attempt.of(() -> device(inode, superBlock)),
                Attempt.of(() -> inode.member("i_ino").longValue()),
                Attempt.of(() -> SuperBlocks.path(inode)));
    }

    private static String device(Value inode, Value superBlock) {
        return SuperBlocks.fstype(superBlock).equals("bdev")
                ? SuperBlocks.device(inode.member("i_rdev").longValue())
                : SuperBlocks.device(superBlock);
    }
}
