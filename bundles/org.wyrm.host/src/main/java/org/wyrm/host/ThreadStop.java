package org.wyrm.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.host.internal.SystemCalls;

/**
 * Stops a thread of another process for as long as something is looked at, by {@code PTRACE_SEIZE}.
 *
 * <p>Whatever happens, the thread goes on: a thread of this process, made for that, seizes it, and when that ends, also by
 * {@code SIGKILL}, the kernel lets go of all that it has seized. A thread that is stopped for another reason stays
 * so; a signal that comes meanwhile is given to it. A system call that it sleeps in is begun again by the kernel; some
 * ({@code epoll_wait}, {@code semop}; see {@code signal(7)}) end with {@code EINTR}, as after any debugger.
 *
 * <p>Not for children of this process: {@link Process} waits for these, and takes a stop for the end.
 */
public final class ThreadStop {
    private static final int SYS_WAIT4 = 61;
    private static final int SYS_PTRACE = 101;

    private static final int PTRACE_DETACH = 17;
    private static final int PTRACE_GETREGSET = 0x4204;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_INTERRUPT = 0x4207;
    private static final int PTRACE_EVENT_STOP = 128;
    private static final int WNOHANG = 1;
    private static final int WALL = 0x4000_0000;

    /** A running thread stops within microseconds: no sleep is that short. */
    private static final long SPIN_NANOS = 200_000;

    private static final long POLL_NANOS = 50_000;

    private ThreadStop() {}

    /** Work on a thread that is stopped. */
    @FunctionalInterface
    public interface Work<T> {
        /** {@return what is wanted of it} */
        T apply(StoppedThread thread) throws IOException;
    }

    /**
     * What came of it.
     *
     * @param stoppedNanos how long the thread was kept, from the moment when it was seen to have stopped
     */
    public record Outcome<T>(T result, long stoppedNanos) {}

    /**
     * {@return what comes of some work while a thread is stopped}
     *
     * @param threadId its number
     * @param limit how long to wait for it to stop: in some system calls it cannot
     * @param cancellation ends waiting for it
     * @throws SystemCallException {@code EPERM} if it may not be stopped, is traced by another, or has ended; {@code ESRCH}
     *     if it is not there; {@code ECHILD} if it ended meanwhile; {@code ETIMEDOUT} if it did not stop
     * @throws IOException of the work
     */
    public static <T> Outcome<T> whileStopped(int threadId, Duration limit, Cancellation cancellation, Work<T> work)
            throws IOException {
        var task = new FutureTask<>(() -> {
            try (var calls = new SystemCalls()) {
                return new Tracer(calls, threadId).run(limit, cancellation, work);
            }
        });
        // All calls about a thread must come from the one that seized it.
        var tracer = Thread.ofPlatform().daemon().name("wyrm-stop-" + threadId).start(task);
        try {
            var outcome = task.get();
            // What it did not let go of, the kernel does when it ends.
            tracer.join();
            return outcome;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        if (cause instanceof DebuggerException error) {
            throw error;
        }
        if (cause instanceof IOException error) {
            return error;
        }
        throw new IllegalStateException(cause);
    }

    /** The one who seizes. */
    private record Tracer(SystemCalls calls, int threadId) implements StoppedThread {
        <T> Outcome<T> run(Duration limit, Cancellation cancellation, Work<T> work) throws IOException {
            // Once for nothing: what Java loads for it, the thread need not wait for.
            new Vector(calls, Long.BYTES).bytes();
            ptrace("PTRACE_SEIZE", PTRACE_SEIZE, 0, 0);
            ptrace("PTRACE_INTERRUPT", PTRACE_INTERRUPT, 0, 0);
            var status = waitForStop(limit, cancellation);
            var start = System.nanoTime();
            try {
                var result = work.apply(this);
                return new Outcome<>(result, System.nanoTime() - start);
            } finally {
                detach(status);
            }
        }

        /** It stops for the interrupt, or for a signal that was on its way: of which no other stop follows. */
        private int waitForStop(Duration limit, Cancellation cancellation) throws SystemCallException {
            var status = calls.allocate(Long.BYTES);
            var start = System.nanoTime();
            while (true) {
                if (calls.call("wait4", SYS_WAIT4, threadId, status.address(), WNOHANG | WALL, 0) == threadId) {
                    var found = status.get(JAVA_INT, 0);
                    if ((found & 0xff) != 0x7f) {
                        throw new SystemCallException("wait4", SystemCallException.ECHILD);
                    }
                    return found;
                }
                var waited = System.nanoTime() - start;
                if (waited > limit.toNanos()) {
                    throw new SystemCallException("PTRACE_INTERRUPT", SystemCallException.ETIMEDOUT);
                }
                cancellation.check();
                if (waited < SPIN_NANOS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(POLL_NANOS);
                }
            }
        }

        private void detach(int status) throws SystemCallException {
            var isSignal = status >> 16 != PTRACE_EVENT_STOP;
            try {
                ptrace("PTRACE_DETACH", PTRACE_DETACH, 0, isSignal ? status >> 8 & 0xff : 0);
            } catch (SystemCallException e) {
                if (e.errno() != SystemCallException.ESRCH) {
                    throw e;
                }
                // It was killed meanwhile.
            }
        }

        @Override
        public byte[] registers(int note, int maxByteSize) throws SystemCallException {
            var wanted = new Vector(calls, maxByteSize);
            ptrace("PTRACE_GETREGSET", PTRACE_GETREGSET, note, wanted.address());
            return wanted.bytes();
        }

        private void ptrace(String name, int request, long address, long data) throws SystemCallException {
            calls.call(name, SYS_PTRACE, request, threadId, address, data);
        }
    }

    /** {@code struct iovec}: where the kernel writes, and how much. */
    private record Vector(MemorySegment content, MemorySegment vector) {
        Vector(SystemCalls calls, int byteSize) {
            this(calls.allocate(byteSize), calls.allocate(2 * Long.BYTES));
            vector.set(JAVA_LONG, 0, content.address());
            vector.set(JAVA_LONG, Long.BYTES, byteSize);
        }

        long address() {
            return vector.address();
        }

        byte[] bytes() {
            return content.asSlice(0, vector.get(JAVA_LONG, Long.BYTES)).toArray(JAVA_BYTE);
        }
    }
}
