package org.wyrm.symbols.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.Symbol;

/** Names addresses by all that a file's table has: also labels without a size, and those that compilers leave. */
@ConsumerType
public interface LabelFinder {
    /**
     * {@return the symbol that an address is in} That is the innermost one with a size, a global one before a local one;
     * where there is none, the nearest label before the address, if it is in the same section and nothing with a size
     * ends between them.
     */
    Optional<Symbol> labelAt(long virtualAddress);
}
