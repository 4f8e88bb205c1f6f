package org.wyrm.target.process;

import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.target.process.internal.PidConnector;

/** A process of this machine, that another than the user names. */
public final class LocalProcess {
    private LocalProcess() {}

    /**
     * {@return the process that has a thread, its memory by virtual address; to be closed by the caller}
     *
     * @param threadId of any of its threads
     * @param cancellation ends waiting for it
     * @throws org.wyrm.base.error.UnreadableTargetException if there is none, or it may not be read, with what would
     *     permit it
     */
    public static TargetImage ofThread(int threadId, Cancellation cancellation) {
        return PidConnector.ofThread(threadId, cancellation);
    }
}
