package org.wyrm.linux.wait;

import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Queues of those who wait for something: {@code struct wait_queue_head}. */
@ProvidesHelpers(names = {"waitqueue_active", "waitqueue_for_each_entry", "waitqueue_for_each_task"})
public final class WaitQueues {
    private WaitQueues() {}

    /**
     * {@return whether somebody waits}
     *
     * @param queue {@code wait_queue_head_t *}
     * @kernel include/linux/wait.h
     */
    @KernelName("waitqueue_active")
    public static boolean waitqueueActive(Value queue) {
        return !Lists.listEmpty(queue.member("head"));
    }

    /**
     * {@return the entries of a queue, {@code struct wait_queue_entry}, in the order in which they are woken}
     *
     * @param queue {@code wait_queue_head_t *}
     * @throws org.wyrm.base.error.CorruptStructureException if they come back to one of them
     * @kernel include/linux/wait.h
     */
    @KernelName("waitqueue_for_each_entry")
    public static Stream<Value> waitqueueForEachEntry(Value queue) {
        return Lists.listForEachEntry(queue.program().type("struct wait_queue_entry"), queue.member("head"), "entry");
    }

    /**
     * {@return the tasks that wait in a queue, {@code struct task_struct}, where each of its entries is that of a task,
     * and not of what calls a function of its own}
     *
     * @param queue {@code wait_queue_head_t *}
     * @kernel include/linux/wait.h
     */
    @KernelName("waitqueue_for_each_task")
    public static Stream<Value> waitqueueForEachTask(Value queue) {
        var program = queue.program();
        var task = program.type("struct task_struct");
        return waitqueueForEachEntry(queue)
                .map(entry -> program.object(task, entry.member("private").longValue()));
    }
}
