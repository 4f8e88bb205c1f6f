package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwEncoding.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteCursor;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.dwarf.Die;
import org.wyrm.symbols.BaseTypeNames;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.CompoundType.Keyword;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Enumerator;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TargetType.TypedefType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeRef;

/**
 * Makes types out of entries. Stateless and thread-safe.
 *
 * @dwarf 5 Type Entries
 */
final class DwarfTypeMaker {
    private static final int DW_OP_plus_uconst = 0x23;

    /** As many as a type's number has room for, see {@link DwarfTypes}. */
    private static final int MAX_DIMENSIONS = 0xff;

    private static final String DISCRIMINANT = "discriminant";

    private static final long MAX_BYTE_SIZE = Long.MAX_VALUE / Byte.SIZE;

    private final DwarfTypes source;

    DwarfTypeMaker(DwarfTypes source) {
        this.source = source;
    }

    /** {@return the type that an entry describes} */
    TargetType make(TypeRef ref, Die die, int dimension) {
        return switch (die.tag()) {
            case DW_TAG_base_type -> base(ref, die);
            case DW_TAG_pointer_type, DW_TAG_reference_type, DW_TAG_rvalue_reference_type, DW_TAG_ptr_to_member_type ->
                new PointerType(
                        ref, scalarByteSize(die, die.unit().header().encoding().addressByteSize()), target(die));
            case DW_TAG_structure_type, DW_TAG_class_type, DW_TAG_interface_type -> compound(ref, die, Keyword.STRUCT);
            case DW_TAG_union_type -> compound(ref, die, Keyword.UNION);
            case DW_TAG_variant_part -> variants(ref, die);
            case DW_TAG_enumeration_type -> enumeration(ref, die);
            case DW_TAG_typedef, DW_TAG_template_alias ->
                new TypedefType(ref, name(die).orElse(""), target(die));
            case DW_TAG_const_type,
                    DW_TAG_volatile_type,
                    DW_TAG_restrict_type,
                    DW_TAG_atomic_type,
                    DW_TAG_immutable_type -> qualified(ref, die);
            case DW_TAG_array_type -> array(ref, die, dimension);
            case DW_TAG_subroutine_type, DW_TAG_subprogram -> function(ref, die);
            case DW_TAG_unspecified_type -> new VoidType(ref);
            case DW_TAG_subrange_type, DW_TAG_packed_type, DW_TAG_shared_type, DW_TAG_dynamic_type ->
                // One of nothing: others are the type that they are of.
                new VoidType(ref);
            default -> throw die.malformed("an entry of tag 0x%x is used as a type".formatted(die.tag()));
        };
    }

    private TypeRef target(Die die) {
        return source.reference(die.reference(DW_AT_type));
    }

    static Optional<String> name(Die die) {
        return Optional.ofNullable(die.string(DW_AT_name)).filter(name -> !name.isEmpty());
    }

    private static int scalarByteSize(Die die, int usual) {
        var byteSize = die.number(DW_AT_byte_size).orElse(usual);
        if (byteSize < 0 || byteSize > 64) {
            throw die.malformed("a scalar cannot have %s bytes".formatted(Long.toUnsignedString(byteSize)));
        }
        return (int) byteSize;
    }

    private static TargetType base(TypeRef ref, Die die) {
        var written = name(die).orElse("");
        var name = BaseTypeNames.usual(written);
        var byteSize = scalarByteSize(die, 0);
        var encoding = (int) die.number(DW_AT_encoding).orElse(0);
        return switch (encoding) {
            case DW_ATE_boolean -> new BoolType(ref, name, byteSize);
            case DW_ATE_float, DW_ATE_decimal_float, DW_ATE_imaginary_float -> new FloatType(ref, name, byteSize);
            case DW_ATE_signed, DW_ATE_signed_char, DW_ATE_signed_fixed -> new IntType(ref, name, byteSize, true);
            // A type that can be named, and whose values are refused: by its name.
            case DW_ATE_complex_float ->
                new FloatType(ref, name.contains("omplex") ? name : "_Complex " + name, byteSize);
            default -> new IntType(ref, name, byteSize, false);
        };
    }

