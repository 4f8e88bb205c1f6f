package org.wyrm.symbols.spi;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;

/** Finds types by name. Thread-safe. */
@ConsumerType
public interface TypeFinder {
    /**
     * {@return all complete types of a kind with a name, or where there is none, the incomplete ones}
     *
     * @param name without C's keyword: {@code task_struct}
     */
    List<TypeRef> findTypes(TypeKind kind, String name);

    /** {@return the names of a kind that start with {@code prefix}, in no order, each as often as it is defined} */
    Stream<String> typeNames(TypeKind kind, String prefix);
}
