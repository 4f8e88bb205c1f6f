package org.wyrm.lang.c;

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
        var type = value.type().unaliased();
        if (type instanceof Scalar) {
            return Attempt.of(() -> !value.booleanValue()).orElse(false);
        }
        if (nesting > MAX_NESTING) {
            return false;
        }
        if (type instanceof CompoundType compound) {
            return hasZeroBytes(value) || compound.members().stream().allMatch(each -> isZero(value, each, nesting));
        }
        if (type instanceof ArrayType array) {
            var count = array.elementCount().orElse(0);
            return hasZeroBytes(value)
                    || Attempt.of(() -> new Elements(value, array).countUpToLastNonZero() == 0)
                            .orElse(count == 0);
        }
        return false;
    }

    static boolean isZero(Value object, Member member) {
        return isZero(object, member, 0);
    }

    private static boolean isZero(Value object, Member member, int nesting) {
        return Attempt.of(() -> object.member(MemberItems.field(member, member.bitOffset())))
                .map(value -> isZero(value, nesting + 1))
                .orElse(false);
    }

    private static boolean hasZeroBytes(Value value) {
        if (!(Attempt.of(value::bytes) instanceof Attempt.Success<byte[]>(var bytes))) {
            return false;
        }
        for (var each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
