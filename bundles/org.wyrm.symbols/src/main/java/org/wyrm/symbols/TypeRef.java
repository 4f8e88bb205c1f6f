package org.wyrm.symbols;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.symbols.spi.TypeSource;

/**
 * Names a type of one source without holding it, so that records stay finite where C types are cyclic. Two are equal if
 * both parts are.
 *
 * @param source where the type is from
 * @param id its number there
 */
public record TypeRef(TypeSource source, long id) {
    /** {@return the type} */
    public TargetType resolve() {
        return source.type(id);
    }

    /** {@return where the type is defined, if its source knows it} */
    public Optional<SourcePlace> place() {
        return source.place(id);
    }

    // Written out: what the compiler makes of a record is linked when it first runs, which costs a start 10 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TypeRef ref && ref.source == source && ref.id == id;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(source) * 31 + Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "type " + id;
    }
}
