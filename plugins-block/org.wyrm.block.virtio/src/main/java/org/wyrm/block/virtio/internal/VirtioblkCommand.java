package org.wyrm.block.virtio.internal;

import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.virtio.VirtioDisks;
import org.wyrm.block.virtio.Virtqueues;
import org.wyrm.block.virtio.Virtqueues.Progress;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the queues of virtio disks. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=virtblk_fops)", effective = "target")
@Requirement(
        namespace = "wyrm.member",
        filter = "(&(type=struct vring_virtqueue)(name=packed_ring))",
        effective = "target")
@ProvidesCommand(
        name = "virtioblk",
        summary = "list the queues of virtio disks: what the host has not answered, what the driver has not seen",
        row = VirtioblkCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "virtioblk", title = "Virtio disks", command = "virtioblk", rank = 1115)
public final class VirtioblkCommand implements Command<VirtioblkCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-r", "--requests"},
                    help = "a row for each request that is under way, with its struct request")
            boolean requests) {}

    /**
     * A queue of a disk, or a request in it.
     *
     * @param device of virtio: {@code virtio0}
     * @param queue the name of the queue: {@code req.0}
     * @param size how many descriptors its ring has
     * @param free how many of them no request uses
     * @param inFlight how many requests the driver has given it and not got back
     * @param unanswered how many of them the host has not answered; none of a packed ring, which has no such number
     * @param untaken how many it has answered, and the driver not seen yet: an interrupt that is late, or lost
     * @param broken whether the driver has given the queue up
     * @param virtqueue its {@code struct virtqueue}
     * @param request one that is under way, {@code struct request}, where requests are asked for
     */
    public record Row(
            Attempt<String> disk,
            Attempt<String> device,
            Attempt<String> queue,
            Attempt<Long> size,
            Attempt<Long> free,
            Attempt<Long> inFlight,
            Attempt<Optional<Integer>> unanswered,
            Attempt<Optional<Integer>> untaken,
            Attempt<Boolean> broken,
            VirtualAddress virtqueue,
            Optional<VirtualAddress> request) {
        private Row with(Value found) {
            var address = Optional.of(new VirtualAddress(found.address()));
            return new Row(disk, device, queue, size, free, inFlight, unanswered, untaken, broken, virtqueue, address);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return VirtioDisks.disks(program).flatMap(disk -> {
            var rows = new ArrayList<Row>();
            Attempt.orTell(
                    context::warn,
                    () -> "queues of the disk at 0x%x".formatted(disk.address()),
                    () -> VirtioDisks.virtqueues(VirtioDisks.virtioBlk(disk))
                            .flatMap(vq -> rows(disk, vq, options.requests))
                            .forEach(rows::add));
            return rows.stream();
        });
    }

    private static Stream<Row> rows(Value disk, Value vq, boolean areRequestsWanted) {
        var row = row(disk, vq);
        return areRequestsWanted ? VirtioDisks.requests(vq).map(row::with) : Stream.of(row);
    }

    private static Row row(Value disk, Value vq) {
        var progress = Attempt.of(() -> Virtqueues.progress(vq));
        return new Row(
                Attempt.of(() -> Disks.diskName(disk)),
                Attempt.of(() -> vq.member("vdev")
                        .member("dev")
                        .member("kobj")
                        .member("name")
                        .string()),
                Attempt.of(() -> vq.member("name").string()),
                Attempt.of(() -> Virtqueues.virtqueueGetVringSize(vq)),
                Attempt.of(() -> vq.member("num_free").longValue()),
                Attempt.of(() -> Virtqueues.outstanding(vq).count()),
                progress.map(of -> of.map(Progress::unanswered)),
                progress.map(of -> of.map(Progress::untaken)),
                Attempt.of(() -> Virtqueues.virtqueueIsBroken(vq)),
                new VirtualAddress(vq.address()),
                Optional.empty());
    }
}