    private TargetType compound(TypeRef ref, Die die, Keyword keyword) {
        var complete = !die.flag(DW_AT_declaration);
        var byteSize = die.number(DW_AT_byte_size).orElse(0);
        if (byteSize < 0 || byteSize > MAX_BYTE_SIZE) {
            throw die.malformed("it has %s bytes".formatted(Long.toUnsignedString(byteSize)));
        }
        var members = new ArrayList<Member>();
        if (complete) {
            for (var child : die.children()) {
                var isBase = child.tag() == DW_TAG_inheritance;
                // A member without a place is static.
                if (isBase || child.tag() == DW_TAG_member && !isStatic(child, keyword)) {
                    members.add(member(child, isBase));
                } else if (child.tag() == DW_TAG_variant_part) {
                    members.add(new Member(Optional.empty(), source.reference(child), 0, OptionalInt.empty()));
                }
            }
        }
        return new CompoundType(ref, keyword, name(die), byteSize, members, complete);
    }

    /** A value of Rust is one of several: they are a union here, beside the number that tells which one it is. */
    private TargetType variants(TypeRef ref, Die die) {
        var members = new ArrayList<Member>();
        var byteSize = 0L;
        var discriminant = die.has(DW_AT_discr) ? die.reference(DW_AT_discr) : null;
        for (var child : die.children()) {
            if (child.equals(discriminant)) {
                var member = member(child, false);
                members.add(
                        member.name().isPresent()
                                ? member
                                : new Member(
                                        Optional.of(DISCRIMINANT),
                                        member.type(),
                                        member.bitOffset(),
                                        OptionalInt.empty()));
                byteSize = Math.max(byteSize, endOffset(child));
            } else if (child.tag() == DW_TAG_variant) {
                for (var inner : child.children()) {
                    if (inner.tag() == DW_TAG_member) {
                        members.add(member(inner, false));
                        byteSize = Math.max(byteSize, endOffset(inner));
                    }
                }
            }
        }
        return new CompoundType(ref, Keyword.UNION, Optional.empty(), byteSize, members, true);
    }

    /** {@return where a member ends that is a structure or a number, as all of variants are} */
    private static long endOffset(Die member) {
        var type = member.reference(DW_AT_type);
        var byteSize = type == null ? 0 : type.number(DW_AT_byte_size).orElse(0);
        return byteOffset(member) + Math.clamp(byteSize, 0, MAX_BYTE_SIZE);
    }

    private static boolean isStatic(Die member, Keyword keyword) {
        return member.flag(DW_AT_external)
                || member.flag(DW_AT_declaration)
                || keyword == Keyword.STRUCT
                        && !member.has(DW_AT_data_member_location)
                        && !member.has(DW_AT_data_bit_offset)
                        && member.has(DW_AT_const_value);
    }

    private Member member(Die die, boolean isBase) {
        var type = target(die);
        var name = isBase ? Optional.<String>empty() : name(die);
        var bits = die.number(DW_AT_bit_size);
        var byteOffset = byteOffset(die);
        if (bits.isEmpty()) {
            return new Member(name, type, byteOffset * Byte.SIZE, OptionalInt.empty());
        }
        if (bits.getAsLong() < 0 || bits.getAsLong() > Integer.MAX_VALUE) {
            throw die.malformed("it has %s bits".formatted(Long.toUnsignedString(bits.getAsLong())));
        }
        var bitOffset = byteOffset * Byte.SIZE + bitOffset(die, bits.getAsLong());
        if (bitOffset < 0) {
            throw die.malformed("it is at bit %d".formatted(bitOffset));
        }
        return new Member(name, type, bitOffset, OptionalInt.of((int) bits.getAsLong()));
    }

    /** {@return how many bits after its byte a bit field starts, counted as the machine does} */
    private static long bitOffset(Die die, long bits) {
        var offset = die.number(DW_AT_data_bit_offset);
        if (offset.isPresent()) {
            if (offset.getAsLong() < 0) {
                throw die.malformed("it is at bit %s".formatted(Long.toUnsignedString(offset.getAsLong())));
            }
            return offset.getAsLong();
        }
        // Until DWARF 3: from the most significant bit of the storage on, whatever the byte order.
        var old = die.number(DW_AT_bit_offset);
        if (old.isEmpty()) {
            return 0;
        }
        var storageBytes = die.number(DW_AT_byte_size).orElseGet(() -> storageBytes(die));
        return die.unit().info().sections().order() == ByteOrder.BIG_ENDIAN
                ? old.getAsLong()
                : storageBytes * Byte.SIZE - old.getAsLong() - bits;
    }

