package org.wyrm.lang.c;

import java.util.Optional;
import org.wyrm.program.Program;
import org.wyrm.symbols.Symbol;

/** Writes addresses by the symbol that they are in. */
final class SymbolText {
    private SymbolText() {}

    /** {@return the symbol and the offset in it: {@code jiffies+0x0}} */
    static Optional<String> of(long address, Program program) {
        Symbol best = null;
        for (var symbol : program.symbolsAt(address)) {
            if (best == null || rank(symbol) > rank(best)) {
                best = symbol;
            }
        }
        return best == null
                ? Optional.empty()
                : Optional.of(best.name() + "+0x" + Long.toHexString(address - best.address()));
    }

    /** Of several names for a place, that which is seen everywhere is the best known. */
    private static int rank(Symbol symbol) {
        return switch (symbol.type()) {
            case 'W', 'V' -> 1;
            default -> Character.isUpperCase(symbol.type()) ? 2 : 0;
        };
    }
}
