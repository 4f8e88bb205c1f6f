package org.wyrm.block.blkdev;

import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.PointerType;

/** Requests that a task holds back, to hand them over together: {@code struct blk_plug}. */
public final class Plugs {
    private static final String REQUEST = "struct request";

    private Plugs() {}

    /**
     * {@return the requests that a task has made and not handed over, {@code struct request}}
     *
     * @param task {@code struct task_struct *}
     * @throws org.wyrm.base.error.CorruptStructureException if they come back to one of them
     * @kernel include/linux/blkdev.h
     */
    public static Stream<Value> requests(Value task) {
        var plug = task.member("plug");
        if (plug.isNull()) {
            return Stream.empty();
        }
        var program = task.program();
        var type = program.type(REQUEST);
        var list = plug.member("mq_list");
        // Since Linux kernel commit bc490f81731e ("block: change plugging to use a singly linked list") (in v5.16),
        // they
        // are linked by rq_next, and since a3396b99990d ("block: add a rq_list type") (in v6.13, and in v6.12.y), the
        // list knows its end. Before that, it is doubly linked.
        if (!(list.type().unaliased() instanceof PointerType) && list.hasMember("prev")) {
            return Lists.listForEachEntry(type, list, "queuelist");
        }
        var first = list.type().unaliased() instanceof PointerType ? list : list.member("head");
        var next = program.field(REQUEST, "rq_next");
        return Walk.chain(
                        program,
                        "request",
                        first.longValue(),
                        0,
                        rq -> program.object(type, rq).member(next).longValue())
                .map(rq -> program.object(type, rq));
    }
}
