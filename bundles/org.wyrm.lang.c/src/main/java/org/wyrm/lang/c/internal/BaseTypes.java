package org.wyrm.lang.c.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.spi.TypeSource;

/**
 * C's own types, for programs that describe none of that name, with the sizes of the LP64 data model. Named as
 * compilers name them in debug information: {@code long unsigned int}.
 */
final class BaseTypes implements TypeSource {
    static final BaseTypes LP64 = new BaseTypes();

    private final Map<String, TargetType> byName = new HashMap<>();
    private final List<TargetType> types;
    private long next;

    private BaseTypes() {
        this.types = List.of(
                new VoidType(ref()),
                integer("char", 1, true),
                integer("signed char", 1, true),
                integer("unsigned char", 1, false),
                integer("short", 2, true),
                integer("unsigned short", 2, false),
                integer("int", 4, true),
                integer("unsigned int", 4, false),
                integer("long", 8, true),
                integer("unsigned long", 8, false),
                integer("long long", 8, true),
                integer("unsigned long long", 8, false),
                integer("__int128", 16, true),
                integer("unsigned __int128", 16, false),
                new BoolType(ref(), "_Bool", 1),
                new FloatType(ref(), "float", 4),
                new FloatType(ref(), "double", 8),
                new FloatType(ref(), "long double", 16));
        for (var type : types) {
            switch (type) {
                case VoidType nothing -> byName.put("void", nothing);
                case IntType integer -> byName.put(integer.name(), integer);
                case BoolType bool -> byName.put(bool.name(), bool);
                case FloatType floating -> byName.put(floating.name(), floating);
                default -> throw new IllegalStateException(String.valueOf(type));
            }
        }
    }

    private TypeRef ref() {
        return new TypeRef(this, next++);
    }

    private TargetType integer(String name, int byteSize, boolean signed) {
        return new IntType(ref(), name, byteSize, signed);
    }

    @Override
    public TargetType type(long id) {
        return types.get((int) id);
    }

    Optional<TargetType> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
