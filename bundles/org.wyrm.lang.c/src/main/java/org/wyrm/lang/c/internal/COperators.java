package org.wyrm.lang.c.internal;

import java.math.BigInteger;
import java.util.OptionalInt;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.program.BinaryFloat;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.Program;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Operators;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;
import org.wyrm.symbols.TargetType.VoidType;

/**
 * C's operators on values: integer promotions, usual arithmetic conversions, results that wrap around, pointer
 * arithmetic, decay of arrays and functions. A result of something absent is absent.
 *
 * <p>What C leaves undefined is done as GCC does with {@code -fwrapv}, or refused: a division by zero is an error; a
 * shift by the width or more gives what shifting bit by bit would.
 */
final class COperators implements Operators {
    private final Program program;
    private final CTypes types;
    private final Value isTrue;
    private final Value isFalse;

    COperators(Program program) {
        this.program = program;
        this.types = CTypes.of(program);
        this.isTrue = program.scalar(types.intType(), 1);
        this.isFalse = program.scalar(types.intType(), 0);
    }

    // ---- two operands ------------------------------------------------------------------------------------------

    @Override
    public Value apply(BinaryOperator operator, Value leftValue, Value rightValue) {
        var left = decayed(leftValue);
        var right = decayed(rightValue);
        if (isArithmetic(left) && isArithmetic(right)) {
            return arithmetic(operator, left, right);
        }
        return switch (operator) {
            case LOGICAL_AND, LOGICAL_OR -> logical(operator, left, right);
            case ADD -> moved(operator, left, right);
            case SUBTRACT ->
                isPointer(left) && isPointer(right) ? difference(left, right) : moved(operator, left, right);
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL ->
                comparedPointers(operator, left, right);
            default -> throw invalid(operator, left, right);
        };
    }

    private static UsageException invalid(BinaryOperator operator, Value left, Value right) {
        return new UsageException("invalid operands to binary %s (have '%s' and '%s')"
                .formatted(operator.sign(), name(left), name(right)));
    }

    private Value arithmetic(BinaryOperator operator, Value left, Value right) {
        if (operator == BinaryOperator.LOGICAL_AND || operator == BinaryOperator.LOGICAL_OR) {
            return logical(operator, left, right);
        }
        var leftType = promoted(left);
        var rightType = promoted(right);
        var isShift = operator == BinaryOperator.SHIFT_LEFT || operator == BinaryOperator.SHIFT_RIGHT;
        var type = isShift ? leftType : types.common(leftType, rightType);
        var isFloat = type.unaliased() instanceof FloatType || rightType.unaliased() instanceof FloatType;
        if (isFloat && !isForFloats(operator)) {
            throw invalid(operator, left, right);
        }
        var result = isComparison(operator) ? types.intType() : type;
        if (isAbsent(left) || isAbsent(right)) {
            return absentLike(left, right, result);
        }
        if (isFloat) {
            return ofFloats(
                    operator,
                    type,
                    left.cast(type).floatValue(),
                    right.cast(type).floatValue());
        }
        var integer = (IntType) type.unaliased();
        if (isShift) {
            return shifted(operator, type, integer, left, right);
        }
        if (integer.byteSize() > Long.BYTES) {
            return ofWide(
                    operator,
                    type,
                    left.cast(type).integerValue(),
                    right.cast(type).integerValue());
        }
        return ofWords(operator, type, integer, left.longValue(), right.longValue());
    }

    private static boolean isForFloats(BinaryOperator operator) {
        return switch (operator) {
            case REMAINDER, SHIFT_LEFT, SHIFT_RIGHT, AND, XOR, OR -> false;
            default -> true;
        };
    }

    private static boolean isComparison(BinaryOperator operator) {
        return switch (operator) {
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL -> true;
            default -> false;
        };
    }

