package org.wyrm.itest.product;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.host.ThreadStop;

/** A program that stops a thread of another process, says so, and keeps it until it is killed itself. */
final class StopHolder {
    private StopHolder() {}

    /** Takes the number of the thread. */
    public static void main(String[] arguments) throws Exception {
        ThreadStop.whileStopped(Integer.parseInt(arguments[0]), Duration.ofSeconds(10), new Cancellation(), thread -> {
            System.out.println("stopped");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return thread;
        });
    }
}
