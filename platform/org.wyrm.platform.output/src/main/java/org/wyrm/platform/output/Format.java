package org.wyrm.platform.output;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wyrm.base.error.UsageException;

/** How rows are written. */
public enum Format {
    /** For people: a table, blocks or lines, as the command says. */
    TEXT,
    /** One JSON array of objects. */
    JSON,
    /** One JSON object a line, as soon as it is found. */
    JSONL,
    /** RFC 4180: a header line and a line a row. */
    CSV,
    /** For browsers: a table, or preformatted text, to stand in a page. */
    HTML;

    /** {@return the names of all formats, for help} */
    public static String names() {
        return Arrays.stream(values()).map(Format::label).collect(Collectors.joining("|"));
    }

    /** {@return the name of this format} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the format with a name}
     *
     * @throws UsageException if there is none
     */
    public static Format named(String name) {
        for (var format : values()) {
            if (format.label().equals(name)) {
                return format;
            }
        }
        throw new UsageException("no format '" + name + "': take one of " + names());
    }
}
