package org.wyrm.symbols;

/**
 * A place in a source file.
 *
 * @param file its path, from the folder of the compilation on if it is below that
 * @param line from 1; 0 where it is of no line, -1 where the file has none: {@code nf_tables.ko}
 * @param column from 1; 0 where it is not known
 */
public record SourcePlace(String file, int line, int column) {
    /** {@return as compilers write it: {@code kernel/fork.c:2590:9}} */
    @Override
    public String toString() {
        return line < 0 ? file : file + ":" + (line == 0 ? "?" : line) + (column == 0 ? "" : ":" + column);
    }
}
