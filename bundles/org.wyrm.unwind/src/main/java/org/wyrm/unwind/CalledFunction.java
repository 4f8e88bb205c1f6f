package org.wyrm.unwind;

import java.util.Optional;
import org.wyrm.program.Program;
import org.wyrm.symbols.CallSite.Target;
import org.wyrm.symbols.Symbol;

/** The function that a frame is of, as calls name it. Immutable. */
final class CalledFunction {
    /** What compilers add to the name of a function's code that is put elsewhere, or made from it. */
    private static final char SUFFIX = '.';

    private final Program program;
    private final Optional<Symbol> symbol;

    private CalledFunction(Program program, Optional<Symbol> symbol) {
        this.program = program;
        this.symbol = symbol;
    }

    static CalledFunction of(Program program, PhysicalFrame frame) {
        return new CalledFunction(
                program,
                CodeCache.of(program).at(program, frame.lookupAddress()).symbol());
    }

    /** {@return the symbol that the frame's code is at} */
    Optional<Symbol> symbol() {
        return symbol;
    }

    /** {@return whether it begins at an address} */
    boolean isAt(long address) {
        return symbol.isPresent() && symbol.get().address() == address;
    }

    /** {@return whether a call is one of it, as far as its target is known without the caller's frame} */
    boolean isTarget(Target target) {
        if (target instanceof Target.Function(var address)) {
            return isAt(address) || program.symbolsAt(address).stream().anyMatch(called -> isPartOf(called.name()));
        }
        // It may have other names.
        return target instanceof Target.Named(var name)
                && (isPartOf(name) || program.symbols(name).stream().anyMatch(called -> isAt(called.address())));
    }

    private boolean isPartOf(String function) {
        if (symbol.isEmpty()) {
            return false;
        }
        var name = symbol.get().name();
        return name.startsWith(function)
                && (name.length() == function.length() || name.charAt(function.length()) == SUFFIX);
    }
}
