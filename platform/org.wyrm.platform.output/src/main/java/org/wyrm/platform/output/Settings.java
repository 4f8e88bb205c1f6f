package org.wyrm.platform.output;

import java.util.OptionalLong;

/**
 * How to write.
 *
 * @param format of rows
 * @param limit the most rows to write
 * @param color whether text has colors: headers, types, values, errors
 */
public record Settings(Format format, OptionalLong limit, boolean color) {
    /** Text, all rows, no color. */
    public static final Settings PLAIN = new Settings(Format.TEXT, OptionalLong.empty(), false);
}
