package org.wyrm.symbols;

import java.util.Optional;

/**
 * A name of one source file: {@code fork.c::name}, {@code kernel/fork.c::name}.
 *
 * @param file the end of the file's path
 * @param name the name in it; of C++ with its name spaces
 */
public record QualifiedName(String file, String name) {
    private static final String SEPARATOR = "::";

    /** {@return the parts of a text; empty if it names no file. A file has a dot in its name, a name space has none} */
    public static Optional<QualifiedName> parse(String text) {
        var split = text.indexOf(SEPARATOR, Math.max(0, text.indexOf('.')));
        return split > 0 && text.lastIndexOf('.', split) >= 0
                ? Optional.of(new QualifiedName(text.substring(0, split), text.substring(split + SEPARATOR.length())))
                : Optional.empty();
    }

    /** {@return whether a file's path is the one that is meant, or ends with it} */
    public boolean isIn(String path) {
        return path.equals(file) || path.endsWith("/" + file);
    }

    @Override
    public String toString() {
        return file + SEPARATOR + name;
    }
}
