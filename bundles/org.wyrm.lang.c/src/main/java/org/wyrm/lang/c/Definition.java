package org.wyrm.lang.c;

import static org.wyrm.lang.c.CFormat.MAX_NESTING;
import static org.wyrm.lang.c.CFormat.isAnonymous;
import static org.wyrm.lang.c.CFormat.joined;

import java.util.Optional;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.lang.c.CFormat.Nesting;
import org.wyrm.lang.c.CFormat.Offsets;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.TypedefType;

/** Writes the definition of a type. Confined to one thread; of one definition. */
final class Definition {
    /** More than any structure has; a few that lie in each other could make any number. */
    private static final int MAX_MEMBERS = 100_000;

    private static final String INDENT = "        ";

    /** As wide as an offset is written. */
    private static final String PLACE = "         ";

    private final Offsets offsets;
    private final Nesting nesting;
    private int memberCount;

    Definition(Offsets offsets, Nesting nesting) {
        this.offsets = offsets;
        this.nesting = nesting;
    }

    String of(TargetType type) {
        if (type instanceof CompoundType compound) {
            return body(compound, 0, "");
        }
        if (type instanceof EnumType enumeration) {
            return body(enumeration, "");
        }
        if (type instanceof TypedefType typedef) {
            var aliased = typedef.aliased().resolve();
            var isWritten = isAnonymous(aliased) || nesting == Nesting.ALL && aliased instanceof CompoundType;
            return "typedef "
                    + (isWritten ? joined(of(aliased), typedef.name()) : CFormat.declare(aliased, typedef.name()));
        }
        return CFormat.name(type);
    }

    String declaration(Member member, long bitOffset) {
        return declaration(member, bitOffset, "");
    }

    private String body(CompoundType type, long bitOffset, String indent) {
        var head =
                type.keyword().kind().label() + type.tag().map(tag -> " " + tag).orElse("");
        if (!type.isComplete()) {
            return head;
        }
        var text = new StringBuilder(head).append(" {\n");
        for (var member : type.members()) {
            if (++memberCount > MAX_MEMBERS) {
                throw new MalformedDataException(
                        type.toString(), type.ref().id(), "more than %d members lie in it".formatted(MAX_MEMBERS));
            }
            var at = bitOffset + member.bitOffset();
            if (offsets == Offsets.BYTES) {
                text.append("%9s".formatted(place(member, at)));
            }
            text.append(indent)
                    .append(INDENT)
                    .append(declaration(member, at, indent + INDENT))
                    .append(";\n");
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

    private static String place(Member member, long bitOffset) {
        var bytes = bitOffset / Byte.SIZE;
        return member.bitFieldBits().isPresent() ? "[" + bytes + ":" + bitOffset % Byte.SIZE + "]" : "[" + bytes + "]";
    }

    private String declaration(Member member, long bitOffset, String indent) {
        var name = member.name().orElse("");
        var type = member.type().resolve();
        var bits = member.bitFieldBits();
        var written = nesting == Nesting.ALL ? expanded(type, name, bitOffset, indent) : Optional.<String>empty();
        return written.orElseGet(
                () -> declaration(type, name, bitOffset, indent) + (bits.isPresent() ? " : " + bits.getAsInt() : ""));
    }

    /** Writes out the anonymous structure, union or enumeration that a type is made of. */
    private String declaration(TargetType type, String name, long bitOffset, String indent) {
        var inner = innermost(type);
        if (!isAnonymous(inner) || isTooDeep(indent)) {
            return CFormat.declare(type, name);
        }
        var body = inner instanceof CompoundType compound
                ? body(compound, bitOffset, indent)
                : body((EnumType) inner, indent);
        return CFormat.declare(type, name).replace(CFormat.specifiers(inner, 0), body);
    }

    /** {@return a member with the structure that lies there written out, and by which names it was reached} */
    private Optional<String> expanded(TargetType type, String name, long bitOffset, String indent) {
        var inner = type;
        var qualifiers = "";
        var aliases = "";
        var declarator = new StringBuilder(name);
        for (var count = 0; count < MAX_NESTING; count++) {
            if (inner instanceof ArrayType array) {
                var elements = array.elementCount();
                declarator
                        .append('[')
                        .append(elements.isPresent() ? Long.toUnsignedString(elements.getAsLong()) : "")
                        .append(']');
                inner = array.element().resolve();
            } else if (inner instanceof QualifiedType qualified) {
                qualifiers = joined(qualifiers, CFormat.qualifiers(qualified.qualifiers()));
                inner = qualified.aliased().resolve();
            } else if (inner instanceof TypedefType typedef) {
                aliases = joined(aliases, typedef.name());
                inner = typedef.aliased().resolve();
            } else {
                break;
            }
        }
        if (!(inner instanceof CompoundType compound) || !compound.isComplete() || isTooDeep(indent)) {
            return Optional.empty();
        }
        return Optional.of(joined(joined(qualifiers, body(compound, bitOffset, indent)), declarator.toString())
                + (aliases.isEmpty() ? "" : " /* " + aliases + " */"));
    }

    private static boolean isTooDeep(String indent) {
        return indent.length() > MAX_NESTING * INDENT.length();
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
