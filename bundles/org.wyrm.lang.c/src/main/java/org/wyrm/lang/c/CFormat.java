package org.wyrm.lang.c;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TargetType.TypedefType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeRef;

/** Writes types as C writes them. Thread-safe. */
public final class CFormat {
    private static final int MAX_NESTING = 64;
    private static final String INDENT = "        ";

    /** As wide as an offset is written. */
    private static final String PLACE = "         ";

    /** Whether offsets are written beside members. */
    public enum Offsets {
        /** Only C. */
        NONE,
        /** {@code [24]} in bytes before each member; {@code [24:3]} with the bit, before a bit field. */
        BYTES
    }

    private CFormat() {}

    /** {@return the name of a type: {@code struct list_head *}} */
    public static String name(TargetType type) {
        return declare(type, "");
    }

    /**
     * {@return the declaration of a name with a type: {@code int (*fn[3])(void *)}}
     *
     * @param name may be empty
     */
    public static String declare(TargetType type, String name) {
        return declare(type, name, 0);
    }

    private static String declare(TargetType type, String declarator, int nesting) {
        if (nesting > MAX_NESTING) {
            return "... " + declarator;
        }
        // No switches over types here: their first use costs a start 20 ms, see docs/adr/0003.
        if (type instanceof PointerType pointer) {
            return declarePointer(pointer.target(), "*" + declarator, nesting);
        }
        if (type instanceof QualifiedType qualified) {
            return declareQualified(qualified, declarator, nesting);
        }
        if (type instanceof ArrayType array) {
            var count = array.elementCount();
            var suffix = "[" + (count.isPresent() ? Long.toUnsignedString(count.getAsLong()) : "") + "]";
            return declare(array.element().resolve(), declarator + suffix, nesting + 1);
        }
        if (type instanceof FunctionType function) {
            return declare(function.result().resolve(), declarator + parameters(function, nesting), nesting + 1);
        }
        return joined(specifiers(type, nesting), declarator);
    }

    private static String declareQualified(QualifiedType qualified, String declarator, int nesting) {
        var aliased = qualified.aliased().resolve();
        if (aliased instanceof PointerType pointer) {
            return declarePointer(
                    pointer.target(), "* " + joined(qualifiers(qualified.qualifiers()), declarator), nesting);
        }
        if (aliased instanceof ArrayType array) {
            return declare(qualifiedElements(qualified, array), declarator, nesting + 1);
        }
        return joined(specifiers(qualified, nesting), declarator);
    }

    /** {@return what C writes for an array that is const: an array of what is const} */
    private static ArrayType qualifiedElements(QualifiedType qualified, ArrayType array) {
        var qualifiers = EnumSet.copyOf(qualified.qualifiers());
        var element = array.element();
        if (element.resolve() instanceof QualifiedType inner) {
            qualifiers.addAll(inner.qualifiers());
            element = inner.aliased();
        }
        var made = new QualifiedType(qualified.ref(), qualifiers, element);
        return new ArrayType(array.ref(), new TypeRef(id -> made, 0), array.elementCount());
    }

    private static String declarePointer(TypeRef target, String declarator, int nesting) {
        var type = target.resolve();
        var grouped = type instanceof ArrayType || type instanceof FunctionType ? "(" + declarator + ")" : declarator;
        return declare(type, grouped, nesting + 1);
    }

    private static String joined(String specifiers, String declarator) {
        if (specifiers.isEmpty() || declarator.isEmpty()) {
            return specifiers + declarator;
        }
        return specifiers + " " + declarator;
    }

    private static String parameters(FunctionType function, int nesting) {
        var parts = new ArrayList<String>();
        for (var parameter : function.parameters()) {
            parts.add(declare(parameter.type().resolve(), parameter.name().orElse(""), nesting + 1));
        }
        if (function.variadic()) {
            parts.add("...");
        }
        return parts.isEmpty() ? "(void)" : "(" + String.join(", ", parts) + ")";
    }

    private static String specifiers(TargetType type, int nesting) {
        if (type instanceof IntType integer) {
            return integer.name();
        }
        if (type instanceof TypedefType typedef) {
            return typedef.name();
        }
        if (type instanceof CompoundType compound) {
            return compound.keyword().kind().label() + " " + tag(compound.tag());
        }
        if (type instanceof QualifiedType qualified) {
            return joined(
                    qualifiers(qualified.qualifiers()),
                    declare(qualified.aliased().resolve(), "", nesting + 1));
        }
        if (type instanceof EnumType enumeration) {
            return "enum " + tag(enumeration.tag());
        }
        if (type instanceof BoolType bool) {
            return bool.name();
        }
        if (type instanceof FloatType floating) {
            return floating.name();
        }
        if (type instanceof VoidType) {
            return "void";
        }
        throw new IllegalArgumentException(type.toString());
    }

