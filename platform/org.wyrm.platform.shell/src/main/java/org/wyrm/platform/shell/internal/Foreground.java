package org.wyrm.platform.shell.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;

/**
 * Runs what the user waits for, in a thread of its own: Ctrl-C ends the wait, whatever the work does. No thread is
 * interrupted; work that does not stop is abandoned.
 */
final class Foreground {
    /** The code of what was interrupted. */
    static final int INTERRUPTED = 130;

    private static final long PATIENCE_MILLIS = 70;

    private volatile @Nullable Running running;

    /** What the user waits for. */
    interface Work {
        /** Does the work. {@return its code} */
        int run(Cancellation cancellation);

        /** Waits for programs that were started and have the terminal. */
        default void awaitPrograms() throws InterruptedException {}

        /** Is told that nobody waits any more. */
        void abandoned();
    }

    private record Running(Cancellation cancellation, CompletableFuture<Boolean> interrupted) {}

    /** Tells what runs to stop. {@return whether anything runs} */
    boolean stop() {
        var work = running;
        if (work == null) {
            return false;
        }
        work.cancellation.cancel("interrupted");
        work.interrupted.complete(true);
        return true;
    }

    /** Runs work, and waits for it. {@return its code} */
    int run(Work work) {
        var started = new Running(new Cancellation(), new CompletableFuture<>());
        var code = new CompletableFuture<Integer>();
        running = started;
        try {
            Thread.ofPlatform().daemon().name("wyrm-command").start(() -> {
                try {
                    code.complete(work.run(started.cancellation));
                } finally {
                    code.complete(INTERRUPTED);
                }
            });
            CompletableFuture.anyOf(code, started.interrupted).get();
            if (!code.isDone()) {
                work.awaitPrograms();
            }
            return code.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillRuns) {
            work.abandoned();
            return INTERRUPTED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.abandoned();
            return INTERRUPTED;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the code of a command is a number", e);
        } finally {
            running = null;
        }
    }
}
