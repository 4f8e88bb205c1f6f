package org.wyrm.block.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.block.bio.Bios;
import org.wyrm.block.blkdev.Plugs;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * Which tasks wait for requests, as far as it can be known: the kernel keeps nothing that says whose a request is.
 *
 * <p>It is known of a request that a task has made and holds back still, and of one at whose end somebody is told who
 * is on a task's stack: there are the bio itself, or what its {@code bi_private} or the request's {@code end_io_data}
 * points to, where a task waits for it.
 */
final class RequestOwners {
    private final Program program;
    private final Map<Long, Value> plugged = new HashMap<>();
    private final NavigableMap<Long, Value> byStack = new TreeMap<>(Long::compareUnsigned);

    /**
     * @param tasks all there are, {@code struct task_struct}
     * @param warn is told of tasks that cannot be read
     */
    RequestOwners(Program program, Stream<Value> tasks, Consumer<String> warn) {
        this.program = program;
        tasks.forEach(task -> {
            Supplier<String> about = () -> "requests of task_struct 0x%x".formatted(task.address());
            Attempt.orTell(warn, about, () -> {
                // One that has ended may have none: then it does not wait for anything.
                var stack = task.member("stack");
                if (!stack.isNull()) {
                    byStack.put(stack.longValue(), task);
                }
                Plugs.requests(task).forEach(rq -> plugged.put(rq.address(), task));
            });
        });
    }

    /**
     * {@return the task that made a request, or waits for it, {@code struct task_struct}; empty where it is not known}
     */
    Optional<Value> of(Value rq) {
        var holder = plugged.get(rq.address());
        if (holder != null) {
            return Optional.of(holder);
        }
        return LongStream.concat(
                        LongStream.of(rq.member("end_io_data").longValue()),
                        Bios.rqForEachBio(rq)
                                .flatMapToLong(bio -> LongStream.of(
                                        bio.address(), bio.member("bi_private").longValue())))
                .filter(address -> address != 0)
                .mapToObj(this::onStack)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Value> onStack(long address) {
        var below = byStack.floorEntry(address);
        return below == null
                ? Optional.empty()
                : Optional.of(below.getValue()).filter(task -> isStackOf(task, address));
    }

    private boolean isStackOf(Value task, long address) {
        return program.findExtension(ThreadFinder.class)
                .flatMap(threads -> threads.at(program, task.address()))
                .flatMap(thread -> thread.stackAt(address))
                .filter(stack -> stack.name().equals("task"))
                .isPresent();
    }
}
