package org.wyrm.lang.c;

import java.util.stream.LongStream;
import org.wyrm.base.error.Attempt;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Scalar;

/** Tells what C initializes to without being told. */
final class Zero {
    /** As deep as damaged types may lie in themselves. */
    private static final int MAX_NESTING = 64;

    private Zero() {}

    /** {@return whether all numbers in a value are zero, whatever is between them; not if one cannot be read} */
    static boolean isZero(Value value) {
        return isZero(value, 0);
    }

    private static boolean isZero(Value value, int nesting) {
        var type = value.program().complete(value.type()).unaliased();
        if (type instanceof Scalar) {
            return Attempt.of(() -> !value.booleanValue()).orElse(false);
        }
        if (nesting > MAX_NESTING || !(Attempt.of(value::bytes) instanceof Attempt.Success<byte[]>(var bytes))) {
            return type instanceof ArrayType array && array.elementCount().orElse(0) == 0;
        }
        if (isZero(bytes)) {
            return true;
        }
        if (type instanceof CompoundType compound) {
            return compound.members().stream().allMatch(each -> isZero(value, each, nesting));
        }
        return type instanceof ArrayType
                && LongStream.range(0, value.elementCount())
                        .allMatch(index -> isZero(value.subscript(index), nesting + 1));
    }

    static boolean isZero(Value object, Member member) {
        return isZero(object, member, 0);
    }

    private static boolean isZero(Value object, Member member, int nesting) {
        return Attempt.of(() -> object.member(MemberItems.field(member, member.bitOffset())))
                .map(value -> isZero(value, nesting + 1))
                .orElse(false);
    }

    private static boolean isZero(byte[] bytes) {
        for (var each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
