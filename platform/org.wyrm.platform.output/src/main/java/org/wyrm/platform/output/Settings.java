package org.wyrm.platform.output;

import java.util.List;
import java.util.OptionalLong;

/**
 * How to write.
 *
 * @param format of rows
 * @param stages what is done with rows before, one after the other
 * @param limit the most rows to write
 * @param color whether text has colors: headers, types, values, errors
 */
public record Settings(Format format, List<RowStage> stages, OptionalLong limit, boolean color) {
    /** Text, all rows, no color. */
    public static final Settings PLAIN = new Settings(Format.TEXT, OptionalLong.empty(), false);

    public Settings {
        stages = List.copyOf(stages);
    }

    /** All rows, as they are. */
    public Settings(Format format, OptionalLong limit, boolean color) {
        this(format, List.of(), limit, color);
    }

    /** {@return these, with rows that go through stages first} */
    public Settings through(List<RowStage> some) {
        return new Settings(format, some, limit, color);
    }
}
