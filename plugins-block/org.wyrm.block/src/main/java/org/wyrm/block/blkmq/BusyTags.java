package org.wyrm.block.blkmq;

import java.util.HashSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.block.blkmq.RequestQueues.TagKind;
import org.wyrm.linux.sbitmap.Sbitmaps;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.PointerType;

/**
 * The tags of a queue that are in use, and the requests that have them.
 *
 * <p>The reserved tags are the first: a bit of {@code breserved_tags} is the tag of its number, one of {@code
 * bitmap_tags} comes {@code nr_reserved_tags} later. What the driver's tags stood for last stays in {@code rqs} when
 * they are given back, so there a request counts only if it has the tag, and came by this hardware queue: others may
 * share the tags.
 */
final class BusyTags {
    private final Program program;
    private final Value queue;
    private final long queueAddress;

    BusyTags(Value queue) {
        this.queue = queue;
        this.program = queue.program();
        this.queueAddress = Walk.addressOf(queue);
    }

    Stream<Value> requests(TagKind kind) {
        return switch (kind) {
            case DRIVER ->
                RequestQueues.queueForEachHwCtx(queue)
                        .filter(hardware -> !hardware.member("tags").isNull())
                        .flatMap(this::ofDriver);
            case SCHED -> ofScheduler();
        };
    }

    private Stream<Value> ofDriver(Value hardware) {
        var tags = hardware.member("tags").dereference();
        var requests = tags.member("rqs");
        return inUse(tags)
                .mapToObj(tag -> requests.subscript(tag).longValue() == 0
                        ? Stream.<Value>empty()
                        : Stream.of(requests.subscript(tag).dereference())
                                .filter(rq -> rq.member("tag").longValue() == tag && isOf(rq, hardware) && isInUse(rq)))
                .flatMap(found -> found);
    }

    /** {@return whether a request went to a hardware queue of this queue} */
    private boolean isOf(Value rq, Value hardware) {
        return rq.member("q").longValue() == queueAddress
                && rq.member("mq_hctx").longValue() == hardware.address();
    }

    private Stream<Value> ofScheduler() {
        // Hardware queues may share them.
        var seen = new HashSet<Long>();
        return RequestQueues.queueForEachHwCtx(queue)
                .map(hardware -> hardware.member("sched_tags"))
                .filter(tags -> !tags.isNull() && seen.add(tags.longValue()))
                .map(Value::dereference)
                .flatMap(tags -> {
                    var requests = tags.member("static_rqs");
                    return inUse(tags).mapToObj(tag -> requests.subscript(tag).dereference());
                })
                .filter(rq -> rq.member("q").longValue() == queueAddress && isInUse(rq));
    }

    /**
     * {@return whether somebody has a reference: else it is being made or given back, and the kernel passes over it}
     */
    private boolean isInUse(Value rq) {
        // Since Linux kernel commit 0a467d0fdd95 ("block: switch to atomic_t for request references") (in v5.16), it is
        // an atomic_t. Before that, it is a refcount_t.
        var count = rq.member("ref");
        return count.findMember("refs").orElse(count).member("counter").longValue() != 0;
    }

    private LongStream inUse(Value tags) {
        var count = tags.member("nr_tags").longValue();
        var reservedCount = tags.member("nr_reserved_tags").longValue();
        return LongStream.concat(
                bits(tags, "breserved_tags", 0, reservedCount),
                bits(tags, "bitmap_tags", reservedCount, count - reservedCount));
    }

    private LongStream bits(Value tags, String name, long first, long count) {
        if (count <= 0) {
            return LongStream.empty();
        }
        var bitmap = bitmap(tags.member(name)).member("sb");
        var depth = bitmap.member("depth").longValue();
        if (depth > count) {
            throw new CorruptStructureException(
                    "blk_mq_tags", tags.address(), "%s has %d bits for %d requests".formatted(name, depth, count));
        }
        return Sbitmaps.sbitmapForEachSet(bitmap)
                .peek(bit -> program.cancellation().check())
                .map(bit -> first + bit);
    }

    private Value bitmap(Value member) {
        // Since Linux kernel commit ae0f1a732f4a ("blk-mq: Stop using pointers for blk_mq_tags bitmap tags") (in
        // v5.16),
        // it is a member. From v5.10 to then, it is pointed to.
        return member.type().unaliased() instanceof PointerType ? member.dereference() : member;
    }
}
