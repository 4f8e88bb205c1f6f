package org.wyrm.lang.c.internal;

import org.wyrm.program.Program;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.VoidType;

/** The types of a program that C's rules name, and the rules of which of two counts. Immutable. */
final class CTypes {
    private static final int MAX_NESTING = 32;

    private final TargetType intType;
    private final TargetType unsignedInt;
    private final TargetType longType;
    private final TargetType unsignedLong;
    private final TargetType longLong;
    private final TargetType unsignedLongLong;
    private final TargetType size;
    private final TargetType difference;
    private final int intByteSize;

    CTypes(Program program) {
        this.intType = program.type("int");
        this.unsignedInt = program.type("unsigned int");
        this.longType = program.type("long");
        this.unsignedLong = program.type("unsigned long");
        this.longLong = program.type("long long");
        this.unsignedLongLong = program.type("unsigned long long");
        this.intByteSize = ((IntType) intType.unaliased()).byteSize();
        this.size = program.findType("size_t").orElse(unsignedLong);
        this.difference = program.findType("ptrdiff_t").orElse(longType);
    }

    static CTypes of(Program program) {
        return program.cached(CTypes.class, CTypes::new);
    }

    TargetType intType() {
        return intType;
    }

    TargetType unsignedInt() {
        return unsignedInt;
    }

    TargetType longType() {
        return longType;
    }

    TargetType unsignedLong() {
        return unsignedLong;
    }

    /** {@return {@code size_t}} */
    TargetType size() {
        return size;
    }

    /** {@return {@code ptrdiff_t}} */
    TargetType difference() {
        return difference;
    }

    /**
     * {@return the type of a value after the integer promotions; any other type, without qualifiers}
     *
     * @param bitFieldBits the width of a bit field, or 0
     */
    TargetType promoted(TargetType type, int bitFieldBits) {
        var plain = unqualified(type);
        var unaliased = plain.unaliased();
        if (unaliased instanceof IntType integer) {
            if (bitFieldBits != 0) {
                return promoted(bitFieldBits, integer.signed(), plain);
            }
            return integer.byteSize() < intByteSize ? intType : plain;
        }
        if (unaliased instanceof BoolType) {
            return intType;
        }
        if (unaliased instanceof EnumType enumeration) {
            var bits = bitFieldBits == 0 ? enumeration.byteSize() * Byte.SIZE : bitFieldBits;
            return promoted(bits, enumeration.signed(), compatible(enumeration));
        }
        return plain;
    }

    private TargetType promoted(int bits, boolean signed, TargetType wide) {
        var intBits = intByteSize * Byte.SIZE;
        if (bits < intBits || bits == intBits && signed) {
            return intType;
        }
        return bits == intBits ? unsignedInt : wide;
    }

    /** {@return the integer type that an enumeration is kept in} */
    private TargetType compatible(EnumType enumeration) {
        if (enumeration.byteSize() > Integer.BYTES) {
            return enumeration.signed() ? longType : unsignedLong;
        }
        return enumeration.signed() ? intType : unsignedInt;
    }

    /** {@return the type that two promoted numbers are converted to before an operator} */
    TargetType common(TargetType left, TargetType right) {
        var l = left.unaliased();
        var r = right.unaliased();
        if (l == r) {
            return left;
        }
        if (l instanceof FloatType || r instanceof FloatType) {
            return commonFloat(left, right);
        }
        var leftInteger = (IntType) l;
        var rightInteger = (IntType) r;
        var leftRank = rank(leftInteger);
        var rightRank = rank(rightInteger);
        if (leftInteger.signed() == rightInteger.signed()) {
            return leftRank >= rightRank ? left : right;
        }
        var unsigned = leftInteger.signed() ? right : left;
        var signed = leftInteger.signed() ? left : right;
        var unsignedRank = leftInteger.signed() ? rightRank : leftRank;
        var signedRank = leftInteger.signed() ? leftRank : rightRank;
        if (unsignedRank >= signedRank) {
            return unsigned;
        }
        var signedType = leftInteger.signed() ? leftInteger : rightInteger;
        var unsignedType = leftInteger.signed() ? rightInteger : leftInteger;
        return signedType.byteSize() > unsignedType.byteSize() ? signed : unsignedOf(signedType);
    }

