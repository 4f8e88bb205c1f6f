package org.wyrm.symbols.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that knows types, variables or symbols of a target: DWARF, BTF, kallsyms, the declarations of a bundle. A
 * source has what it has; absence is the answer for the rest.
 *
 * <p>Thread-safe. Made cheaply: it reads nothing before it is asked.
 */
@ConsumerType
public interface SymbolSource {
    /** {@return its name in messages and options: {@code dwarf}, {@code btf}, {@code kallsyms}} */
    String name();

    /**
     * {@return what it knows to be missing, for it is damaged, to be said where a name is not found: a clause, empty if
     * nothing} Of what was not yet looked at it knows nothing.
     */
    default String missing() {
        return "";
    }

    /** {@return what finds types by name} */
    default Optional<TypeFinder> types() {
        return Optional.empty();
    }

    /** {@return what finds variables and functions by name} */
    default Optional<VariableFinder> variables() {
        return Optional.empty();
    }

    /** {@return what finds symbols by name and by address} */
    default Optional<SymbolFinder> symbols() {
        return Optional.empty();
    }

    /** {@return what names addresses as a file's table does, compilers' labels included} */
    default Optional<LabelFinder> labels() {
        return Optional.empty();
    }

    /** {@return what leads from addresses to source and back} */
    default Optional<LineFinder> lines() {
        return Optional.empty();
    }

    /** {@return what leads from addresses to scopes and their variables} */
    default Optional<ScopeFinder> scopes() {
        return Optional.empty();
    }

    /** {@return what leads from addresses of code to the tables that tell of its frames} */
    default Optional<UnwindTableFinder> unwindTables() {
        return Optional.empty();
    }
}
