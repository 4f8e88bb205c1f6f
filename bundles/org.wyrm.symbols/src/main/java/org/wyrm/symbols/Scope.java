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
     * @param lengths of an array, {@code int a[n][2]}: of each dimension, the outermost first, what tells its length, if
     *     that is not in the type; empty if all are in the type
     */
    public record Local(
            String name,
            boolean isParameter,
            TypeRef type,
            Optional<SourcePlace> place,
            LocalLocation location,
            List<Optional<ArrayLength>> lengths) {
        public Local {
            lengths = List.copyOf(lengths);
        }

        /** One whose type tells all of its size. */
        public Local(
                String name, boolean isParameter, TypeRef type, Optional<SourcePlace> place, LocalLocation location) {
            this(name, isParameter, type, place, location, List.of());
        }
    }

    /**
     * What tells the length of an array where it is known only when the program runs.
     *
     * @param location of the number
     * @param type of the number, where {@code location} is that of a variable; empty where it computes the number itself
     * @param isUpperBound whether the number is the last index, one less than the length
     * @dwarf 5.13 Subrange Type Entries
     */
    public record ArrayLength(LocalLocation location, Optional<TypeRef> type, boolean isUpperBound) {}

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
