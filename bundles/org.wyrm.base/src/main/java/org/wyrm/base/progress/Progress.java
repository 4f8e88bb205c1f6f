package org.wyrm.base.progress;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told how far work is that may take long. It may be told often, a thousand times a second: it decides what of it
 * somebody gets to see.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface Progress {
    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void report(String what, long done, OptionalLong total) {}

        @Override
        public void end() {}
    };

    /**
     * Takes note of work that goes on.
     *
     * @param what is done, in words: {@code indexing vmlinux}
     * @param done how much of it, in whatever unit
     * @param total how much there is to do, in that unit, where it is known
     */
    void report(String what, long done, OptionalLong total);

    /** Takes note that the work that was reported is over, done or not. */
    void end();
}
