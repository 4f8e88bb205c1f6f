package org.wyrm.platform.output.internal;

import java.util.HashMap;
import java.util.Map;
import org.wyrm.platform.output.TargetRow;

/** Takes rows one by one. Confined to one thread. */
public abstract class RowSink {
    private final Map<Class<?>, RowShape> shapes = new HashMap<>();
    private final Map<RowShape, RowShape> ofTargets = new HashMap<>();
    private long rowCount;
    private long failureCount;

    /** {@return a row, with the values of its components} */
    public final RowData read(Record row) {
        if (row instanceof TargetRow outer) {
            var inner = read(outer.row());
            var values = new Object[inner.values().length + 1];
            values[0] = outer.target();
            System.arraycopy(inner.values(), 0, values, 1, values.length - 1);
            return new RowData(row, ofTargets.computeIfAbsent(inner.shape(), RowShape::ofTarget), values);
        }
        var shape = shape(row);
        return new RowData(row, shape, shape.values(row));
    }

    /** Writes a row. */
    public final void row(RowData row) {
        for (var value : row.values()) {
            if (RowShape.isFailure(value)) {
                failureCount++;
                break;
            }
        }
        write(row.row(), row.shape(), row.values());
        rowCount++;
    }

    /** Ends what was begun, after the last row. */
    public void end() {}

    /** Ends what was begun, when an error came in place of the next row. */
    public void breakOff() {
        end();
    }

    /** {@return how many rows were written} */
    public final long rowCount() {
        return rowCount;
    }

    /** {@return how many rows held a value that could not be read} */
    public final long failureCount() {
        return failureCount;
    }

    /** Writes a row whose components were read. */
    protected abstract void write(Record row, RowShape shape, Object[] values);

    /** {@return the shape of a record} */
    protected final RowShape shape(Record row) {
        return shapes.computeIfAbsent(row.getClass(), RowShape::new);
    }
}
