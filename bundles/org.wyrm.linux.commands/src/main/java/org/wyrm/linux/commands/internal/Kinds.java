package org.wyrm.linux.commands.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;

/** Kinds of lists and trees: constants whose names in small letters are what the user says. */
final class Kinds {
    private Kinds() {}

    static <E extends Enum<E>> E parse(E[] kinds, String text) {
        return Stream.of(kinds)
                .filter(kind -> word(kind).equals(text))
                .findFirst()
                .orElseThrow(() -> new UsageException("--type " + text + ": it is none of "
                        + Stream.of(kinds).map(Kinds::word).collect(Collectors.joining(", "))));
    }

    private static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** {@return the kind whose head an object is, by the tag of its structure} */
    static <E extends Enum<E>> Optional<E> of(E[] kinds, Function<E, String> headTag, Value object) {
        return object.type().unaliased() instanceof CompoundType compound
                ? compound.tag()
                        .flatMap(tag -> Stream.of(kinds)
                                .filter(kind -> headTag.apply(kind).equals(tag))
                                .findFirst())
                : Optional.empty();
    }
}
