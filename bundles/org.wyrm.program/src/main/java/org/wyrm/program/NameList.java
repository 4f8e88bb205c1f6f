package org.wyrm.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.wyrm.symbols.spi.SymbolSource;

/** Merges the names of several sources. Confined to one thread. */
final class NameList {
    private final Program program;
    private final List<SymbolSource> sources;
    private final String prefix;
    private final Predicate<String> test;
    private final List<FoundName> found = new ArrayList<>();

    NameList(Program program, List<SymbolSource> sources, String prefix, Predicate<String> test) {
        this.program = program;
        this.sources = sources;
        this.prefix = prefix;
        this.test = test;
    }

    /** {@return the names of some kinds, sorted by name} */
    List<FoundName> of(Set<NameKind> kinds) {
        for (var kind : kinds) {
            var known = new HashMap<String, FoundName>();
            for (var source : sources) {
                add(source, kind, known);
            }
            found.addAll(known.values());
        }
        found.sort(Comparator.comparing(FoundName::name).thenComparing(FoundName::kind));
        return found;
    }

    private void add(SymbolSource source, NameKind kind, Map<String, FoundName> known) {
        var added = new HashMap<String, FoundName>();
        names(source, kind).forEach(name -> {
            program.cancellation().check();
            if (test.test(name)) {
                var before = added.get(name);
                var definitions = before == null ? 1 : before.definitions() + 1;
                added.put(name, new FoundName(name, kind, source.name(), definitions));
            }
        });
        added.forEach((name, found) -> known.merge(name, found, NameList::joined));
    }

    /** A lookup gives what the first source has, but the symbols of all. */
    private static FoundName joined(FoundName first, FoundName other) {
        return first.kind() != NameKind.SYMBOL
                ? first
                : new FoundName(first.name(), first.kind(), first.source(), first.definitions() + other.definitions());
    }

    private Stream<String> names(SymbolSource source, NameKind kind) {
        if (kind.type().isPresent()) {
            var type = kind.type().get();
            return source.types().stream().flatMap(types -> types.typeNames(type, prefix));
        }
        if (kind.variable().isPresent()) {
            var variable = kind.variable().get();
            return source.variables().stream().flatMap(variables -> variables.variableNames(variable, prefix));
        }
        return source.symbols().stream().flatMap(symbols -> symbols.symbolNames(prefix));
    }
}
