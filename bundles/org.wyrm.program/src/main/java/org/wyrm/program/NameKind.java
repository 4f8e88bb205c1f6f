package org.wyrm.program;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.VariableKind;

/** What a name of a target is of. */
public enum NameKind {
    /** A structure; in C++ a class too. */
    STRUCT(TypeKind.STRUCT, null),
    UNION(TypeKind.UNION, null),
    ENUM(TypeKind.ENUM, null),
    TYPEDEF(TypeKind.TYPEDEF, null),
    /** A type of C itself. */
    BASE(TypeKind.BASE, null),
    FUNCTION(null, VariableKind.FUNCTION),
    VARIABLE(null, VariableKind.VARIABLE),
    /** An enumerator. */
    CONSTANT(null, VariableKind.CONSTANT),
    /** A name for an address, of a table of symbols. */
    SYMBOL(null, null);

    private final @Nullable TypeKind type;
    private final @Nullable VariableKind variable;

    NameKind(@Nullable TypeKind type, @Nullable VariableKind variable) {
        this.type = type;
        this.variable = variable;
    }

    /** {@return the kind of type, of types} */
    Optional<TypeKind> type() {
        return Optional.ofNullable(type);
    }

    /** {@return the kind of variable, of variables, functions and constants} */
    Optional<VariableKind> variable() {
        return Optional.ofNullable(variable);
    }
}
