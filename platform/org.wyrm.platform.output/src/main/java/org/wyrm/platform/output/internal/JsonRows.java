package org.wyrm.platform.output.internal;

import org.wyrm.platform.output.Output;

/** Rows as JSON: one array, or an object a line that is handed on at once. */
public final class JsonRows extends RowSink {
    private final Output out;
    private final boolean array;
    private final StringBuilder text = new StringBuilder();
    private final Json json = new Json(text, this::shape);
    private boolean empty = true;

    private JsonRows(Output out, boolean array) {
        this.out = out;
        this.array = array;
    }

    /** {@return what writes one array} */
    public static JsonRows array(Output out) {
        return new JsonRows(out, true);
    }

    /** {@return what writes an object a line} */
    public static JsonRows lines(Output out) {
        return new JsonRows(out, false);
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        text.setLength(0);
        if (array) {
            text.append(empty ? "[\n" : ",\n");
        }
        empty = false;
        json.object(shape, values);
        if (array) {
            out.append(text);
        } else {
            out.append(text.append('\n')).flush();
        }
    }

    @Override
    public void end() {
        if (array) {
            out.append(empty ? "[]\n" : "\n]\n");
        }
    }
}