    private static long storageBytes(Die die) {
        var scalar = scalar(die.reference(DW_AT_type));
        if (scalar == null) {
            throw die.malformed("a bit field is of a type that is not a number");
        }
        return scalarByteSize(scalar, 0);
    }

    /**
     * {@return the entry that tells the size of the number that an entry stands for, or null if it is none}
     *
     * <p>Entries are gone through, not types made of them: what a member is of may be what it is a member of.
     */
    private static @Nullable Die scalar(@Nullable Die first) {
        var die = first;
        for (var count = 0; die != null && count < TargetType.MAX_ALIASES; count++) {
            switch (die.tag()) {
                case DW_TAG_base_type -> {
                    return die;
                }
                case DW_TAG_enumeration_type -> {
                    if (die.has(DW_AT_byte_size)) {
                        return die;
                    }
                    die = die.reference(die.has(DW_AT_signature) ? DW_AT_signature : DW_AT_type);
                }
                case DW_TAG_typedef,
                        DW_TAG_template_alias,
                        DW_TAG_const_type,
                        DW_TAG_volatile_type,
                        DW_TAG_atomic_type,
                        DW_TAG_restrict_type,
                        DW_TAG_immutable_type,
                        DW_TAG_subrange_type,
                        DW_TAG_packed_type,
                        DW_TAG_shared_type -> die = die.reference(DW_AT_type);
                default -> {
                    return null;
                }
            }
        }
        return null;
    }

    private static long byteOffset(Die die) {
        var block = die.block(DW_AT_data_member_location);
        if (block == null) {
            var offset = die.number(DW_AT_data_member_location).orElse(0);
            if (offset < 0 || offset > MAX_BYTE_SIZE) {
                throw die.malformed("it is at byte %s".formatted(Long.toUnsignedString(offset)));
            }
            return offset;
        }
        // DWARF 2 has an expression here; compilers write one operation.
        var cursor = new ByteCursor(block, 0);
        if (cursor.u8() != DW_OP_plus_uconst) {
            throw new UnsupportedTargetException("the place of a member depends on its value, which is not supported: "
                    + die.malformed("an expression").getMessage());
        }
        var offset = cursor.uleb128();
        if (offset < 0 || offset > MAX_BYTE_SIZE) {
            throw die.malformed("it is at byte %s".formatted(Long.toUnsignedString(offset)));
        }
        return offset;
    }

    private TargetType enumeration(TypeRef ref, Die die) {
        var underlying = die.reference(DW_AT_type);
        var values = new ArrayList<Enumerator>();
        var hasNegative = false;
        for (var child : die.children()) {
            if (child.tag() == DW_TAG_enumerator) {
                var value = constant(child);
                hasNegative |= value < 0 && isSigned(child.form(DW_AT_const_value));
                values.add(new Enumerator(name(child).orElse(""), value));
            }
        }
        var complete = !die.flag(DW_AT_declaration);
        var byteSize = scalarByteSize(die, 0);
        var signed = hasNegative;
        var scalar = scalar(underlying);
        if (scalar != null) {
            byteSize = byteSize == 0 ? scalarByteSize(scalar, 0) : byteSize;
            if (scalar.tag() == DW_TAG_base_type) {
                signed = isSignedEncoding((int) scalar.number(DW_AT_encoding).orElse(0));
            }
        }
        return new EnumType(ref, name(die), byteSize, signed, values, complete);
    }

    private static boolean isSignedEncoding(int encoding) {
        return switch (encoding) {
            case DW_ATE_signed, DW_ATE_signed_char, DW_ATE_signed_fixed -> true;
            default -> false;
        };
    }

    private static boolean isSigned(int form) {
        return switch (form) {
            case DW_FORM_sdata, DW_FORM_implicit_const, DW_FORM_data16 -> true;
            default -> isBlock(form);
        };
    }

    private static boolean isBlock(int form) {
        return switch (form) {
            case DW_FORM_block, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4 -> true;
            default -> false;
        };
    }

