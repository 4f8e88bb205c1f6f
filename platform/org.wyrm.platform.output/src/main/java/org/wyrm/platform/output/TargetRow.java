package org.wyrm.platform.output;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row of one of several targets, whose name is its first component.
 *
 * @param target what the user knows the target by: the path of a dump
 * @param row what a command found in it, or what went wrong
 */
public record TargetRow(String target, Record row) {
    /** The first column. */
    public static final Column COLUMN = new Column("target", "Ljava/lang/String;");

    /** {@return the columns of such rows, of what is known of the rows in them; empty for nothing} */
    public static List<Column> columns(List<Column> known) {
        return known.isEmpty()
                ? known
                : Stream.concat(Stream.of(COLUMN), known.stream()).toList();
    }

    /**
     * Stands in place of rows of a target where something went wrong.
     *
     * @param error what that was
     */
    public record Failed(String error) {}
}
