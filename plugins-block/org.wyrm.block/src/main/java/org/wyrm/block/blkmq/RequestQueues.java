package org.wyrm.block.blkmq;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * Queues of disks: {@code struct request_queue}, with the hardware queues, {@code struct blk_mq_hw_ctx}, that requests
 * leave them by.
 *
 * <p>A request has a tag of the scheduler, where there is one, from when it is made, and a tag of the driver from when
 * it goes to the driver; without a scheduler, from when it is made. The bits of the tags in use are set in a bitmap,
 * and tell which requests are under way.
 */
@ProvidesHelpers(names = {"queue_for_each_hw_ctx", "request_queue_busy_iter"})
public final class RequestQueues {
    /** Which tags tell of requests. */
    public enum TagKind {
        /** Those of the driver: of requests that it has, or that no scheduler holds back. */
        DRIVER,
        /** Those of the I/O scheduler: of all that was asked for; nothing where there is no scheduler. */
        SCHED
    }

    private RequestQueues() {}

    /**
     * {@return the hardware queues of a queue, {@code struct blk_mq_hw_ctx}; none of a disk that takes bios}
     *
     * @param queue {@code struct request_queue *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("queue_for_each_hw_ctx")
    public static Stream<Value> queueForEachHwCtx(Value queue) {
        var program = queue.program();
        var type = program.type("struct blk_mq_hw_ctx");
        // Since Linux kernel commit 4e5cc99e1e48 ("blk-mq: manage hctx map via xarray") (in v5.18), they are in an
        // XArray. Before that, they are in an array.
        var table = queue.findMember("hctx_table");
        if (table.isPresent()) {
            return XArrays.xaForEach(table.get()).map(entry -> program.object(type, entry.value()));
        }
        var array = queue.member("queue_hw_ctx");
        return array.isNull()
                ? Stream.empty()
                : LongStream.range(0, queue.member("nr_hw_queues").longValue())
                        .peek(index -> program.cancellation().check())
                        .mapToObj(array::subscript)
                        .filter(hardware -> !hardware.isNull())
                        .map(Value::dereference);
    }

    /**
     * {@return the requests that are under way on a queue, {@code struct request}: those with a tag of the scheduler,
     * or of the driver where there is no scheduler}
     *
     * @param queue {@code struct request_queue *}
     * @throws org.wyrm.base.error.CorruptStructureException if a tag is set that there is no place for
     * @kernel block/blk-mq-tag.c
     */
    @KernelName("request_queue_busy_iter")
    public static Stream<Value> requestQueueBusyIter(Value queue) {
        return requestQueueBusyIter(queue, queue.member("elevator").isNull() ? TagKind.DRIVER : TagKind.SCHED);
    }

    /**
     * {@return the requests of a queue that have tags of a kind, {@code struct request}}
     *
     * @param queue {@code struct request_queue *}
     * @param kind {@code driver} or {@code sched}
     * @throws UsageException if it is neither
     * @kernel block/blk-mq-tag.c
     */
    @KernelName("request_queue_busy_iter")
    public static Stream<Value> requestQueueBusyIter(Value queue, String kind) {
        for (var each : TagKind.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(kind)) {
                return requestQueueBusyIter(queue, each);
            }
        }
        throw new UsageException("'" + kind + "' is neither driver nor sched");
    }

    /**
     * {@return the requests of a queue that have tags of a kind, {@code struct request}}
     *
     * @param queue {@code struct request_queue *}
     * @throws org.wyrm.base.error.CorruptStructureException if a tag is set that there is no place for
     * @kernel block/blk-mq-tag.c
     */
    public static Stream<Value> requestQueueBusyIter(Value queue, TagKind kind) {
        return new BusyTags(queue).requests(kind);
    }

    /**
     * {@return every request of a queue once, whichever tag it has, {@code struct request}: those that the scheduler
     * holds, those that the driver has, and flushes, which have none of the scheduler's}
     *
     * @param queue {@code struct request_queue *}
     * @throws org.wyrm.base.error.CorruptStructureException if a tag is set that there is no place for
     * @kernel block/blk-mq-tag.c
     */
    public static Stream<Value> requests(Value queue) {
        var seen = new HashSet<Long>();
        return Stream.of(TagKind.values())
                .flatMap(kind -> requestQueueBusyIter(queue, kind))
                .filter(rq -> seen.add(rq.address()));
    }

    /**
     * {@return the name of the I/O scheduler of a queue; empty if it has none}
     *
     * @param queue {@code struct request_queue *}
     * @kernel block/elevator.h
     */
    public static Optional<String> scheduler(Value queue) {
        var elevator = queue.member("elevator");
        return elevator.isNull()
                ? Optional.empty()
                : Optional.of(elevator.member("type").member("elevator_name").string());
    }

    /**
     * {@return whether a disk is asked by requests; else it takes bios as they are, and keeps no list of them}
     *
     * @param queue {@code struct request_queue *}
     */
    public static boolean takesRequests(Value queue) {
        return !queue.member("mq_ops").isNull();
    }
}
