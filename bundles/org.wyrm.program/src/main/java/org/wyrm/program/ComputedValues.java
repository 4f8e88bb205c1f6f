package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.wyrm.arch.FloatFormat;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.program.Value.Kind;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.Scalar;

/** Makes values that are not in memory: numbers cut or rounded to their type, casts, objects made of bytes. */
final class ComputedValues {
    private ComputedValues() {}

    static Value scalar(Program program, TargetType type, long bits) {
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar && (scalar instanceof FloatType || TypeLayout.isWide(scalar))) {
            return number(program, type, BigInteger.valueOf(bits));
        }
        return Value.computed(program, type, Numbers.truncate(unaliased, bits), 0, null);
    }

    /** {@return a number of a type, cut to its width} */
    static Value number(Program program, TargetType type, BigInteger number) {
        var scalar = TypeLayout.scalarType(type);
        if (scalar instanceof FloatType floating) {
            return number(program, type, BinaryFloat.of(formatOf(program, floating), number));
        }
        if (!TypeLayout.isWide(scalar)) {
            var bits = scalar instanceof BoolType ? number.signum() : number.longValue();
            return Value.computed(program, type, Numbers.truncate(scalar, bits), 0, null);
        }
        var cut = Numbers.extend(number, scalar.byteSize() * Byte.SIZE, Numbers.isSigned(scalar));
        return Value.computed(program, type, 0, 0, cut);
    }

    static Value number(Program program, TargetType type, BinaryFloat number) {
        return floating(program, type, number.to(formatOf(program, floatType(type))));
    }

    static Value number(Program program, TargetType type, BigDecimal number) {
        return floating(program, type, BinaryFloat.of(formatOf(program, floatType(type)), number));
    }

    static Value floating(Program program, TargetType type, BinaryFloat number) {
        return Value.computed(program, type, 0, 0, number);
    }

    static FloatType floatType(TargetType type) {
        if (type.unaliased() instanceof FloatType floating) {
            return floating;
        }
        throw new LookupFailedException("floating-point number", TypeLayout.describe(type), "its type is another");
    }

    static FloatFormat formatOf(Program program, FloatType type) {
        return Numbers.format(type, program.architecture())
                .orElseThrow(() -> new UnsupportedTargetException("numbers of type '%s' are not supported on %s"
                        .formatted(type.name(), program.architecture().name())));
    }

    static Value ofBytes(Program program, TargetType type, byte[] bytes) {
        var byteSize = TypeLayout.sizeOf(program.complete(type));
        if (bytes.length < byteSize) {
            throw new OperationFailedException("%s has %d bytes, and only %d are given"
                    .formatted(TypeLayout.describe(type), byteSize, bytes.length));
        }
        var value = Value.computed(program, type, 0, 0, MemorySegment.ofArray(bytes.clone()));
        return type.unaliased() instanceof Scalar ? value.read() : value;
    }

    static Value ofBytes(Program program, TargetType type, byte[] bytes, byte[] missing) {
        var whole = ofBytes(program, type, bytes);
        if (missing.length != bytes.length) {
            throw new IllegalArgumentException(missing.length + " bytes tell what is missing of " + bytes.length);
        }
        var partial = new PartialBytes(MemorySegment.ofArray(bytes.clone()), MemorySegment.ofArray(missing.clone()));
        var known = partial.part(program, type, 0, 0, 0);
        if (known instanceof AbsenceReason reason) {
            return Value.absent(program, type, reason);
        }
        return known instanceof PartialBytes ? Value.computed(program, type, 0, 0, known) : whole;
    }

    /** {@return a number or address as another scalar type, as C converts it} */
    static Value cast(Value value, TargetType to) {
        var program = value.program;
        if (!(to.unaliased() instanceof Scalar target)) {
            throw new LookupFailedException("cast to", TypeLayout.describe(to), "it is not a scalar type");
        }
        if (value.kind == Kind.ABSENT) {
            return Value.absent(program, to, value.absence().orElseThrow());
        }
        var from = value.type.unaliased();
        if (from instanceof ArrayType || from instanceof FunctionType) {
            return scalar(program, to, value.address());
        }
        if (from instanceof FloatType) {
            return castFloat(value, to, target);
        }
        return from instanceof Scalar scalar && TypeLayout.isWide(scalar)
                        || target instanceof FloatType
                        || TypeLayout.isWide(target)
                ? number(program, to, value.integerValue())
                : scalar(program, to, value.longValue());
    }

    private static Value castFloat(Value value, TargetType to, Scalar target) {
        var program = value.program;
        var number = value.floatValue();
        if (target instanceof FloatType) {
            return number(program, to, number);
        }
        if (target instanceof BoolType) {
            return scalar(program, to, number.isZero() ? 0 : 1);
        }
        var bits = target.byteSize() * Byte.SIZE;
        if (number.isFinite()) {
            var integer = number.toBigInteger();
            if (Numbers.extend(integer, bits, Numbers.isSigned(target)).equals(integer)) {
                return number(program, to, integer);
            }
        }
        throw new OperationFailedException("the number %s does not fit in %d bits".formatted(number, bits));
    }
}
