package org.wyrm.program;

import java.util.HashMap;
import java.util.Map;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.Scalar;

/** Sizes and alignments of types, as C defines them, and what an error calls a type. */
final class TypeLayout {
    private TypeLayout() {}

    /** {@return the size of a type in bytes} */
    static long sizeOf(TargetType type) {
        // No switch over types: its first use costs a start 10 ms, see docs/adr/0003.
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar) {
            return scalar.byteSize();
        }
        if (unaliased instanceof CompoundType compound && compound.isComplete()) {
            return compound.byteSize();
        }
        if (unaliased instanceof ArrayType array && array.elementCount().isPresent()) {
            return sizeOfArray(array.elementCount().getAsLong(), sizeOf(element(array)));
        }
        throw new LookupFailedException("size", describe(type), "a type of this kind has no size");
    }

    /**
     * {@return what an array is of}
     *
     * @throws MalformedDataException if it is of itself
     */
    private static TargetType element(ArrayType array) {
        var inner = array.element().resolve();
        for (var count = 0; inner.unaliased() instanceof ArrayType nested; count++) {
            if (count == TargetType.MAX_ALIASES) {
                throw new MalformedDataException("type", array.ref().id(), "it is an array of itself");
            }
            inner = nested.element().resolve();
        }
        return array.element().resolve();
    }

    private static long sizeOfArray(long elementCount, long elementByteSize) {
        if (Math.unsignedMultiplyHigh(elementCount, elementByteSize) != 0) {
            throw new LookupFailedException("size", "an array", "it has more than 2^64 bytes");
        }
        return elementCount * elementByteSize;
    }

    /** {@return the alignment of a type in bytes} */
    static long alignOf(TargetType type) {
        return alignOf(type, new HashMap<>());
    }

    /** @param known of structures seen so far; 1 of those that are being looked at, which damaged types may hold again */
    private static long alignOf(TargetType type, Map<CompoundType, Long> known) {
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar) {
            return Math.max(1, Integer.lowestOneBit(scalar.byteSize()));
        }
        if (unaliased instanceof ArrayType array) {
            return alignOf(element(array), known);
        }
        if (!(unaliased instanceof CompoundType compound) || !compound.isComplete()) {
            throw new LookupFailedException("alignment", describe(type), "a type of this kind has no alignment");
        }
        if (known.putIfAbsent(compound, 1L) == null) {
            var largest = 1L;
            for (var member : compound.members()) {
                largest = Math.max(largest, alignOf(member.type().resolve(), known));
            }
            known.put(compound, largest);
        }
        return known.getOrDefault(compound, 1L);
    }

    /** {@return the scalar type behind names and qualifiers; another type is an error} */
    static Scalar scalarType(TargetType type) {
        if (type.unaliased() instanceof Scalar scalar) {
            return scalar;
        }
        throw new LookupFailedException(
                "number", "of the type", "it is " + describe(type) + ", not a number or pointer");
    }

    /** {@return whether it is an integer of more than 64 bits} */
    static boolean isWide(Scalar scalar) {
        return scalar.byteSize() > Long.BYTES && !(scalar instanceof FloatType);
    }

    /** {@return what to call a type in an error} */
    static String describe(TargetType type) {
        return switch (type.unaliased()) {
            case CompoundType compound -> compound.toString();
            case ArrayType array -> "an array";
            case FloatType floating -> floating.name();
            case TargetType.VoidType nothing -> "void";
            case TargetType.FunctionType function -> "a function";
            default -> "a number";
        };
    }
}
