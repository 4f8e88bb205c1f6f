package org.wyrm.symbols;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A C type in the target. Closed: a switch over it needs no default. Types refer to others by {@link TypeRef}.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface TargetType permits TargetType.Scalar, TargetType.Derived, TargetType.Named, CompoundType {
    /** {@return the reference that resolves to this type} */
    TypeRef ref();

    /** {@return whether only its name was seen, as in {@code struct tag;}, and not what it consists of} */
    default boolean isDeclarationOnly() {
        return this instanceof CompoundType compound && !compound.isComplete()
                || this instanceof EnumType enumeration && !enumeration.complete();
    }

    /** A type whose values are numbers. */
    sealed interface Scalar extends TargetType {
        @Override
        default TargetType unaliased() {
            return this;
        }

        /** {@return the size of a value, in bytes} */
        int byteSize();
    }

    /** A type made from other types, without a name of its own. */
    sealed interface Derived extends TargetType {
        @Override
        default TargetType unaliased() {
            return this;
        }
    }

    /** A type that only gives another one a name or qualifiers. */
    sealed interface Named extends TargetType {
        /** {@return the type it stands for} */
        TypeRef aliased();
    }

    /** {@code void}. */
    record VoidType(TypeRef ref) implements Derived {}

    /**
     * An integer, characters included.
     *
     * @param name C's name for it: {@code unsigned long}
     */
    record IntType(TypeRef ref, String name, int byteSize, boolean signed) implements Scalar {}

    /** {@code _Bool}. */
    record BoolType(TypeRef ref, String name, int byteSize) implements Scalar {}

    /** A floating-point number. */
    record FloatType(TypeRef ref, String name, int byteSize) implements Scalar {}

    /**
     * {@code enum}.
     *
     * @param tag its tag, unless it is anonymous
     * @param complete false where only {@code enum tag} was seen, not its enumerators
     */
    record EnumType(
            TypeRef ref,
            Optional<String> tag,
            int byteSize,
            boolean signed,
            List<Enumerator> enumerators,
            boolean complete)
            implements Scalar {
        public EnumType {
            enumerators = List.copyOf(enumerators);
        }
    }

    /** A name for a number in an {@code enum}. */
    record Enumerator(String name, long value) {}

    /** A pointer. */
    record PointerType(TypeRef ref, int byteSize, TypeRef target) implements Scalar {}

    /**
     * An array.
     *
     * @param elementCount empty for a flexible array, {@code int x[]}
     */
    record ArrayType(TypeRef ref, TypeRef element, OptionalLong elementCount) implements Derived {}

    /** A function. */
    record FunctionType(TypeRef ref, TypeRef result, List<Parameter> parameters, boolean variadic) implements Derived {
        public FunctionType {
            parameters = List.copyOf(parameters);
        }
    }

    /** A parameter of a function; the name is empty where none is known. */
    record Parameter(Optional<String> name, TypeRef type) {}

    /** {@code typedef}. */
    record TypedefType(TypeRef ref, String name, TypeRef aliased) implements Named {}

    /** A type with qualifiers. */
    record QualifiedType(TypeRef ref, Set<Qualifier> qualifiers, TypeRef aliased) implements Named {
        public QualifiedType {
            qualifiers = Set.copyOf(qualifiers);
        }
    }

    /** {@code const} and its like, in the order in which they are written. */
    enum Qualifier {
        CONST("const"),
        VOLATILE("volatile"),
        RESTRICT("restrict"),
        ATOMIC("_Atomic");

        private final String keyword;

        Qualifier(String keyword) {
            this.keyword = keyword;
        }

        /** {@return C's keyword for it} */
        public String keyword() {
            return keyword;
        }
    }

    /**
     * A member of a structure, union or class.
     *
     * @param name empty when the member is anonymous
     * @param bitOffset from the start of the structure, in bits
     * @param bitFieldBits width in bits, empty when the member is not a bit field
     */
    record Member(Optional<String> name, TypeRef type, long bitOffset, OptionalInt bitFieldBits) {
        /** {@return the offset in bytes; a bit field need not have one} */
        public long byteOffset() {
            if (bitOffset % Byte.SIZE != 0) {
                throw new IllegalStateException(name.orElse("member") + " starts inside a byte, at bit " + bitOffset);
            }
            return bitOffset / Byte.SIZE;
        }
    }

    /** How many typedefs and qualifiers may stand before a type; more is taken for a loop. */
    int MAX_ALIASES = 256;

    /**
     * {@return the type without typedefs and qualifiers}
     *
     * @throws org.wyrm.base.error.MalformedDataException if they go in a circle
     */
    default TargetType unaliased() {
        TargetType type = this;
        for (var count = 0; type instanceof Named named; count++) {
            if (count == MAX_ALIASES) {
                throw new org.wyrm.base.error.MalformedDataException("type", ref().id(), "its typedefs go in a circle");
            }
            type = named.aliased().resolve();
        }
        return type;
    }
}
