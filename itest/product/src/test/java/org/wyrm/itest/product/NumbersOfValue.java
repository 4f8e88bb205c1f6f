package org.wyrm.itest.product;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.wyrm.base.error.FaultException;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.Scalar;

/** Values as the numbers in them, as {@code stacks.gdb.py} writes those of gdb. */
final class NumbersOfValue {
    private static final String ABSENT = "?";
    private static final long MOST_ELEMENTS = 64;

    private NumbersOfValue() {}

    static String text(Supplier<Value> value) {
        try {
            return text(value.get());
        } catch (FaultException absent) {
            return "fault";
        }
    }

    private static String text(Value value) {
        if (value.absence().isPresent()) {
            return ABSENT;
        }
        return switch (value.type().unaliased()) {
            case CompoundType type -> joined("{", members(value, type), "}");
            case ArrayType type ->
                joined(
                        "[",
                        LongStream.range(0, Math.min(type.elementCount().orElse(0), MOST_ELEMENTS))
                                .mapToObj(index -> text(value.subscript(index)))
                                .toList(),
                        "]");
            case FloatType _ ->
                "%016x".formatted(Double.doubleToLongBits(value.floatValue().doubleValue()));
            case FunctionType _ -> "function";
            case Scalar scalar -> {
                var mask =
                        BigInteger.ONE.shiftLeft(scalar.byteSize() * Byte.SIZE).subtract(BigInteger.ONE);
                yield value.integerValue().and(mask).toString();
            }
            default -> throw new AssertionError(value.type());
        };
    }

    private static String joined(String begin, List<String> parts, String end) {
        return !parts.isEmpty() && parts.stream().allMatch(ABSENT::equals)
                ? ABSENT
                : begin + String.join(",", parts) + end;
    }

    /** Members of anonymous ones are told in their place. */
    private static List<String> members(Value value, CompoundType type) {
        var texts = new ArrayList<String>();
        for (var member : type.members()) {
            if (member.name().isPresent()) {
                texts.add(text(value.member(member.name().get())));
            } else if (member.type().resolve().unaliased() instanceof CompoundType inner) {
                texts.addAll(members(value, inner));
            }
        }
        return texts;
    }
}
