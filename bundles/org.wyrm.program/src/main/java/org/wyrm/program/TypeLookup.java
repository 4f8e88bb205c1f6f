package org.wyrm.program;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.spi.TypeFinder;

/** Looks up types by kind and name, for one program. Thread-safe. */
final class TypeLookup {
    private final Program program;
    private final OpenTarget target;

    TypeLookup(Program program, OpenTarget target) {
        this.program = program;
        this.target = target;
    }

    /** {@return a type by its C name} */
    TargetType type(String name) {
        var known = target.typesByName.get(name);
        if (known == null) {
            known = target.language().parseType(program, name);
            target.typesByName.put(name, known);
        }
        return known;
    }

    /** {@return all types of some kinds with a name, from the first source that has a complete one} */
    List<TypeRef> find(List<TypeKind> kinds, String name) {
        var incomplete = new ArrayList<TypeRef>();
        var complete = target.firstFound(
                program,
                source -> source.types().map(finder -> {
                    var found = find(finder, kinds, name);
                    // A structure that the kernel, or one module, only declares may be that of another module.
                    var defined = found.stream()
                            .filter(type -> !type.resolve().isDeclarationOnly())
                            .toList();
                    if (defined.isEmpty() && incomplete.isEmpty()) {
                        incomplete.addAll(found);
                    }
                    return defined;
                }));
        return SameTypes.merged(complete.isEmpty() ? incomplete : complete);
    }

    private static List<TypeRef> find(TypeFinder finder, List<TypeKind> kinds, String name) {
        var found = new ArrayList<TypeRef>();
        for (var kind : kinds) {
            found.addAll(finder.findTypes(kind, name));
        }
        return found;
    }

    /** {@return a structure with its members, where another source defines it} */
    TargetType complete(TargetType type) {
        if (!(type.unaliased() instanceof CompoundType compound)
                || compound.isComplete()
                || compound.tag().isEmpty()) {
            return type;
        }
        var found = find(List.of(compound.keyword().kind()), compound.tag().get());
        return found.size() == 1 ? found.getFirst().resolve() : type;
    }

    /** {@return the only type of a kind with a name} */
    TypeRef single(TypeKind kind, String name) {
        var found = find(List.of(kind), name);
        var label = kind == TypeKind.TYPEDEF ? "type" : kind.label();
        if (found.isEmpty()) {
            throw missing(label, List.of(kind), name);
        }
        if (found.size() > 1) {
            throw new LookupFailedException("single " + label, name, Ambiguity.ofTypes(name, found));
        }
        return found.getFirst();
    }

    /** {@return the error for a type that is not there; of one of another file, with the files that it is in} */
    LookupFailedException missing(String label, List<TypeKind> kinds, String name) {
        return QualifiedName.parse(name)
                .flatMap(qualified -> Ambiguity.elsewhere(
                        label,
                        name,
                        find(kinds, qualified.name()).stream()
                                .map(TypeRef::place)
                                .toList()))
                .orElseGet(() -> new LookupFailedException(label, name, target.missing()));
    }
}
