package org.wyrm.itest.product;

import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.block.bio.Bios;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.blkdev.Plugs;
import org.wyrm.block.blkmq.RequestQueues;
import org.wyrm.block.blkmq.RequestQueues.TagKind;
import org.wyrm.block.blkmq.Requests;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sbitmap.Sbitmaps;
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.PointerType;

/** What the helpers of {@code org.wyrm.block} find in a dump, as lines that {@code itest/lab/block.drgn.py} writes too. */
final class BlockWalks extends Walks {

    BlockWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of the structure that they are of} */
    Map<String, String> lines() {
        addresses("disks", Disks.forEachDisk(program));
        Disks.forEachDisk(program).forEach(this::disk);
        addresses("partitions", Partitions.forEachPartition(program));
        Partitions.forEachPartition(program).forEach(this::partition);
        say("blockdev pages", Mm.nrBlockdevPages(program));
        say("monotonic", Timekeeping.monotonic(program).toNanos());
        addresses("plugged", Pids.forEachTask(program).flatMap(Plugs::requests));
        return lines;
    }

    private void disk(Value disk) {
        var key = "(" + hex(disk) + ")";
        var queue = disk.member("queue");
        var part0 = Disks.part0(disk);
        say("disk" + key, Disks.diskName(disk), Disks.diskDevt(disk));
        say("part0" + key, hex(part0), inFlight(part0, 0), inFlight(part0, 1));
        say("scheduler" + key, RequestQueues.scheduler(queue).orElse("none"));
        addresses("hardware queues" + key, RequestQueues.queueForEachHwCtx(queue));
        addresses("driver" + key, RequestQueues.requestQueueBusyIter(queue, TagKind.DRIVER));
        addresses("sched" + key, RequestQueues.requestQueueBusyIter(queue, "sched"));
        addresses("busy" + key, RequestQueues.requestQueueBusyIter(queue));
        RequestQueues.queueForEachHwCtx(queue).forEach(this::hardwareQueue);
        RequestQueues.requests(queue).forEach(rq -> addresses("bios(" + hex(rq) + ")", Bios.rqForEachBio(rq)));
    }

    private long inFlight(Value part, int direction) {
        var stats = part.findMember("bd_stats").orElseGet(() -> part.member("dkstats"));
        return Cpumasks.forEachPossibleCpu(program)
                .mapToLong(cpu -> Percpu.perCpuPtr(stats, cpu)
                        .member("in_flight")
                        .subscript(direction)
                        .member("a")
                        .member("counter")
                        .longValue())
                .sum();
    }

    private void hardwareQueue(Value hardware) {
        var tags = hardware.member("tags");
        var count = tags.member("nr_tags").longValue();
        var reservedCount = tags.member("nr_reserved_tags").longValue();
        var inUse = LongStream.concat(
                reservedCount == 0
                        ? LongStream.empty()
                        : Sbitmaps.sbitmapForEachSet(bitmap(tags.member("breserved_tags"))),
                Sbitmaps.sbitmapForEachSet(bitmap(tags.member("bitmap_tags"))).map(bit -> bit + reservedCount));
        say(
                "tags(" + hex(hardware) + ")",
                Stream.concat(Stream.of(count, reservedCount), inUse.boxed()).toArray());
        var requests = tags.member("static_rqs");
        if (!requests.isNull()) {
            LongStream.range(0, count)
                    .mapToObj(requests::subscript)
                    .filter(rq -> !rq.isNull() && !rq.member("q").isNull())
                    .forEach(this::request);
        }
    }

    private static Value bitmap(Value queue) {
        return (queue.type().unaliased() instanceof PointerType ? queue.dereference() : queue).member("sb");
    }

    private void request(Value rq) {
        var operation = Requests.reqOp(rq).longValue();
        var ofDriver = Requests.blkMqRqToPdu(rq);
        if (Requests.blkMqRqFromPdu(ofDriver).address() != rq.longValue()) {
            throw new AssertionError(hex(rq) + " is not what comes before " + hex(ofDriver));
        }
        say(
                "request(" + hex(rq) + ")",
                Long.toUnsignedString(Requests.blkRqPos(rq)),
                Requests.blkRqBytes(rq),
                operation,
                Requests.rqDataDir(rq),
                hex(ofDriver));
    }

    private void partition(Value part) {
        say(
                "part(" + hex(part) + ")",
                Partitions.partName(part),
                Partitions.partDevt(part),
                Partitions.bdevPartno(part),
                Partitions.getStartSect(part),
                Partitions.bdevNrSectors(part),
                Partitions.bdevReadOnly(part) ? 1 : 0);
    }
}