    private static String tag(Optional<String> tag) {
        return tag.orElse("<anonymous>");
    }

    private static String qualifiers(Set<Qualifier> qualifiers) {
        var words = new ArrayList<String>();
        for (var qualifier : Qualifier.values()) {
            if (qualifiers.contains(qualifier)) {
                words.add(qualifier.keyword());
            }
        }
        return String.join(" ", words);
    }

    /**
     * {@return the definition of a type: of a structure with its members, those of anonymous ones inside; of an
     * enumeration with its values; of a typedef with what it stands for; of any other type, its name}
     */
    public static String define(TargetType type, Offsets offsets) {
        if (type instanceof CompoundType compound) {
            return body(compound, 0, "", offsets);
        }
        if (type instanceof EnumType enumeration) {
            return body(enumeration, "");
        }
        if (type instanceof TypedefType typedef) {
            var aliased = typedef.aliased().resolve();
            return "typedef "
                    + (isAnonymous(aliased)
                            ? joined(define(aliased, offsets), typedef.name())
                            : declare(aliased, typedef.name()));
        }
        return name(type);
    }

    private static boolean isAnonymous(TargetType type) {
        return type instanceof CompoundType compound && compound.tag().isEmpty()
                || type instanceof EnumType enumeration && enumeration.tag().isEmpty();
    }

    private static String body(CompoundType type, long bitOffset, String indent, Offsets offsets) {
        var head =
                type.keyword().kind().label() + type.tag().map(tag -> " " + tag).orElse("");
        if (!type.isComplete()) {
            return head;
        }
        var text = new StringBuilder(head).append(" {\n");
        for (var member : type.members()) {
            text.append(member(member, bitOffset + member.bitOffset(), indent + INDENT, offsets));
        }
        return text.append(offsets == Offsets.BYTES && !indent.isEmpty() ? PLACE : "")
                .append(indent)
                .append('}')
                .toString();
    }

    private static String body(EnumType type, String indent) {
        var head = "enum" + type.tag().map(tag -> " " + tag).orElse("");
        if (!type.complete()) {
            return head;
        }
        var text = new StringBuilder(head).append(" {\n");
        for (var enumerator : type.enumerators()) {
            var value = type.signed() ? Long.toString(enumerator.value()) : Long.toUnsignedString(enumerator.value());
            text.append(indent + INDENT)
                    .append(enumerator.name())
                    .append(" = ")
                    .append(value)
                    .append(",\n");
        }
        return text.append(indent).append('}').toString();
    }

    private static String member(Member member, long bitOffset, String indent, Offsets offsets) {
        var text = new StringBuilder();
        if (offsets == Offsets.BYTES) {
            text.append("%9s".formatted(place(member, bitOffset)));
        }
        text.append(indent);
        var name = member.name().orElse("");
        var type = member.type().resolve();
        text.append(declareMember(type, name, bitOffset, indent, offsets));
        member.bitFieldBits().ifPresent(bits -> text.append(" : ").append(bits));
        return text.append(";\n").toString();
    }

    private static String place(Member member, long bitOffset) {
        var bytes = bitOffset / Byte.SIZE;
        return member.bitFieldBits().isPresent() ? "[" + bytes + ":" + bitOffset % Byte.SIZE + "]" : "[" + bytes + "]";
    }

    /** Writes a member; the anonymous structure, union or enumeration that its type is made of is written out. */
    private static String declareMember(TargetType type, String name, long bitOffset, String indent, Offsets offsets) {
        var inner = innermost(type);
        if (!isAnonymous(inner) || indent.length() > MAX_NESTING * INDENT.length()) {
            return declare(type, name);
        }
        var body = inner instanceof CompoundType compound
                ? body(compound, bitOffset, indent, offsets)
                : body((EnumType) inner, indent);
        var label = specifiers(inner, 0);
        var declaration = declare(type, name);
        return declaration.replace(label, body);
    }

    private static TargetType innermost(TargetType type) {
        var inner = type;
        for (var count = 0; count < MAX_NESTING; count++) {
            if (inner instanceof PointerType pointer) {
                inner = pointer.target().resolve();
            } else if (inner instanceof ArrayType array) {
                inner = array.element().resolve();
            } else if (inner instanceof QualifiedType qualified) {
                inner = qualified.aliased().resolve();
            } else {
                return inner;
            }
        }
        return inner;
    }
}
