package org.wyrm.block.zram.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.zram.ZramDisks;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists disks that are compressed memory. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=zram_devops)", effective = "target")
@Requirement(namespace = "wyrm.member", filter = "(&(type=struct zram)(name=disksize))", effective = "target")
@ProvidesCommand(
        name = "zram",
        summary = "list disks that are compressed memory: what is in them, and what that takes",
        row = ZramCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "zram", title = "Compressed memory", command = "zram", rank = 1118)
public final class ZramCommand implements Command<ZramCommand.Options> {
    /** What the user may say: nothing. */
    public record Options() {}

    /**
     * A disk.
     *
     * @param algorithms that compress it: the usual one first
     * @param diskSize what it claims to have
     * @param stored what is in it, before it is compressed
     * @param compressed the same, compressed
     * @param memory what that takes, with what is lost between the pieces
     * @param mostMemory what that took at most
     * @param limit what it may take; none where that is as much as there is
     * @param samePages pages that are one word again and again: they take nothing
     * @param hugePages pages that could not be compressed
     * @param compacted pages that were won by moving pieces together
     * @param failedReads reads that went wrong
     * @param failedWrites writes that did, for want of memory above all
     * @param backing the disk that pages are written back to, if there is one
     * @param writtenBack pages that are there now; none where the kernel cannot
     * @param zram its {@code struct zram}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<List<String>> algorithms,
            Attempt<ByteSize> diskSize,
            Attempt<Optional<ByteSize>> stored,
            Attempt<Optional<ByteSize>> compressed,
            Attempt<ByteSize> memory,
            Attempt<Optional<ByteSize>> mostMemory,
            Attempt<Optional<ByteSize>> limit,
            Attempt<Optional<Long>> samePages,
            Attempt<Optional<Long>> hugePages,
            Attempt<Optional<Long>> compacted,
            Attempt<Optional<Long>> failedReads,
            Attempt<Optional<Long>> failedWrites,
            Attempt<Optional<String>> backing,
            Attempt<Optional<Long>> writtenBack,
            VirtualAddress zram) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return ZramDisks.disks(LinuxKernel.require(context.target(Program.class)))
                .map(ZramCommand::row);
    }

    private static Row row(Value disk) {
        var zram = ZramDisks.zram(disk);
        var pool = Attempt.of(() -> ZramDisks.pool(zram));
        return new Row(
                Attempt.of(() -> Disks.diskName(disk)),
                Attempt.of(() -> ZramDisks.algorithms(zram)),
                Attempt.of(() -> new ByteSize(zram.member("disksize").longValue())),
                statistic(zram, "pages_stored").map(count -> count.map(pages -> pages(zram, pages))),
                statistic(zram, "compr_data_size").map(count -> count.map(ByteSize::new)),
                pool.map(of -> pages(zram, of.map(ZramDisks::zsGetTotalPages).orElse(0L))),
                statistic(zram, "max_used_pages").map(count -> count.map(pages -> pages(zram, pages))),
                Attempt.of(() -> Optional.of(zram.member("limit_pages").longValue())
                        .filter(pages -> pages != 0)
                        .map(pages -> pages(zram, pages))),
                statistic(zram, "same_pages"),
                statistic(zram, "huge_pages"),
                pool.map(of -> of.map(found -> found.member("stats")
                        .member("pages_compacted")
                        .member("counter")
                        .longValue())),
                statistic(zram, "failed_reads"),
                statistic(zram, "failed_writes"),
                Attempt.of(() -> ZramDisks.backingDevice(zram).map(Partitions::partName)),
                statistic(zram, "bd_count"),
                new VirtualAddress(zram.address()));
    }

    private static Attempt<Optional<Long>> statistic(Value zram, String counter) {
        return Attempt.of(() -> ZramDisks.statistic(zram, counter));
    }

    private static ByteSize pages(Value zram, long pages) {
        return new ByteSize(pages * zram.program().pageByteSize());
    }
}
