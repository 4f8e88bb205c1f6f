package org.wyrm.program.spi;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.cancellation.Cancellation;

/**
 * A way to a target that runs: the kernel of this machine, a process, a guest behind a socket. Contributed under the name
 * of what it leads to: {@code kernel}, {@code pid}, {@code gdb}.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TargetConnector {
    /**
     * {@return the target, to be {@linkplain TargetImage#close closed} by the caller}
     *
     * @param address which one, in the words of its kind: a PID, a path of a socket, {@code HOST:PORT}; empty where there
     *     is only one
     * @param cancellation ends waiting for it
     * @param warnings is told what keeps it from being seen whole
     * @throws org.wyrm.base.error.UsageException if the address is none
     * @throws org.wyrm.base.error.UnreadableTargetException if there is nothing at it, or it may not be read, with what
     *     would permit it
     * @throws org.wyrm.base.error.UnsupportedTargetException if it is of a kind that is not read
     */
    TargetImage connect(String address, Cancellation cancellation, Consumer<String> warnings);

    /** {@return whether what it leads to is meant where the user names no target, and may be read now} */
    default boolean isDefault() {
        return false;
    }
}
