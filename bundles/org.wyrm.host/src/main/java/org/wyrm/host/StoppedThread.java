package org.wyrm.host;

/**
 * A thread of another process, stopped: nothing of it changes. Confined to the thread that it is given to, and to the
 * time until that returns.
 */
@FunctionalInterface
public interface StoppedThread {
    /**
     * {@return a set of its registers, as core dumps have it in the note of that number}
     *
     * @param note {@code NT_PRSTATUS}, 1, the general registers; {@code NT_FPREGSET}, 2, those for floating point
     * @param maxByteSize how many bytes to take at most
     * @throws SystemCallException if this machine has no such set, or the thread was killed
     */
    byte[] registers(int note, int maxByteSize) throws SystemCallException;
}
