package org.wyrm.block.internal;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.blkmq.RequestQueues;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists disks, as {@code lsblk} does. */
@ProvidesCommand(
        name = "disks",
        summary = "list the disks: size, driver, queue, requests in flight",
        row = DisksCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "disks", title = "Disks", command = "disks", rank = 1100)
public final class DisksCommand implements Command<DisksCommand.Options> {
    private static final int SECTOR_BYTES = 512;
    private static final String LOOP = "lo_fops";

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-p", "--partitions"},
                    help = "the partitions, too")
            boolean partitions) {}

    /**
     * A disk or, if they were asked for, a partition of one.
     *
     * @param start the sector, of 512 bytes, that a partition begins at
     * @param ro whether nothing can be written to it
     * @param rm whether what it reads can be taken out
     * @param fops the driver's operations: the name of its {@code struct block_device_operations}
     * @param depth how many requests its queue takes; none of a disk that takes bios as they are
     * @param scheduler of I/O: {@code mq-deadline}; {@code none}
     * @param reads how many requests the driver has that read
     * @param writes and how many that change what is on the disk
     * @param address of its {@code struct gendisk}; of a partition, of its {@code struct block_device}, or {@code
     *     struct hd_struct} before v5.11
     * @param backing the file of a loop device
     */
    public record Row(
            Attempt<String> name,
            Attempt<String> device,
            Attempt<ByteSize> size,
            Attempt<Optional<Long>> start,
            Attempt<Boolean> ro,
            Attempt<Boolean> rm,
            Attempt<Optional<String>> fops,
            Attempt<Optional<Long>> depth,
            Attempt<Optional<String>> scheduler,
            Attempt<Long> reads,
            Attempt<Long> writes,
            VirtualAddress address,
            Attempt<Optional<String>> backing) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return options.partitions
                ? Partitions.forEachPartition(program)
                        .map(part ->
                                Partitions.bdevPartno(part) == 0 ? ofDisk(Partitions.disk(part)) : ofPartition(part))
                : Disks.forEachDisk(program).map(DisksCommand::ofDisk);
    }

    private static Row ofDisk(Value disk) {
        var fops = Attempt.of(
                () -> BlockTarget.name(disk.program(), disk.member("fops").longValue()));
        var inFlight = Attempt.of(() -> InFlight.ofDisk(disk));
        return new Row(
                Attempt.of(() -> Disks.diskName(disk)),
                Attempt.of(() -> BlockTarget.deviceNumber(Disks.diskDevt(disk))),
                Attempt.of(() -> new ByteSize(Disks.getCapacity(disk) * SECTOR_BYTES)),
                Attempt.of(Optional::empty),
                Attempt.of(() -> Disks.getDiskRo(disk)),
                Attempt.of(() -> Disks.isRemovable(disk)),
                fops.map(Optional::of),
                Attempt.of(() -> depth(disk.member("queue"))),
                Attempt.of(() -> Optional.of(
                        RequestQueues.scheduler(disk.member("queue")).orElse("none"))),
                inFlight.map(InFlight::reads),
                inFlight.map(InFlight::writes),
                new VirtualAddress(disk.address()),
                fops.map(name -> name.equals(LOOP) ? file(disk) : Optional.empty()));
    }

    private static Row ofPartition(Value part) {
        var disk = Attempt.of(() -> Partitions.disk(part));
        var inFlight = disk.map(of -> InFlight.ofPartition(of, part));
        return new Row(
                Attempt.of(() -> Partitions.partName(part)),
                Attempt.of(() -> BlockTarget.deviceNumber(Partitions.partDevt(part))),
                Attempt.of(() -> new ByteSize(Partitions.bdevNrSectors(part) * SECTOR_BYTES)),
                Attempt.of(() -> Optional.of(Partitions.getStartSect(part))),
                Attempt.of(() -> Partitions.bdevReadOnly(part)),
                disk.map(Disks::isRemovable),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                inFlight.map(InFlight::reads),
                inFlight.map(InFlight::writes),
                new VirtualAddress(part.address()),
                Attempt.of(Optional::empty));
    }

    private static Optional<Long> depth(Value queue) {
        return RequestQueues.takesRequests(queue)
                ? Optional.of(queue.member("nr_requests").longValue())
                : Optional.empty();
    }

    /** {@return the path of a loop device's file; empty if it has none at the moment} */
    private static Optional<String> file(Value disk) {
        var program = disk.program();
        var file = program.object(
                        program.type("struct loop_device"),
                        disk.member("private_data").longValue())
                .member("lo_backing_file");
        return file.isNull() ? Optional.empty() : Optional.of(Dcache.filePath(file));
    }
}
