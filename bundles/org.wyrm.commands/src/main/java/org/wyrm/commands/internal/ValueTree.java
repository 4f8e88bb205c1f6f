package org.wyrm.commands.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.program.BinaryFloat;
import org.wyrm.program.Field;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * A value as JSON has it: structures as objects, arrays as arrays or, of characters, texts; pointers as addresses;
 * numbers that others would round as texts. What cannot be read is an object with its error. Confined to one thread.
 */
final class ValueTree {
    /** So many members and elements in all, that memory has an end. */
    private static final int MAX_PARTS = 1 << 18;

    private static final int MAX_NESTING = 64;

    /** Beyond this, a reader that keeps numbers as IEEE 754 doubles loses digits. */
    private static final BigInteger MAX_EXACT = BigInteger.ONE.shiftLeft(53);

    private final int depth;
    private int partCount;

    /** @param depth how deep structures are written out */
    ValueTree(int depth) {
        this.depth = Math.min(depth, MAX_NESTING);
    }

    /** {@return a value, of types that every renderer knows} */
    Object of(Value value) {
        return attempted(value, 0);
    }

    private Object attempted(Value value, int nesting) {
        return Attempt.of(() -> of(value, nesting));
    }

    private Object of(Value value, int nesting) {
        value.absence().ifPresent(reason -> {
            throw new LookupFailedException("value", "here", reason.label());
        });
        var complete = value.program().complete(value.type());
        // No switch over types: its first use costs a start 10 ms, see docs/adr/0003.
        var type = complete.unaliased();
        if (type instanceof CompoundType compound) {
            return compound(complete == value.type() ? value : value.reinterpret(complete), compound, nesting);
        }
        if (type instanceof ArrayType array) {
            return array(value, array, nesting);
        }
        if (type instanceof FunctionType) {
            return new VirtualAddress(value.address());
        }
        if (type instanceof Scalar scalar) {
            return scalar(value, scalar);
        }
        throw new LookupFailedException("value", "here", "its type is void");
    }

    private static Object scalar(Value value, Scalar type) {
        if (type instanceof PointerType) {
            return new VirtualAddress(value.longValue());
        }
        if (type instanceof BoolType) {
            return value.booleanValue();
        }
        if (type instanceof FloatType) {
            return floating(value.floatValue());
        }
        var number = value.integerValue();
        if (type instanceof EnumType enumeration) {
            return name(enumeration, value.longValue()).orElse(number(number));
        }
        return number(number);
    }

    private static Object floating(BinaryFloat number) {
        return number.isFinite() ? number.doubleValue() : number.toString();
    }

    private static Optional<Object> name(EnumType type, long number) {
        for (var enumerator : type.enumerators()) {
            if (enumerator.value() == number) {
                return Optional.of(enumerator.name());
            }
        }
        return Optional.empty();
    }

    private static Object number(BigInteger number) {
        return number.abs().compareTo(MAX_EXACT) <= 0 ? number : number.toString();
    }

    private Object compound(Value value, CompoundType type, int nesting) {
        if (!type.isComplete()) {
            throw new LookupFailedException("definition of", type.toString(), "the type is incomplete");
        }
        if (nesting >= depth) {
            return "{...}";
        }
        var snapshot = Attempt.of(value::read).orElse(value);
        var members = new LinkedHashMap<String, Object>();
        add(snapshot, type, 0, nesting, members);
        return members;
    }

    private void add(Value object, CompoundType type, long bitOffset, int nesting, Map<String, Object> members) {
        for (var member : type.members()) {
            var at = bitOffset + member.bitOffset();
            var memberType = member.type().resolve();
            if (++partCount > MAX_PARTS || nesting > MAX_NESTING) {
                return;
            }
            if (member.name().isEmpty() && memberType.unaliased() instanceof CompoundType inner) {
                add(object, inner, at, nesting + 1, members);
            } else {
                var place = new Field(member.name().orElse(""), memberType, at, member.bitFieldBits());
                members.put(place.name(), Attempt.of(() -> of(object.member(place), nesting + 1)));
            }
        }
    }

    private Object array(Value value, ArrayType type, int nesting) {
        var count = Math.max(0, type.elementCount().orElse(0));
        if (CFormat.isCharacter(type.element().resolve())) {
            return count == 0 ? "" : value.string();
        }
        var elements = new ArrayList<Object>();
        for (var index = 0L; index < count && partCount < MAX_PARTS; index++) {
            partCount++;
            var element = value.subscript(index);
            elements.add(attempted(element, nesting));
        }
        if (elements.size() < count) {
            elements.add(Map.of("elements_left_out", count - elements.size()));
        }
        return elements;
    }
}
