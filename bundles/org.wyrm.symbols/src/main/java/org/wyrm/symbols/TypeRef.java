package org.wyrm.symbols;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.symbols.spi.TypeSource;

/**
 * Names a type of one source, so that types stay finite where C's are cyclic. Two are equal if source and number are.
 *
 * <p>Immutable and thread-safe.
 */
public final class TypeRef {
    private final TypeSource source;
    private final long id;

    /** Asked for at each step from a value to the next. Without a lock: a source gives all threads one and the same. */
    private @Nullable TargetType resolved;

    /**
     * Names a type; nothing is looked up.
     *
     * @param source where the type is from
     * @param id its number there
     */
    public TypeRef(TypeSource source, long id) {
        this.source = source;
        this.id = id;
    }

    /** {@return where the type is from} */
    public TypeSource source() {
        return source;
    }

    /** {@return its number there} */
    public long id() {
        return id;
    }

    /** {@return the type} */
    public TargetType resolve() {
        var known = resolved;
        if (known == null) {
            known = source.type(id);
            resolved = known;
        }
        return known;
    }

    /** {@return where the type is defined, if its source knows it} */
    public Optional<SourcePlace> place() {
        return source.place(id);
    }

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
