package org.wyrm.host.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.wyrm.host.SystemCallException;

/**
 * System calls of Linux on x86-64, all by the C library's {@code syscall}: one function is linked, which is most of what
 * the first call costs. The caller knows that this machine is one. Confined to one thread.
 */
public final class SystemCalls implements AutoCloseable {
    private static final MethodHandle SYSCALL;

    static {
        var linker = Linker.nativeLinker();
        SYSCALL = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());

    /** {@return memory for what calls take and give; as long as this is open} */
    public MemorySegment allocate(long byteSize) {
        return arena.allocate(byteSize, Long.BYTES);
    }

    /**
     * Makes a call.
     *
     * @param name for the error
     * @param number of the call
     * @return what it gives
     * @throws SystemCallException if it fails
     */
    public long call(String name, long number, long first, long second, long third, long fourth)
            throws SystemCallException {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(errno, number, first, second, third, fourth);
        } catch (Throwable e) {
            // No Java code is behind it that could throw.
            throw new IllegalStateException(e);
        }
        if (result == -1) {
            throw new SystemCallException(name, errno.get(JAVA_INT, 0));
        }
        return result;
    }

    @Override
    public void close() {
        arena.close();
    }
}