    /** {@return the number that DW_AT_const_value is, also where it is written as the bytes of one of 128 bits} */
    static long constant(Die die) {
        var bytes = die.block(DW_AT_const_value);
        if (bytes == null) {
            return die.number(DW_AT_const_value).orElse(0);
        }
        var byteSize = bytes.byteSize();
        var isBig = die.unit().info().sections().order() == ByteOrder.BIG_ENDIAN;
        var value = 0L;
        var fits = byteSize > 0;
        for (var place = byteSize - 1; place >= 0; place--) {
            var next = bytes.u8(isBig ? byteSize - 1 - place : place);
            if (place == byteSize - 1) {
                value = next >= 0x80 ? -1 : 0;
            }
            // What is shifted out must be the sign.
            fits &= value >> Long.SIZE - Byte.SIZE - 1 == 0 || value >> Long.SIZE - Byte.SIZE - 1 == -1;
            value = value << Byte.SIZE | next;
        }
        if (!fits) {
            throw new UnsupportedTargetException("numbers of more than 64 bits are not supported: "
                    + die.malformed("a value of %d bytes".formatted(byteSize)).getMessage());
        }
        return value;
    }

    /** Makes one type of all qualifiers in a row: DWARF has an entry for each. */
    private TargetType qualified(TypeRef ref, Die die) {
        var qualifiers = EnumSet.noneOf(Qualifier.class);
        Die at = die;
        for (var count = 0; at != null; count++) {
            var qualifier = qualifier(at.tag());
            if (qualifier == null) {
                break;
            }
            if (count == TargetType.MAX_ALIASES) {
                throw die.malformed("its qualifiers go in a circle");
            }
            qualifiers.add(qualifier);
            at = at.reference(DW_AT_type);
        }
        return new QualifiedType(ref, qualifiers, source.reference(at));
    }

    private static @Nullable Qualifier qualifier(int tag) {
        return switch (tag) {
            case DW_TAG_const_type, DW_TAG_immutable_type -> Qualifier.CONST;
            case DW_TAG_volatile_type -> Qualifier.VOLATILE;
            case DW_TAG_restrict_type -> Qualifier.RESTRICT;
            case DW_TAG_atomic_type -> Qualifier.ATOMIC;
            default -> null;
        };
    }

    /** An array of several dimensions is one entry; here it is an array of arrays. */
    private TargetType array(TypeRef ref, Die die, int dimension) {
        var ranges = new ArrayList<Die>();
        for (var child : die.children()) {
            if (child.tag() == DW_TAG_subrange_type || child.tag() == DW_TAG_enumeration_type) {
                ranges.add(child);
            }
        }
        if (ranges.size() > MAX_DIMENSIONS) {
            throw die.malformed("it has %d dimensions".formatted(ranges.size()));
        }
        if (dimension >= Math.max(1, ranges.size())) {
            throw die.malformed("it has no dimension " + dimension);
        }
        var count = ranges.isEmpty() ? OptionalLong.empty() : elementCount(ranges.get(dimension));
        var element = dimension + 1 < ranges.size() ? source.dimension(die, dimension + 1) : target(die);
        return new ArrayType(ref, element, count);
    }

    private static OptionalLong elementCount(Die range) {
        if (range.block(DW_AT_count) == null && range.has(DW_AT_count) && isConstant(range, DW_AT_count)) {
            var count = range.number(DW_AT_count).orElseThrow();
            return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
        }
        if (!range.has(DW_AT_upper_bound)
                || range.block(DW_AT_upper_bound) != null
                || !isConstant(range, DW_AT_upper_bound)) {
            return OptionalLong.empty();
        }
        var upper = range.number(DW_AT_upper_bound).orElseThrow();
        var lower = isConstant(range, DW_AT_lower_bound)
                ? range.number(DW_AT_lower_bound).orElse(0)
                : 0;
        // GCC up to 4 wrote the greatest number for a flexible array.
        var count = upper - lower + 1;
        return upper == 0xffff_ffffL || count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** {@return whether an attribute is a number, not a reference to the variable that holds it} */
    private static boolean isConstant(Die die, int attribute) {
        var form = die.form(attribute);
        return form < DW_FORM_ref_addr || form == DW_FORM_implicit_const;
    }

    private TargetType function(TypeRef ref, Die die) {
        var parameters = new ArrayList<Parameter>();
        var variadic = false;
        for (var child : die.children()) {
            if (child.tag() == DW_TAG_formal_parameter) {
                parameters.add(new Parameter(name(child), target(child)));
            } else if (child.tag() == DW_TAG_unspecified_parameters) {
                variadic = true;
            }
        }
        return new FunctionType(ref, target(die), List.copyOf(parameters), variadic);
    }
}