    private Value ofWords(BinaryOperator operator, TargetType type, IntType integer, long leftWord, long rightWord) {
        // Operands are extended by their own signs; what counts here is that of the common type.
        var left = extended(integer, leftWord);
        var right = extended(integer, rightWord);
        var signed = integer.signed();
        if (isComparison(operator)) {
            return truth(holds(operator, signed ? Long.compare(left, right) : Long.compareUnsigned(left, right)));
        }
        var result = switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> signed ? left / nonZero(right) : Long.divideUnsigned(left, nonZero(right));
            case REMAINDER -> signed ? left % nonZero(right) : Long.remainderUnsigned(left, nonZero(right));
            case AND -> left & right;
            case OR -> left | right;
            case XOR -> left ^ right;
            default -> throw new IllegalStateException(operator.sign());
        };
        return program.scalar(type, result);
    }

    private static long extended(IntType type, long word) {
        var unused = Long.SIZE - type.byteSize() * Byte.SIZE;
        return type.signed() ? word << unused >> unused : word << unused >>> unused;
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new OperationFailedException("division by zero");
        }
        return divisor;
    }

    private Value ofWide(BinaryOperator operator, TargetType type, BigInteger left, BigInteger right) {
        if (isComparison(operator)) {
            return truth(holds(operator, left.compareTo(right)));
        }
        if (right.signum() == 0 && (operator == BinaryOperator.DIVIDE || operator == BinaryOperator.REMAINDER)) {
            throw new OperationFailedException("division by zero");
        }
        var result = switch (operator) {
            case ADD -> left.add(right);
            case SUBTRACT -> left.subtract(right);
            case MULTIPLY -> left.multiply(right);
            case DIVIDE -> left.divide(right);
            case REMAINDER -> left.remainder(right);
            case AND -> left.and(right);
            case OR -> left.or(right);
            case XOR -> left.xor(right);
            default -> throw new IllegalStateException(operator.sign());
        };
        return program.number(type, result);
    }

    private Value shifted(BinaryOperator operator, TargetType type, IntType integer, Value left, Value right) {
        var width = integer.byteSize() * Byte.SIZE;
        var count = right.integerValue();
        if (count.signum() < 0) {
            throw new OperationFailedException("shift by a negative count: " + count);
        }
        var by = count.min(BigInteger.valueOf(width)).intValue();
        if (width > Long.SIZE) {
            var number = left.cast(type).integerValue();
            return program.number(
                    type, operator == BinaryOperator.SHIFT_LEFT ? number.shiftLeft(by) : number.shiftRight(by));
        }
        var word = extended(integer, left.longValue());
        if (operator == BinaryOperator.SHIFT_LEFT) {
            return program.scalar(type, by == Long.SIZE ? 0 : word << by);
        }
        if (integer.signed()) {
            return program.scalar(type, word >> Math.min(by, Long.SIZE - 1));
        }
        return program.scalar(type, by == Long.SIZE ? 0 : word >>> by);
    }

    private Value ofFloats(BinaryOperator operator, TargetType type, BinaryFloat left, BinaryFloat right) {
        return switch (operator) {
            case ADD -> program.number(type, left.plus(right));
            case SUBTRACT -> program.number(type, left.minus(right));
            case MULTIPLY -> program.number(type, left.times(right));
            case DIVIDE -> program.number(type, left.dividedBy(right));
            default -> truth(holds(operator, left.compare(right)));
        };
    }

    private static boolean holds(BinaryOperator operator, OptionalInt comparison) {
        return comparison.isPresent() ? holds(operator, comparison.getAsInt()) : operator == BinaryOperator.NOT_EQUAL;
    }

    private static boolean holds(BinaryOperator operator, int comparison) {
        return switch (operator) {
            case LESS -> comparison < 0;
            case LESS_OR_EQUAL -> comparison <= 0;
            case GREATER -> comparison > 0;
            case GREATER_OR_EQUAL -> comparison >= 0;
            case EQUAL -> comparison == 0;
            case NOT_EQUAL -> comparison != 0;
            default -> throw new IllegalStateException(operator.sign());
        };
    }

    private Value truth(boolean holds) {
        return holds ? isTrue : isFalse;
    }

    private Value logical(BinaryOperator operator, Value left, Value right) {
        if (!(left.type().unaliased() instanceof Scalar) || !(right.type().unaliased() instanceof Scalar)) {
            throw invalid(operator, left, right);
        }
        if (isAbsent(left) || isAbsent(right)) {
            return absentLike(left, right, types.intType());
        }
        return truth(
                operator == BinaryOperator.LOGICAL_AND
                        ? left.booleanValue() && right.booleanValue()
                        : left.booleanValue() || right.booleanValue());
    }

    /** {@return whether a value counts as true where C wants a condition} */
    boolean isTrue(Value value) {
        var scalar = decayed(value);
        if (!(scalar.type().unaliased() instanceof Scalar)) {
            throw new UsageException("used '" + name(scalar) + "' where scalar is required");
        }
        return scalar.booleanValue();
    }

    // ---- pointers ----------------------------------------------------------------------------------------------

    private Value moved(BinaryOperator operator, Value left, Value right) {
        var isSwapped = operator == BinaryOperator.ADD && !isPointer(left);
        var pointer = isSwapped ? right : left;
        var count = isSwapped ? left : right;
        if (!isPointer(pointer) || !CTypes.isInteger(count.type().unaliased())) {
            throw invalid(operator, left, right);
        }
        var type = CTypes.unqualified(pointer.type());
        var size = targetSize(pointer);
        if (isAbsent(pointer) || isAbsent(count)) {
            return absentLike(pointer, count, type);
        }
        var bytes = size * count.cast(types.longType()).longValue();
        return program.scalar(
                type, operator == BinaryOperator.ADD ? pointer.longValue() + bytes : pointer.longValue() - bytes);
    }

    private Value difference(Value left, Value right) {
        if (!CTypes.isCompatible(target(left), target(right))) {
            throw invalid(BinaryOperator.SUBTRACT, left, right);
        }
        var size = targetSize(left);
        if (size == 0) {
            throw new UsageException("arithmetic on pointer to an empty aggregate");
        }
        return isAbsent(left) || isAbsent(right)
                ? absentLike(left, right, types.difference())
                : program.scalar(types.difference(), (left.longValue() - right.longValue()) / size);
    }

    private static TargetType target(Value pointer) {
        return ((PointerType) pointer.type().unaliased()).target().resolve();
    }

    private long targetSize(Value pointer) {
        var target = target(pointer).unaliased();
        // As GCC has it: those of void and of functions count as pointers to bytes.
        if (target instanceof VoidType || target instanceof FunctionType) {
            return 1;
        }
        var complete = program.complete(target);
        if (complete instanceof CompoundType compound && !compound.isComplete()) {
            throw new UsageException("arithmetic on a pointer to an incomplete type ('" + name(pointer) + "')");
        }
        return Value.sizeOf(complete);
    }

    private Value comparedPointers(BinaryOperator operator, Value left, Value right) {
        var isValid = (isPointer(left) || CTypes.isInteger(left.type().unaliased()))
                && (isPointer(right) || CTypes.isInteger(right.type().unaliased()));
        if (!isValid) {
            throw invalid(operator, left, right);
        }
        var type = isPointer(left) ? left.type() : right.type();
        return isAbsent(left) || isAbsent(right)
                ? absentLike(left, right, types.intType())
                : truth(holds(
                        operator,
                        Long.compareUnsigned(
                                left.cast(type).longValue(), right.cast(type).longValue())));
    }

    // ---- one operand -------------------------------------------------------------------------------------------

    @Override
    public Value apply(UnaryOperator operator, Value value) {
        return switch (operator) {
            case PLUS, MINUS, COMPLEMENT -> arithmetic(operator, decayed(value));
            case NOT -> isAbsent(value) ? absentLike(value, value, types.intType()) : truth(!isTrue(value));
            case DEREFERENCE -> dereferenced(decayed(value));
            case ADDRESS_OF -> addressOf(value);
        };
    }

    private Value arithmetic(UnaryOperator operator, Value value) {
        var type = promoted(value);
        var unaliased = type.unaliased();
        var isFloat = unaliased instanceof FloatType;
        if (!(unaliased instanceof IntType) && !(isFloat && operator != UnaryOperator.COMPLEMENT)) {
            var word = switch (operator) {
                case PLUS -> "unary plus";
                case MINUS -> "unary minus";
                default -> "bit-complement";
            };
            throw new UsageException("wrong type argument to " + word + " (have '" + name(value) + "')");
        }
        if (isAbsent(value)) {
            return absentLike(value, value, type);
        }
        if (isFloat) {
            var number = value.floatValue();
            return program.number(type, operator == UnaryOperator.MINUS ? number.negate() : number);
        }
        var number = value.integerValue();
        return program.number(
                type,
                switch (operator) {
                    case PLUS -> number;
                    case MINUS -> number.negate();
                    default -> number.not();
                });
    }

    private Value dereferenced(Value value) {
        if (!isPointer(value)) {
            throw new UsageException("invalid type argument of unary '*' (have '" + name(value) + "')");
        }
        return value.dereference();
    }

    private static Value addressOf(Value value) {
        if (value.bitFieldBits().isPresent()) {
            throw new UsageException("cannot take the address of a bit field");
        }
        if (!isAbsent(value) && !value.hasAddress()) {
            throw new UsageException("lvalue required as unary '&' operand");
        }
        return value.addressOf();
    }

    // ---- conversions -------------------------------------------------------------------------------------------

    Value cast(Value value, TargetType to) {
        var from = decayed(value);
        var target = to.unaliased();
        var source = from.type().unaliased();
        if (!(target instanceof Scalar)) {
            throw new UsageException("conversion to non-scalar type '" + CFormat.name(to) + "' requested");
        }
        var isOfPointerAndFloat = target instanceof PointerType && source instanceof FloatType
                || target instanceof FloatType && source instanceof PointerType;
        if (!(source instanceof Scalar) || isOfPointerAndFloat) {
            throw new UsageException("'%s' cannot be cast to '%s'".formatted(name(from), CFormat.name(to)));
        }
        return from.cast(CTypes.unqualified(to));
    }

    @Override
    public Value convert(Value value, TargetType to) {
        var from = decayed(value);
        var source = from.type().unaliased();
        var target = to.unaliased();
        if (target instanceof BoolType && source instanceof Scalar
                || CTypes.isArithmetic(source) && CTypes.isArithmetic(target)) {
            return from.cast(to);
        }
        if (source instanceof PointerType a && target instanceof PointerType b) {
            var left = a.target().resolve();
            var right = b.target().resolve();
            if (left.unaliased() instanceof VoidType
                    || right.unaliased() instanceof VoidType
                    || CTypes.isCompatible(left, right)) {
                return from.cast(to);
            }
        }
        if (target instanceof PointerType && CTypes.isInteger(source) && !isAbsent(from) && from.isNull()) {
            return from.cast(to);
        }
        if (source instanceof CompoundType && CTypes.isCompatible(source, target)) {
            return from.reinterpret(to);
        }
        throw new UsageException(
                "incompatible types when converting '%s' to '%s'".formatted(name(from), CFormat.name(to)));
    }

    /** {@return the value, or the pointer that an array or a function turns into} */
    Value decayed(Value value) {
        var unaliased = value.type().unaliased();
        if (unaliased instanceof ArrayType array) {
            return pointerTo(value, array.element().resolve());
        }
        return unaliased instanceof FunctionType ? pointerTo(value, value.type()) : value;
    }

    private Value pointerTo(Value value, TargetType target) {
        var type = program.pointerTo(target);
        return value.absence()
                .map(reason -> program.absent(type, reason))
                .orElseGet(() -> program.scalar(type, value.address()));
    }

    private TargetType promoted(Value value) {
        return types.promoted(value.type(), value.bitFieldBits().orElse(0));
    }

    private static boolean isArithmetic(Value value) {
        return CTypes.isArithmetic(value.type().unaliased());
    }

    private static boolean isPointer(Value value) {
        return value.type().unaliased() instanceof PointerType;
    }

    private static boolean isAbsent(Value value) {
        return value.absence().isPresent();
    }

    private Value absentLike(Value left, Value right, TargetType type) {
        return program.absent(type, left.absence().or(right::absence).orElseThrow());
    }

    private static String name(Value value) {
        return CFormat.name(value.type());
    }
}
