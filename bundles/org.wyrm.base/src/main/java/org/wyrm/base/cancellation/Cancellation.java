package org.wyrm.base.cancellation;

import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CancelledException;

/**
 * A token that tells running work to stop. Every memory read and every step of a walk polls it; nothing is ever
 * interrupted, since an interrupt closes a file channel for everyone who shares it.
 *
 * <p>Thread-safe.
 */
public final class Cancellation {
    private volatile @Nullable String reason;

    /** Asks the work to stop; later calls change nothing. */
    public synchronized void cancel(String why) {
        if (reason == null) {
            reason = why;
        }
    }

    /** {@return whether the work was asked to stop} */
    public boolean isCancelled() {
        return reason != null;
    }

    /**
     * Does nothing, unless the work was asked to stop.
     *
     * @throws CancelledException if it was
     */
    public void check() {
        var why = reason;
        if (why != null) {
            throw new CancelledException(why);
        }
    }
}
