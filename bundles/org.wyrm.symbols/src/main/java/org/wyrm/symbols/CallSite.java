package org.wyrm.symbols;

import java.util.List;

/**
 * A call in the code of a function, and what is known of the arguments that it passes.
 *
 * @param target what is called
 * @param parameters what the callee finds in its registers, as far as the caller can tell it after the call
 * @dwarf 3.4.1 Call Site Entries
 */
public record CallSite(Target target, List<Parameter> parameters) {
    /** Keeps a copy. */
    public CallSite {
        parameters = List.copyOf(parameters);
    }

    /** What is called. */
    public sealed interface Target {
        /** A function with code of its own at an address. */
        record Function(long virtualAddress) implements Target {}

        /** A function that is elsewhere. */
        record Named(String name) implements Target {}

        /** What an expression computes in the caller's frame. */
        record Computed(LocationExpression expression) implements Target {}

        /** Nothing tells it. */
        record Unknown() implements Target {}
    }

    /**
     * What the callee finds.
     *
     * @param location where: a register
     * @param value what is there, as an expression of the caller's frame
     */
    public record Parameter(LocationExpression location, LocationExpression value) {}
}
