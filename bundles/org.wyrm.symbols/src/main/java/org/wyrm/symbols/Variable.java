package org.wyrm.symbols;

import java.util.Optional;

/**
 * A variable: what it is and where.
 *
 * @param source the name of the source that knows it: {@code btf}
 * @param place where it is defined, if the source knows it
 */
public record Variable(String name, TypeRef type, Location location, String source, Optional<SourcePlace> place) {
    /** Makes one of a source that knows no places. */
    public Variable(String name, TypeRef type, Location location, String source) {
        this(name, type, location, source, Optional.empty());
    }

    /** Where a variable is. */
    public sealed interface Location {
        /** It has one address. */
        record Fixed(long virtualAddress) implements Location {}

        /** Each CPU has one, at its per-CPU base plus this. */
        record PerCpu(long templateAddress) implements Location {}

        /** Its type is known, its address is to be had from the symbol of the same name. */
        record BySymbol() implements Location {}

        /** Each thread has one, so many bytes from the start of the template of its module. */
        record Tls(long templateOffset) implements Location {}

        /** It has no memory; this is its value. */
        record Constant(long value) implements Location {}
    }

    /** {@return what it is} */
    public VariableKind kind() {
        var resolved = type.resolve();
        if (resolved instanceof TargetType.FunctionType) {
            return VariableKind.FUNCTION;
        }
        return resolved instanceof TargetType.EnumType && location instanceof Location.Constant
                ? VariableKind.CONSTANT
                : VariableKind.VARIABLE;
    }
}
