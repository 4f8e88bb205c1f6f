package org.wyrm.program.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.program.Value;

/** What names mean where an expression is evaluated, before those of the program: a frame's locals and registers. */
@ConsumerType
@FunctionalInterface
public interface NameScope {
    /** Only the program's own names. */
    NameScope NONE = name -> Optional.empty();

    /**
     * {@return what a name stands for here}
     *
     * @param name a variable's, or a register's with its sign: {@code $rip}
     */
    Optional<Value> find(String name);
}
