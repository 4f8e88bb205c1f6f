package org.wyrm.block.internal;

import java.util.Comparator;
import org.wyrm.program.Program;
import org.wyrm.symbols.Symbol;

/** What the commands of this bundle have in common: the kernel that they are about, and how they show parts of it. */
final class BlockTarget {
    private static final int MINOR_BITS = 20;

    private BlockTarget() {}

    /** {@return a {@code dev_t} as in {@code 254:16}} */
    static String deviceNumber(long number) {
        return (number >>> MINOR_BITS) + ":" + (number & (1 << MINOR_BITS) - 1);
    }

    /** {@return the name of what is at an address, or the address where there is no name for it} */
    static String name(Program program, long address) {
        return program.symbolsAt(address).stream()
                .filter(symbol -> symbol.address() == address)
                .map(Symbol::name)
                .min(Comparator.naturalOrder())
                .orElseGet(() -> "0x%x".formatted(address));
    }
}
