package org.wyrm.symbols.btf;

import static org.wyrm.btf.constants.BtfKind.BTF_KIND_CONST;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_INT;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_RESTRICT;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_TYPEDEF;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_TYPE_TAG;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_UNION;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_VOLATILE;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.wyrm.btf.Btf;
import org.wyrm.btf.BtfEnumerator;
import org.wyrm.btf.BtfInteger;
import org.wyrm.btf.BtfMember;
import org.wyrm.btf.BtfParameter;
import org.wyrm.btf.constants.BtfKind;
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
import org.wyrm.symbols.TypeRef;

/** Makes the types of one BTF out of its records. Stateless and thread-safe. */
final class BtfTypeMaker {
    private static final Set<BtfKind> PASSES_ON =
            EnumSet.of(BTF_KIND_TYPEDEF, BTF_KIND_CONST, BTF_KIND_VOLATILE, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG);

    private final BtfTypes source;
    private final Btf btf;

    BtfTypeMaker(BtfTypes source, Btf btf) {
        this.source = source;
        this.btf = btf;
    }

    /** {@return the type with a number, which is one of {@link #btf}'s own} */
    TargetType make(int id) {
        var ref = new TypeRef(source, id);
        var kind = btf.kind(id);
        return switch (kind) {
            case BTF_KIND_INT -> integer(ref, id);
            case BTF_KIND_FLOAT -> new FloatType(ref, btf.name(id), scalarByteSize(id, 2, 4, 8, 12, 16));
            case BTF_KIND_PTR -> new PointerType(ref, source.pointerByteSize(), reference(id));
            case BTF_KIND_ARRAY -> {
                var array = btf.array(id);
                var element = source.reference(array.elementTypeId());
                yield new ArrayType(ref, element, OptionalLong.of(array.elementCount()));
            }
            case BTF_KIND_STRUCT, BTF_KIND_UNION ->
                new CompoundType(ref, keyword(kind == BTF_KIND_UNION), tag(id), btf.byteSize(id), members(id), true);
            case BTF_KIND_FWD -> new CompoundType(ref, keyword(btf.kindFlag(id)), tag(id), 0, List.of(), false);
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> enumeration(ref, id);
            case BTF_KIND_TYPEDEF -> new TypedefType(ref, btf.name(id), reference(id));
            case BTF_KIND_CONST, BTF_KIND_VOLATILE, BTF_KIND_RESTRICT -> qualified(ref, id);
            case BTF_KIND_FUNC_PROTO -> function(ref, id);
            case BTF_KIND_TYPE_TAG -> reference(id).resolve();
            case BTF_KIND_UNKN, BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_DECL_TAG ->
                throw btf.malformed(id, "is used as a type");
        };
    }

    private TypeRef reference(int id) {
        return source.reference(btf.typeId(id));
    }

    private Optional<String> tag(int id) {
        return Optional.of(btf.name(id)).filter(name -> !name.isEmpty());
    }

    private static Keyword keyword(boolean isUnion) {
        return isUnion ? Keyword.UNION : Keyword.STRUCT;
    }

    private int scalarByteSize(int id, int... allowed) {
        var byteSize = btf.byteSize(id);
        for (var one : allowed) {
            if (one == byteSize) {
                return one;
            }
        }
        throw btf.malformed(id, "cannot have " + byteSize + " bytes");
    }

    private TargetType integer(TypeRef ref, int id) {
        var integer = btf.integer(id);
        var name = BaseTypeNames.usual(btf.name(id));
        return (integer.encoding() & BtfInteger.BOOL) != 0
                ? new BoolType(ref, name, integer.byteSize())
                : new IntType(ref, name, integer.byteSize(), (integer.encoding() & BtfInteger.SIGNED) != 0);
    }

    private List<Member> members(int id) {
        var hasBitFields = btf.kindFlag(id);
        var decoded = btf.members(id);
        checkOffsets(id, decoded);
        var members = new ArrayList<Member>(decoded.size());
        for (var member : decoded) {
            members.add(hasBitFields ? member(member) : oldMember(member));
        }
        return members;
    }

    /** A rule that the kernel has for them, so that what breaks it is damaged. */
    private void checkOffsets(int id, List<BtfMember> members) {
        for (var member : members) {
            if (member.bitOffset() > btf.byteSize(id) * Byte.SIZE) {
                throw btf.malformed(
                        id,
                        "of %d bytes has member '%s' at bit %d"
                                .formatted(btf.byteSize(id), member.name(), member.bitOffset()));
            }
        }
    }

