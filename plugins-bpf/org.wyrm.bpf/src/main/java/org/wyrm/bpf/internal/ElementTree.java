package org.wyrm.bpf.internal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.Field;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * A key or value of a map as JSON has it: structures as objects, arrays as arrays or, of characters, texts; bytes of which
 * nothing is known in hexadecimal.
 */
final class ElementTree {
    private static final int MAX_NESTING = 64;

    /** So many members and elements in all, that memory has an end. */
    private static final int MAX_PARTS = 1 << 16;

    private int partCount;

    /** {@return a value, of types that every renderer knows} */
    Object of(Value value) {
        return of(value, 0);
    }

    private Object of(Value value, int nesting) {
        if (nesting > MAX_NESTING || ++partCount > MAX_PARTS) {
            throw new LookupFailedException("value", "here", "it has too many parts");
        }
        var type = value.type().unaliased();
        if (type instanceof CompoundType compound) {
            return members(value, compound, nesting);
        }
        if (type instanceof ArrayType array) {
            return array(value, array, nesting);
        }
        if (type instanceof Scalar scalar) {
            return scalar(value, scalar);
        }
        throw new LookupFailedException("value", "here", "its type has none");
    }

    private static Object scalar(Value value, Scalar type) {
        if (type instanceof PointerType) {
            return new VirtualAddress(value.longValue());
        }
        if (type instanceof BoolType) {
            return value.booleanValue();
        }
        if (type instanceof FloatType) {
            return value.floatValue().toString();
        }
        return type instanceof EnumType enumeration ? name(enumeration, value.longValue()) : value.integerValue();
    }

    private static Object name(EnumType type, long number) {
        return type.enumerators().stream()
                .filter(each -> each.value() == number)
                .<Object>map(TargetType.Enumerator::name)
                .findFirst()
                .orElse(number);
    }

    private Map<String, Object> members(Value value, CompoundType type, int nesting) {
        var members = new LinkedHashMap<String, Object>();
        add(value, type, 0, nesting, members);
        return members;
    }

    private void add(Value object, CompoundType type, long bitOffset, int nesting, Map<String, Object> members) {
        for (var member : type.members()) {
            var at = bitOffset + member.bitOffset();
            var memberType = member.type().resolve();
            if (nesting > MAX_NESTING) {
                throw new LookupFailedException("value", "here", "it has too many parts");
            }
            if (member.name().isEmpty() && memberType.unaliased() instanceof CompoundType inner) {
                add(object, inner, at, nesting + 1, members);
            } else {
                var place = new Field(member.name().orElse(""), memberType, at, member.bitFieldBits());
                members.put(place.name(), of(object.member(place), nesting + 1));
            }
        }
    }

    private Object array(Value value, ArrayType type, int nesting) {
        var count = type.elementCount().orElse(0);
        if (type.element().resolve().unaliased() instanceof IntType integer && integer.byteSize() == 1) {
            return characters(value, integer);
        }
        List<Object> elements = new ArrayList<>();
        for (var index = 0L; index < count; index++) {
            elements.add(of(value.subscript(index), nesting + 1));
        }
        return elements;
    }

    /** {@return a text, if they are characters and one; else their bytes in hexadecimal} */
    private static String characters(Value value, IntType type) {
        var bytes = value.bytes();
        return type.name().equals("char") && isText(bytes)
                ? value.string()
                : HexFormat.of().formatHex(bytes);
    }

    /** {@return whether bytes are printable up to a NUL, and nothing behind it} */
    private static boolean isText(byte[] bytes) {
        var end = 0;
        while (end < bytes.length && bytes[end] >= ' ' && bytes[end] < 0x7f) {
            end++;
        }
        if (end == 0 || end == bytes.length) {
            return false;
        }
        for (var at = end; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
