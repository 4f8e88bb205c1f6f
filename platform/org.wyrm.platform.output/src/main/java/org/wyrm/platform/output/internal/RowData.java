package org.wyrm.platform.output.internal;

/** A row whose components were read, or some of them. */
public final class RowData {
    private final Record row;
    private final RowShape shape;
    private final Object[] values;

    RowData(Record row, RowShape shape, Object[] values) {
        this.row = row;
        this.shape = shape;
        this.values = values;
    }

    /** {@return the row as the command gave it; its components may be more than those that are shown} */
    Record row() {
        return row;
    }

    /** {@return the shape of what is shown} */
    RowShape shape() {
        return shape;
    }

    /** {@return the values of the components of the shape} */
    Object[] values() {
        return values;
    }
}
