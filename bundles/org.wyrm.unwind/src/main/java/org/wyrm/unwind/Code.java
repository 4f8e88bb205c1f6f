package org.wyrm.unwind;

import java.util.List;
import java.util.Optional;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.Symbol;

/**
 * What there is at an address of code.
 *
 * @param frames the functions, the innermost first
 */
record Code(List<SourceFrame> frames, Optional<Symbol> symbol) {
    static final Code NONE = new Code(List.of(), Optional.empty());
}
