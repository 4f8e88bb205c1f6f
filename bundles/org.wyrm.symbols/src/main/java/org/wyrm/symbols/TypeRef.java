package org.wyrm.symbols;

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
}
