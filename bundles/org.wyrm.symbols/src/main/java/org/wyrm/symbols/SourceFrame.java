package org.wyrm.symbols;

import java.util.Optional;

/**
 * A function that has code at an address: one of its own, or inlined into the next one.
 *
 * @param function its name, where it is known
 * @param place of the code; in the functions around an inlined one, of the call
 * @param isInlined whether it is inlined into the next one
 */
public record SourceFrame(Optional<String> function, Optional<SourcePlace> place, boolean isInlined) {}
