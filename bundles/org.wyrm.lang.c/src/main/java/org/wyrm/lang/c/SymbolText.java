package org.wyrm.lang.c;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.Attempt;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.spi.SymbolSource;

/** Writes addresses by the symbol that they are in. */
final class SymbolText {
    /** Tables without sizes let a symbol reach to the next; what is so far behind it is hardly in it. */
    private static final long MAX_UNSURE_BYTES = 1 << 16;

    private SymbolText() {}

    /** {@return the symbol that an address is in, and the offset in it: {@code jiffies+0x0}} */
    static Optional<String> of(long address, Program program) {
        return best(program.symbolsAt(address))
                .filter(symbol -> covers(symbol, address, program))
                .map(symbol -> symbol.name() + "+0x" + Long.toHexString(address - symbol.address()));
    }

    /** Of a table without sizes a symbol reaches to the next one; debugging information knows where data ends. */
    private static boolean covers(Symbol symbol, long address, Program program) {
        var offset = address - symbol.address();
        if (offset == 0 || symbol.type() == 't' || symbol.type() == 'T') {
            return true;
        }
        var informed = program.sources().stream()
                .filter(source -> source.lines().isPresent())
                .toList();
        return Long.compareUnsigned(offset, informed.isEmpty() ? MAX_UNSURE_BYTES : byteSize(symbol, informed)) < 0;
    }

    private static long byteSize(Symbol symbol, List<SymbolSource> informed) {
        return informed.stream()
                .flatMap(source -> source.variables().stream())
                .flatMap(finder -> finder.findVariables(symbol.name()).stream())
                .filter(variable -> variable.location() instanceof Location.Fixed(var at) && at == symbol.address())
                .findFirst()
                .map(variable -> Attempt.of(() -> Value.sizeOf(variable.type().resolve()))
                        .orElse(0L))
                .orElse(0L);
    }

    private static Optional<Symbol> best(List<Symbol> symbols) {
        return symbols.stream().filter(symbol -> rank(symbol) > 0).max(Comparator.comparingInt(SymbolText::rank));
    }

    /** Of several names for a place, that which is seen everywhere is the best known; numbers are no places. */
    private static int rank(Symbol symbol) {
        return switch (symbol.type()) {
            case 'A', 'a' -> 0;
            case 'W', 'V', 'w', 'v' -> 2;
            default -> Character.isUpperCase(symbol.type()) ? 3 : 1;
        };
    }
}
