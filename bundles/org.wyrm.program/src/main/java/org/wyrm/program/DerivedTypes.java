package org.wyrm.program;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.spi.TypeSource;

/** Types made from others, the same object for the same parts: what a cast, a declaration or an operator needs. */
final class DerivedTypes implements TypeSource {
    private final List<TargetType> types = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<Object, TargetType> known = new ConcurrentHashMap<>();
    private final int pointerByteSize;

    private record Pointer(TypeRef target) {}

    private record Array(TypeRef element, OptionalLong elementCount) {}

    private record Qualified(TypeRef type, Set<Qualifier> qualifiers) {}

    private record Call(TypeRef result, List<Parameter> parameters, boolean variadic) {}

    private record Anonymous(CompoundType.Keyword keyword, long byteSize, List<Member> members) {}

    DerivedTypes(int pointerByteSize) {
        this.pointerByteSize = pointerByteSize;
    }

    @Override
    public TargetType type(long id) {
        return types.get((int) id);
    }

    TargetType pointerTo(TypeRef target) {
        return make(new Pointer(target), ref -> new TargetType.PointerType(ref, pointerByteSize, target));
    }

    TargetType arrayOf(TypeRef element, OptionalLong elementCount) {
        return make(new Array(element, elementCount), ref -> new TargetType.ArrayType(ref, element, elementCount));
    }

    TargetType qualified(TypeRef type, Set<Qualifier> qualifiers) {
        return make(new Qualified(type, qualifiers), ref -> new TargetType.QualifiedType(ref, qualifiers, type));
    }

    TargetType function(TypeRef result, List<Parameter> parameters, boolean variadic) {
        return make(
                new Call(result, parameters, variadic),
                ref -> new TargetType.FunctionType(ref, result, parameters, variadic));
    }

    TargetType anonymous(CompoundType.Keyword keyword, long byteSize, List<Member> members) {
        return make(
                new Anonymous(keyword, byteSize, members),
                ref -> new CompoundType(ref, keyword, Optional.empty(), byteSize, members, true));
    }

    private TargetType make(Object parts, Function<TypeRef, TargetType> maker) {
        var type = known.get(parts);
        return type != null ? type : add(parts, maker);
    }

    private synchronized TargetType add(Object parts, Function<TypeRef, TargetType> maker) {
        return known.computeIfAbsent(parts, absent -> {
            var made = maker.apply(new TypeRef(this, types.size()));
            types.add(made);
            return made;
        });
    }
}
