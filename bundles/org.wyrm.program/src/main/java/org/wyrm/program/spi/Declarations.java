package org.wyrm.program.spi;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * C declarations of variables whose types no debug information gives: {@code extern struct list_head super_blocks;}.
 * Contributed by the bundle that uses the variables.
 */
@ConsumerType
public interface Declarations {
    /** {@return where the text is from, for messages} */
    String name();

    /** {@return the declarations, each ended by a semicolon} */
    String text();
}
