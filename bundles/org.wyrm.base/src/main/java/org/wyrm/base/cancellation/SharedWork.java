package org.wyrm.base.cancellation;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntConsumer;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;

/** Work that several threads do together. */
public final class SharedWork {
    private static final int MAX_THREADS = 8;

    private SharedWork() {}

    /** {@return how many threads of this machine one piece of work should take} */
    public static int threads() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    }

    /**
     * Has several threads do the same work, the caller's among them, and waits for all.
     *
     * @param work is given the number of the thread, 0 for the caller's; shares out by itself what there is to do
     * @throws DebuggerException that of one of them, if there was one
     */
    public static void run(int threads, String name, IntConsumer work) {
        var tasks = new ArrayList<FutureTask<Boolean>>(threads);
        for (var thread = 0; thread < threads; thread++) {
            var number = thread;
            tasks.add(new FutureTask<>(() -> work.accept(number), true));
        }
        for (var thread = 1; thread < threads; thread++) {
            Thread.ofPlatform().daemon().name(name + "-" + thread).start(tasks.get(thread));
        }
        tasks.getFirst().run();
        try {
            for (var task : tasks) {
                task.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DebuggerException error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }
}