    private TargetType unsignedOf(IntType type) {
        return type.unaliased() == longLong.unaliased() ? unsignedLongLong : unsignedLong;
    }

    private static TargetType commonFloat(TargetType left, TargetType right) {
        if (!(left.unaliased() instanceof FloatType leftFloat)) {
            return right;
        }
        if (!(right.unaliased() instanceof FloatType rightFloat)) {
            return left;
        }
        return floatRank(leftFloat) >= floatRank(rightFloat) ? left : right;
    }

    private static int floatRank(FloatType type) {
        return type.byteSize() * 2 + (type.name().contains("128") ? 1 : 0);
    }

    /** C's rank: which of two integer types of one size counts as the wider one. */
    private static int rank(IntType type) {
        var isLonger = type.byteSize() == Long.BYTES && type.name().contains("long long");
        var isLong = type.byteSize() == Integer.BYTES && type.name().contains("long");
        return type.byteSize() * 2 + (isLonger || isLong ? 1 : 0);
    }

    static TargetType unqualified(TargetType type) {
        var plain = type;
        for (var count = 0; count < MAX_NESTING && plain instanceof QualifiedType qualified; count++) {
            plain = qualified.aliased().resolve();
        }
        return plain;
    }

    static boolean isArithmetic(TargetType unaliased) {
        return isInteger(unaliased) || unaliased instanceof FloatType;
    }

    static boolean isInteger(TargetType unaliased) {
        return unaliased instanceof IntType || unaliased instanceof EnumType || unaliased instanceof BoolType;
    }

    /** {@return whether two types are the same to C, wherever they are described; qualifiers do not count} */
    static boolean isCompatible(TargetType left, TargetType right) {
        return isCompatible(left.unaliased(), right.unaliased(), 0);
    }

    private static boolean isCompatible(TargetType left, TargetType right, int nesting) {
        if (left == right || nesting > MAX_NESTING) {
            return true;
        }
        if (left instanceof PointerType a && right instanceof PointerType b) {
            return isCompatible(
                    a.target().resolve().unaliased(), b.target().resolve().unaliased(), nesting + 1);
        }
        if (left instanceof ArrayType a && right instanceof ArrayType b) {
            var isOfOneLength = a.elementCount().isEmpty()
                    || b.elementCount().isEmpty()
                    || a.elementCount().equals(b.elementCount());
            return isOfOneLength
                    && isCompatible(
                            a.element().resolve().unaliased(),
                            b.element().resolve().unaliased(),
                            nesting + 1);
        }
        if (left instanceof IntType a && right instanceof IntType b) {
            return a.byteSize() == b.byteSize() && a.signed() == b.signed() && rank(a) == rank(b);
        }
        if (left instanceof CompoundType a && right instanceof CompoundType b) {
            return a.keyword() == b.keyword() && a.tag().isPresent() && a.tag().equals(b.tag());
        }
        if (left instanceof EnumType a && right instanceof EnumType b) {
            return a.tag().isPresent() && a.tag().equals(b.tag());
        }
        if (left instanceof FloatType a && right instanceof FloatType b) {
            return floatRank(a) == floatRank(b);
        }
        if (left instanceof FunctionType a && right instanceof FunctionType b) {
            return a.parameters().size() == b.parameters().size()
                    && isCompatible(
                            a.result().resolve().unaliased(),
                            b.result().resolve().unaliased(),
                            nesting + 1);
        }
        return left instanceof VoidType && right instanceof VoidType
                || left instanceof BoolType && right instanceof BoolType;
    }
}
