package org.wyrm.program;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;

/** Tells who asks for a name of several definitions, or of none in a file, what there is. */
final class Ambiguity {
    private static final int MAX_PLACES = 20;

    private Ambiguity() {}

    /** {@return the variable with a name, if all that were found are the same} */
    static Variable single(String name, List<Variable> found) {
        var first = found.getFirst();
        // Nearly all are found once; the first use of a record's equals costs a start 15 ms, see docs/adr/0003.
        for (var other : found.subList(1, found.size())) {
            // What has no address of its own is at the symbol's, which is looked up apart.
            if (!(other.location() instanceof Location.BySymbol)
                    && !other.location().equals(first.location())) {
                throw new LookupFailedException("single variable", name, ofVariables(name, found));
            }
        }
        return first;
    }

    /** {@return what to say of several variables, functions or constants} */
    static String ofVariables(String name, List<Variable> found) {
        var places = new ArrayList<String>();
        for (var variable : found) {
            var address = address(variable);
            places.add(variable.place()
                    .map(SourcePlace::toString)
                    .orElse(address.isPresent() ? "0x%x".formatted(address.getAsLong()) : variable.source()));
        }
        return "it is defined %d times: %s"
                .formatted(
                        found.size(),
                        list(places)
                                + advice(
                                        name,
                                        found.stream().map(Variable::place).toList()));
    }

    /** {@return what to say of what has a type and no symbol} */
    static String withoutSymbol(List<Variable> found) {
        var places = found.stream()
                .flatMap(variable -> variable.place().stream())
                .map(SourcePlace::toString)
                .distinct()
                .toList();
        return "it is known to " + found.getFirst().source()
                + (places.isEmpty() ? "" : ", from " + list(places))
                + ", but has none: a function may be inlined everywhere, a variable left out";
    }

    /** {@return what to say of several types} */
    static String ofTypes(String name, List<TypeRef> found) {
        var places = found.stream().map(TypeRef::place).toList();
        var texts = places.stream()
                .map(place -> place.map(SourcePlace::toString).orElse("?"))
                .toList();
        return places.stream().allMatch(Optional::isEmpty)
                ? "it is defined %d times, and nothing tells where".formatted(found.size())
                : "it is defined %d times: %s".formatted(found.size(), list(texts) + advice(name, places));
    }

    /** {@return what to say of several symbols} */
    static String ofSymbols(String name, List<Symbol> found, Program program) {
        var texts = new ArrayList<String>();
        var places = new ArrayList<Optional<SourcePlace>>();
        for (var symbol : found) {
            var place = program.place(symbol);
            places.add(place);
            texts.add("0x%x".formatted(symbol.address())
                    + symbol.module().map(module -> " in " + module).orElse("")
                    + place.map(known -> " (" + known + ")").orElse(""));
        }
        return "%d symbols are called %s: %s".formatted(found.size(), name, list(texts) + advice(name, places));
    }

    /** {@return the error for a name that is not in the file it was said to be in, and where it is} */
    static Optional<LookupFailedException> elsewhere(String kind, String text, List<Optional<SourcePlace>> places) {
        var known = new LinkedHashSet<String>();
        places.forEach(place -> place.ifPresent(at -> known.add(at.toString())));
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(new LookupFailedException(
                        kind,
                        text,
                        "%s is in %s"
                                .formatted(
                                        QualifiedName.parse(text)
                                                .map(QualifiedName::name)
                                                .orElse(text),
                                        list(List.copyOf(known)))));
    }

    static OptionalLong address(Variable variable) {
        if (variable.location() instanceof Location.Fixed(var address)) {
            return OptionalLong.of(address);
        }
        if (variable.location() instanceof Location.PerCpu(var address)) {
            return OptionalLong.of(address);
        }
        return OptionalLong.empty();
    }

    private static String list(List<String> texts) {
        var shown = String.join(", ", texts.subList(0, Math.min(texts.size(), MAX_PLACES)));
        return texts.size() <= MAX_PLACES ? shown : shown + " and %d more".formatted(texts.size() - MAX_PLACES);
    }

    private static String advice(String name, List<Optional<SourcePlace>> places) {
        var files = new LinkedHashSet<String>();
        places.forEach(place -> place.ifPresent(known -> files.add(known.file())));
        if (files.size() < 2) {
            return "";
        }
        var plain = QualifiedName.parse(name).map(QualifiedName::name).orElse(name);
        return "; say " + new QualifiedName(shortest(files.iterator().next(), files), plain);
    }

    /** {@return the shortest end of a path that no other file has} */
    private static String shortest(String path, Set<String> files) {
        for (var at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
            var end = new QualifiedName(path.substring(at + 1), "");
            if (files.stream().filter(end::isIn).count() == 1) {
                return end.file();
            }
        }
        return path;
    }
}
