package org.wyrm.symbols.spi;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.Symbol;

/** Finds symbols. Thread-safe. */
@ConsumerType
public interface SymbolFinder {
    /** {@return all symbols with a name, the lowest address first} */
    List<Symbol> findSymbols(String name);

    /**
     * {@return the symbols with the highest address that is not above {@code virtualAddress}, and that cover it as far
     * as their size is known; several where they share one address}
     */
    List<Symbol> symbolsAt(long virtualAddress);

    /** {@return every symbol, in the order of addresses} */
    Stream<Symbol> allSymbols();

    /** {@return the names that start with {@code prefix}, in no order, each as often as there is one} */
    default Stream<String> symbolNames(String prefix) {
        return allSymbols().map(Symbol::name).filter(name -> name.startsWith(prefix));
    }
}
