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

/**
 * Types made from others, the same object for the same parts: what a cast, a declaration or an operator needs.
 *
 * <p>The parts are lists, not records: the first hash of a record costs a start 10 ms, see docs/adr/0003.
 */
final class DerivedTypes implements TypeSource {
    private final List<TargetType> types = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<List<?>, TargetType> known = new ConcurrentHashMap<>();
    private final int pointerByteSize;

    DerivedTypes(int pointerByteSize) {
        this.pointerByteSize = pointerByteSize;
    }

    @Override
    public TargetType type(long id) {
        return types.get((int) id);
    }

    TargetType pointerTo(TypeRef target) {
        return make(List.of("*", target), ref -> new TargetType.PointerType(ref, pointerByteSize, target));
    }

    TargetType arrayOf(TypeRef element, OptionalLong elementCount) {
        return make(List.of("[]", element, elementCount), ref -> new TargetType.ArrayType(ref, element, elementCount));
    }

    TargetType qualified(TypeRef type, Set<Qualifier> qualifiers) {
        return make(List.of("qualified", type, qualifiers), ref -> new TargetType.QualifiedType(ref, qualifiers, type));
    }

    TargetType function(TypeRef result, List<Parameter> parameters, boolean variadic) {
        return make(
                List.of(
                        "()",
                        result,
                        variadic,
                        parameters.stream()
                                .map(each -> List.of(each.name(), each.type()))
                                .toList()),
                ref -> new TargetType.FunctionType(ref, result, parameters, variadic));
    }

    TargetType anonymous(CompoundType.Keyword keyword, long byteSize, List<Member> members) {
        return make(
                List.of(
                        keyword,
                        byteSize,
                        members.stream()
                                .map(each -> List.of(each.name(), each.type(), each.bitOffset(), each.bitFieldBits()))
                                .toList()),
                ref -> new CompoundType(ref, keyword, Optional.empty(), byteSize, members, true));
    }

    private TargetType make(List<?> parts, Function<TypeRef, TargetType> maker) {
        var type = known.get(parts);
        return type != null ? type : add(parts, maker);
    }

    private synchronized TargetType add(List<?> parts, Function<TypeRef, TargetType> maker) {
        return known.computeIfAbsent(parts, absent -> {
            var made = maker.apply(new TypeRef(this, types.size()));
            types.add(made);
            return made;
        });
    }
}
