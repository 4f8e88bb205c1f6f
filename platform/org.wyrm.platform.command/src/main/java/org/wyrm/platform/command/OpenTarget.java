package org.wyrm.platform.command;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.cancellation.Cancellation;

/** A target that is open, until it is closed. Thread-safe. */
@ConsumerType
public interface OpenTarget<T> extends AutoCloseable {
    /** {@return the target, for one run of a command: all that is done with it polls the token} */
    T with(Cancellation cancellation);

    /** {@return what the user knows it by: the path of a dump, say} */
    default String name() {
        return "";
    }

    /** {@return what it is, and what is missing of it, a line each, short: a greeting says it; empty for nothing} */
    default List<String> description() {
        return List.of();
    }

    /** {@return what to tell with values that could not be read: that the target runs, say; empty for nothing} */
    default String remark() {
        return "";
    }

    @Override
    void close();
}
