package org.wyrm.dwarf;

/**
 * Where the text of a name of a line table is.
 *
 * @dwarf 6.2.4.1 Standard Content Descriptions
 */
public enum LineStringForm {
    /** In {@code .debug_line} itself; an offset there. */
    IN_PLACE,
    /** In {@code .debug_line_str}; an offset there. */
    LINE_STRING,
    /** In {@code .debug_str}; an offset there. */
    STRING,
    /** In {@code .debug_str}; an index in the unit's part of {@code .debug_str_offsets}. */
    INDEXED_STRING
}