    private Member member(BtfMember member) {
        var bits = member.bitFieldBits() == 0 ? OptionalInt.empty() : OptionalInt.of(member.bitFieldBits());
        return member(member, 0, bits);
    }

    /** Before members had widths (kernel 5.0), a bit field was a member of an integer type of that width. */
    private Member oldMember(BtfMember member) {
        return findInteger(member.typeId())
                .filter(integer -> !integer.isWhole())
                .map(integer -> member(member, integer.bitOffset(), OptionalInt.of(integer.bits())))
                .orElseGet(() -> member(member, 0, OptionalInt.empty()));
    }

    private Member member(BtfMember member, int moreBitOffset, OptionalInt bitFieldBits) {
        var name = Optional.of(member.name()).filter(text -> !text.isEmpty());
        var type = source.reference(member.typeId());
        return new Member(name, type, member.bitOffset() + moreBitOffset, bitFieldBits);
    }

    private TargetType enumeration(TypeRef ref, int id) {
        var byteSize = scalarByteSize(id, 1, 2, 4, 8);
        var decoded = btf.enumerators(id);
        var is64 = btf.kind(id) == BtfKind.BTF_KIND_ENUM64;
        var signIsKnown = is64 || source.knowsSignOfEnums();
        var signed = signIsKnown ? btf.kindFlag(id) : decoded.stream().anyMatch(one -> one.value() < 0);
        var mask = is64 || signed ? -1L : 0xffff_ffffL;
        var enumerators = new ArrayList<Enumerator>(decoded.size());
        for (BtfEnumerator one : decoded) {
            enumerators.add(new Enumerator(one.name(), one.value() & mask));
        }
        return new EnumType(ref, tag(id), byteSize, signed, enumerators, !decoded.isEmpty());
    }

    /** Makes one type of all qualifiers in a row: BTF has a record for each. */
    private TargetType qualified(TypeRef ref, int id) {
        var qualifiers = EnumSet.noneOf(Qualifier.class);
        var end = follow(id, kind -> {
            var qualifier = qualifier(kind);
            qualifier.ifPresent(qualifiers::add);
            return qualifier.isPresent() || kind == BTF_KIND_TYPE_TAG;
        });
        return new QualifiedType(ref, qualifiers, source.reference(end));
    }

    private static Optional<Qualifier> qualifier(BtfKind kind) {
        return switch (kind) {
            case BTF_KIND_CONST -> Optional.of(Qualifier.CONST);
            case BTF_KIND_VOLATILE -> Optional.of(Qualifier.VOLATILE);
            case BTF_KIND_RESTRICT -> Optional.of(Qualifier.RESTRICT);
            default -> Optional.empty();
        };
    }

    /** {@return the number of the type that {@code id} is but for type tags, which say nothing to C} */
    int withoutTags(int id) {
        return follow(id, kind -> kind == BTF_KIND_TYPE_TAG);
    }

    private Optional<BtfInteger> findInteger(int id) {
        var end = follow(id, PASSES_ON::contains);
        return end != 0 && !btf.ownerOf(end).isDamaged(end) && btf.ownerOf(end).kind(end) == BTF_KIND_INT
                ? Optional.of(btf.ownerOf(end).integer(end))
                : Optional.empty();
    }

    private int follow(int id, Predicate<BtfKind> passesOn) {
        var at = id;
        for (var count = 0; count <= TargetType.MAX_ALIASES; count++) {
            // A damaged type is met by who asks for it, not by all that have a member of it.
            if (at == 0
                    || btf.ownerOf(at).isDamaged(at)
                    || !passesOn.test(btf.ownerOf(at).kind(at))) {
                return at;
            }
            at = btf.ownerOf(at).typeId(at);
        }
        throw btf.ownerOf(id).malformed(id, "goes in a circle");
    }

    private TargetType function(TypeRef ref, int id) {
        var decoded = btf.parameters(id);
        var variadic = !decoded.isEmpty() && decoded.getLast().isEllipsis();
        var parameters = new ArrayList<Parameter>(decoded.size());
        for (BtfParameter one : variadic ? decoded.subList(0, decoded.size() - 1) : decoded) {
            var name = Optional.of(one.name()).filter(text -> !text.isEmpty());
            parameters.add(new Parameter(name, source.reference(one.typeId())));
        }
        return new FunctionType(ref, reference(id), parameters, variadic);
    }
}
