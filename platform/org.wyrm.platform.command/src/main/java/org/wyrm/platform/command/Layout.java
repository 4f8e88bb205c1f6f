package org.wyrm.platform.command;

/** How rows look as text. */
public enum Layout {
    /** A line a row, in columns under the names of the components. */
    TABLE,
    /** A block a row, a line a component: its name, then its value. */
    DETAIL,
    /** Each row is a {@link TextRow} that says itself how it looks. */
    TEXT
}
