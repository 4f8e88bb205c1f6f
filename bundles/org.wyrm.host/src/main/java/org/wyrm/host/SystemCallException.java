package org.wyrm.host;

import java.io.IOException;

/** A system call failed. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such process. */
    public static final int ESRCH = 3;

    /** There is nothing to wait for. */
    public static final int ECHILD = 10;

    /** What was waited for did not come. */
    public static final int ETIMEDOUT = 110;

    private final int errno;

    /**
     * @param call its name
     * @param errno why
     */
    public SystemCallException(String call, int errno) {
        super(call + " failed: errno " + errno);
        this.errno = errno;
    }

    /** {@return why, as {@code errno.h} numbers it} */
    public int errno() {
        return errno;
    }
}
