package org.wyrm.symbols;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A part of the source that has names of its own and code at an address: a function, a call inlined into it, a block.
 *
 * @param function its name, of a function or an inlined one, where it is known
 * @param locals its parameters and variables, in the order of the source, those of inner scopes not included
 */
public record Scope(Kind kind, Optional<String> function, List<Local> locals) {
    public Scope {
        locals = List.copyOf(locals);
    }

    /** What a scope is. */
    public enum Kind {
        /** A function with code of its own. */
        FUNCTION,
        /** A function whose code is part of that of the scope around it. */
        INLINED,
        /** A block in braces. */
        BLOCK
    }

    /**
     * A parameter or a variable of a scope.
     *
     * @param isParameter whether it is a parameter
     * @param place where it is declared, if that is known
     * @param location where it is while the program is at the address that the scope was asked for
     */
    public record Local(
            String name, boolean isParameter, TypeRef type, Optional<SourcePlace> place, LocalLocation location) {}

    /** Where a local is. */
    public sealed interface LocalLocation {
        /** What an expression computes from registers and memory. */
        record Computed(LocationExpression expression) implements LocalLocation {}

        /** It has no place; this is its value. */
        record Constant(long value) implements LocalLocation {}

        /** It has no place; these are its bytes, in the target's order. */
        record Bytes(ByteSlice content) implements LocalLocation {}

        /**
         * It is nowhere.
         *
         * @param reason why, as a clause: {@code optimized out}
         */
        record Absent(String reason) implements LocalLocation {}
    }
}
