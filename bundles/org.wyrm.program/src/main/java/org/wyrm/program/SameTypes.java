package org.wyrm.program;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.TypedefType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeRef;

/**
 * What several files tell of one type: each module that includes a header has the types of it, in DWARF and in BTF. Where
 * they say the same, there is nothing to choose.
 */
final class SameTypes {
    /** More pointers to pointers, or structures in structures, are taken for different. */
    private static final int MAX_NESTING = 32;

    private SameTypes() {}

    /** {@return the types without those that are of another file and as one before them} */
    static List<TypeRef> merged(List<TypeRef> types) {
        if (types.size() < 2) {
            return types;
        }
        var kept = new ArrayList<TypeRef>();
        for (var type : types) {
            // One file that has a type twice has it of two of its own: those have places to choose by.
            if (kept.stream().noneMatch(other -> other.source() != type.source() && isSame(other, type))) {
                kept.add(type);
            }
        }
        return kept;
    }

    private static boolean isSame(TypeRef one, TypeRef other) {
        return isSameDefinition(one.resolve(), other.resolve(), 0);
    }

    /** The type itself is compared by what it consists of, those that it refers to by their names. */
    private static boolean isSameDefinition(TargetType one, TargetType other, int nesting) {
        return switch (one) {
            case TypedefType alias ->
                other instanceof TypedefType second && isSame(alias.aliased(), second.aliased(), nesting);
            case CompoundType compound -> other instanceof CompoundType second && isSame(compound, second, nesting);
            case EnumType enumeration ->
                other instanceof EnumType second
                        && enumeration.byteSize() == second.byteSize()
                        && enumeration.enumerators().equals(second.enumerators());
            default -> isSame(one.ref(), other.ref(), nesting);
        };
    }

    private static boolean isSame(CompoundType one, CompoundType other, int nesting) {
        return one.keyword() == other.keyword()
                && one.byteSize() == other.byteSize()
                && allSame(one.members(), other.members(), (member, second) -> isSame(member, second, nesting));
    }

    private static boolean isSame(Member one, Member other, int nesting) {
        return one.name().equals(other.name())
                && one.bitOffset() == other.bitOffset()
                && one.bitFieldBits().equals(other.bitFieldBits())
                && isSame(one.type(), other.type(), nesting + 1);
    }

    private static boolean isSame(TypeRef oneRef, TypeRef otherRef, int nesting) {
        if (oneRef.equals(otherRef)) {
            return true;
        }
        if (nesting > MAX_NESTING) {
            return false;
        }
        var other = otherRef.resolve();
        return switch (oneRef.resolve()) {
            case VoidType _ -> other instanceof VoidType;
            case IntType number ->
                other instanceof IntType second
                        && number.name().equals(second.name())
                        && number.byteSize() == second.byteSize()
                        && number.signed() == second.signed();
            case BoolType truth ->
                other instanceof BoolType second
                        && truth.name().equals(second.name())
                        && truth.byteSize() == second.byteSize();
            case FloatType number ->
                other instanceof FloatType second
                        && number.name().equals(second.name())
                        && number.byteSize() == second.byteSize();
            case PointerType pointer ->
                other instanceof PointerType second && isSame(pointer.target(), second.target(), nesting + 1);
            case ArrayType array ->
                other instanceof ArrayType second
                        && array.elementCount().equals(second.elementCount())
                        && isSame(array.element(), second.element(), nesting + 1);
            case FunctionType function ->
                other instanceof FunctionType second
                        && function.variadic() == second.variadic()
                        && isSame(function.result(), second.result(), nesting + 1)
                        && allSame(
                                function.parameters(),
                                second.parameters(),
                                (parameter, of) -> isSame(parameter, of, nesting));
            case QualifiedType qualified ->
                other instanceof QualifiedType second
                        && qualified.qualifiers().equals(second.qualifiers())
                        && isSame(qualified.aliased(), second.aliased(), nesting + 1);
            case TypedefType alias ->
                other instanceof TypedefType second && alias.name().equals(second.name());
            case EnumType enumeration ->
                other instanceof EnumType second
                        && enumeration.tag().equals(second.tag())
                        && (enumeration.tag().isPresent() || isSameDefinition(enumeration, second, nesting));
            case CompoundType compound ->
                other instanceof CompoundType second
                        && compound.tag().equals(second.tag())
                        && compound.keyword() == second.keyword()
                        && (compound.tag().isPresent() || isSame(compound, second, nesting));
        };
    }

    private static boolean isSame(Parameter one, Parameter other, int nesting) {
        return isSame(one.type(), other.type(), nesting + 1);
    }

    private interface Comparison<T> {
        boolean isSame(T one, T other);
    }

    private static <T> boolean allSame(List<T> some, List<T> others, Comparison<T> comparison) {
        if (some.size() != others.size()) {
            return false;
        }
        for (var index = 0; index < some.size(); index++) {
            if (!comparison.isSame(some.get(index), others.get(index))) {
                return false;
            }
        }
        return true;
    }
}
