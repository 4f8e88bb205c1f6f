package org.wyrm.platform.extension.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.platform.extension.Use;

/** Counts the running uses of bundles, and waits for their end. Thread-safe. */
public final class Uses {
    private final List<Running> running = new ArrayList<>();

    private final class Running implements Use {
        private final String bundle;
        private final Cancellation cancellation;

        Running(String bundle, Cancellation cancellation) {
            this.bundle = bundle;
            this.cancellation = cancellation;
        }

        @Override
        public void close() {
            synchronized (Uses.this) {
                if (running.remove(this)) {
                    Uses.this.notifyAll();
                }
            }
        }
    }

    /** {@return a use that has begun} */
    public synchronized Use begin(String bundle, Cancellation cancellation) {
        var use = new Running(bundle, cancellation);
        running.add(use);
        return use;
    }

    /** {@return whether all uses of some bundles ended within a time} */
    public synchronized boolean awaitNone(Collection<String> bundles, Duration limit) throws InterruptedException {
        var end = System.nanoTime() + limit.toNanos();
        while (running.stream().anyMatch(use -> bundles.contains(use.bundle))) {
            var leftMillis = (end - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    /** Tells all uses of some bundles to stop. */
    public synchronized void cancel(Collection<String> bundles, String why) {
        running.stream().filter(use -> bundles.contains(use.bundle)).forEach(use -> use.cancellation.cancel(why));
    }
}
