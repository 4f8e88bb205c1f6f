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
    /** A table without sizes lets a symbol reach to the next; what is so far behind its start is hardly in it. */
    private static final long MAX_UNSURE_BYTES = 1 << 12;

    private SymbolText() {}

    /** {@return the symbol that an address is in, and the offset in it: {@code jiffies+0x0}} */
    static Optional<String> of(long address, Program program) {
        return label(address, program)
                .or(() -> best(program.symbolsAt(address)).filter(symbol -> covers(symbol, address, program)))
                .map(symbol -> symbol.name() + "+0x" + Long.toHexString(address - symbol.address()));
    }

    private static Optional<Symbol> label(long address, Program program) {
        return program.sources().stream()
                .flatMap(source -> source.labels().stream())
                .flatMap(finder -> finder.labelAt(address).stream())
                .findFirst();
    }

    /** The kernel's own table has no sizes, its debugging information has those of variables; modules have theirs. */
    private static boolean covers(Symbol symbol, long address, Program program) {
        var offset = address - symbol.address();
        return offset == 0
                || symbol.type() == 't'
                || symbol.type() == 'T'
                || symbol.module().isPresent()
                || Long.compareUnsigned(offset, byteSize(symbol, program).orElse(MAX_UNSURE_BYTES)) < 0;
    }

    /** Asks the first that knows lines, which is the kernel's: others would look for the files of all modules. */
    private static Optional<Long> byteSize(Symbol symbol, Program program) {
        return program.sources().stream()
                .filter(source -> source.lines().isPresent())
                .findFirst()
                .flatMap(SymbolSource::variables)
                .flatMap(finder -> finder.findVariables(symbol.name()).stream()
                        .filter(variable ->
                                variable.location() instanceof Location.Fixed(var at) && at == symbol.address())
                        .findFirst())
                .flatMap(variable -> Attempt.of(
                                () -> Optional.of(Value.sizeOf(variable.type().resolve())))
                        .orElse(Optional.empty()));
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
