package org.wyrm.block.internal;

import java.util.function.Predicate;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkmq.RequestQueues;
import org.wyrm.block.blkmq.RequestQueues.TagKind;
import org.wyrm.block.blkmq.Requests;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.Value;

/**
 * How much a disk has to do at the moment, as its {@code inflight} in sysfs: requests that the driver has; of a disk
 * that takes bios as they are, what it has begun.
 *
 * @param reads how many it reads for
 * @param writes how many it writes, or otherwise changes what is on it
 */
record InFlight(long reads, long writes) {
    /** {@code MQ_RQ_IN_FLIGHT}. */
    private static final long IN_FLIGHT = 1;

    /** {@return those of a disk, {@code struct gendisk}} */
    static InFlight ofDisk(Value disk) {
        var queue = disk.member("queue").dereference();
        return RequestQueues.takesRequests(queue) ? requests(queue, rq -> true) : counted(Disks.part0(disk));
    }

    /** {@return those of a partition, {@code struct block_device} or {@code struct hd_struct}, of a disk} */
    static InFlight ofPartition(Value disk, Value part) {
        var queue = disk.member("queue").dereference();
        return RequestQueues.takesRequests(queue)
                ? requests(queue, rq -> rq.member("part").longValue() == part.address())
                : counted(part);
    }

    private static InFlight requests(Value queue, Predicate<Value> isWanted) {
        var counts = new long[2];
        RequestQueues.requestQueueBusyIter(queue, TagKind.DRIVER)
                .filter(rq -> rq.member("state").longValue() == IN_FLIGHT)
                .filter(isWanted)
                .forEach(rq -> counts[Requests.rqDataDir(rq)]++);
        return new InFlight(counts[0], counts[1]);
    }

    private static InFlight counted(Value part) {
        var each = part.findMember("bd_stats").orElseGet(() -> part.member("dkstats"));
        return new InFlight(counted(each, 0), counted(each, 1));
    }

    /** What begins on one CPU may end on another, so a CPU's own part may be less than nothing. */
    private static long counted(Value stats, int direction) {
        var sum = Cpumasks.forEachPossibleCpu(stats.program())
                .mapToLong(cpu -> Percpu.perCpuPtr(stats, cpu)
                        .member("in_flight")
                        .subscript(direction)
                        .member("a")
                        .member("counter")
                        .longValue())
                .sum();
        return Math.max(0, sum);
    }
}
