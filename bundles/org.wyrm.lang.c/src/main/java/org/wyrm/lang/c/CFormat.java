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
    static final int MAX_NESTING = 64;

    /** Whether offsets are written beside members. */
    public enum Offsets {
        /** Only C. */
        NONE,
        /** {@code [24]} in bytes before each member; {@code [24:3]} with the bit, before a bit field. */
        BYTES
    }

    /** Whether structures that are members are written out. */
    public enum Nesting {
        /** Only those without a name. */
        ANONYMOUS,
        /** All that lie in the structure; what pointers lead to is not followed. */
        ALL
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

    static String joined(String specifiers, String declarator) {
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

    static String specifiers(TargetType type, int nesting) {
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

    static String qualifiers(Set<Qualifier> qualifiers) {
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
        return define(type, offsets, Nesting.ANONYMOUS);
    }

    /**
     * {@return the definition of a type, as above}
     *
     * @throws org.wyrm.base.error.MalformedDataException if so many members lie in it that it cannot be one
     */
    public static String define(TargetType type, Offsets offsets, Nesting nesting) {
        return new Definition(offsets, nesting).of(type);
    }

    /**
     * {@return the declaration of a member in its structure}
     *
     * @param bitOffset that its own members' offsets are counted on, in bits
     */
    public static String declareMember(Member member, long bitOffset, Offsets offsets, Nesting nesting) {
        return new Definition(offsets, nesting).declaration(member, bitOffset);
    }

    /** {@return whether it is one of C's three character types; what is only called by another name is a number} */
    public static boolean isCharacter(TargetType type) {
        var unqualified = type;
        for (var count = 0; unqualified instanceof QualifiedType qualified && count < TargetType.MAX_ALIASES; count++) {
            unqualified = qualified.aliased().resolve();
        }
        return unqualified instanceof IntType integer
                && integer.byteSize() == 1
                && (integer.name().equals("char")
                        || integer.name().equals("signed char")
                        || integer.name().equals("unsigned char"));
    }

    static boolean isAnonymous(TargetType type) {
        return type instanceof CompoundType compound && compound.tag().isEmpty()
                || type instanceof EnumType enumeration && enumeration.tag().isEmpty();
    }
}
