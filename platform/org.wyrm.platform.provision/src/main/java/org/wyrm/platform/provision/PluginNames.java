package org.wyrm.platform.provision;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What users call plug-ins: by their symbolic names, or those without {@code org.wyrm.}. */
final class PluginNames {
    private static final String FAMILY = "org.wyrm.";

    private PluginNames() {}

    /** {@return the first of a name; a whole name counts before a short one} */
    static <T> Optional<T> find(Collection<T> all, Function<T, String> nameOf, String name) {
        return all.stream()
                .filter(each -> nameOf.apply(each).equals(name))
                .findFirst()
                .or(() -> all.stream()
                        .filter(each -> nameOf.apply(each).equals(FAMILY + name))
                        .findFirst());
    }

    /** {@return the newest of a name} */
    static Optional<Offer> newest(List<Offer> offers, String name) {
        return find(offers, Offer::name, name)
                .flatMap(any -> offers.stream()
                        .filter(offer -> offer.name().equals(any.name()))
                        .max(Comparator.comparing(Offer::version)));
    }
}
