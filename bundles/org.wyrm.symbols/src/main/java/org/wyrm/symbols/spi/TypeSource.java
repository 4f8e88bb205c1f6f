package org.wyrm.symbols.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TargetType;

/**
 * Where types are from. Its identity counts: two sources are never equal.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TypeSource {
    /**
     * {@return a type, always the same object for the same number}
     *
     * @param id the number of a {@link org.wyrm.symbols.TypeRef} of this source
     * @throws org.wyrm.base.error.MalformedDataException if what describes the type is wrong
     */
    TargetType type(long id);

    /**
     * {@return where a type is defined, if the source knows it}
     *
     * @param id the number of a {@link org.wyrm.symbols.TypeRef} of this source
     */
    default Optional<SourcePlace> place(long id) {
        return Optional.empty();
    }
}
