package org.wyrm.unwind;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.spi.TypeSource;

/** Types by the numbers that built expressions name them by, those of x86-64. */
final class TestTypes implements TypeSource {
    static final int INT = 1;
    static final int UNSIGNED = 2;
    static final int LONG = 3;
    static final int CHAR = 4;
    static final int FLOAT = 5;
    static final int DOUBLE = 6;
    static final int INT128 = 7;
    /** {@code struct pair { int first; int second; }}. */
    static final int PAIR = 8;

    private static final TestTypes INSTANCE = new TestTypes();

    private final Map<Long, TargetType> types = new HashMap<>();

    private TestTypes() {
        add(new IntType(of(INT), "int", 4, true));
        add(new IntType(of(UNSIGNED), "unsigned int", 4, false));
        add(new IntType(of(LONG), "long", 8, true));
        add(new IntType(of(CHAR), "char", 1, true));
        add(new FloatType(of(FLOAT), "float", 4));
        add(new FloatType(of(DOUBLE), "double", 8));
        add(new IntType(of(INT128), "__int128", 16, true));
        add(new CompoundType(
                of(PAIR),
                CompoundType.Keyword.STRUCT,
                Optional.of("pair"),
                8,
                List.of(member("first", 0), member("second", 32)),
                true));
    }

    static TypeRef ref(long id) {
        return INSTANCE.of(id);
    }

    private TypeRef of(long id) {
        return new TypeRef(this, id);
    }

    private Member member(String name, long bitOffset) {
        return new Member(Optional.of(name), of(INT), bitOffset, OptionalInt.empty());
    }

    private void add(TargetType type) {
        types.put(type.ref().id(), type);
    }

    @Override
    public TargetType type(long id) {
        var type = types.get(id);
        if (type == null) {
            throw new LookupFailedException("base type", Long.toString(id));
        }
        return type;
    }
}
