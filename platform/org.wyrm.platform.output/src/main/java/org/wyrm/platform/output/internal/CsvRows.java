package org.wyrm.platform.output.internal;

import java.util.List;
import org.wyrm.platform.output.Column;
import org.wyrm.platform.output.Output;

/** Rows as CSV, by RFC 4180, under a line of their keys. */
public final class CsvRows extends RowSink {
    private final Output out;
    private final List<Column> known;
    private boolean headed;

    /** @param known the columns, for a header where there are no rows; may be empty */
    public CsvRows(Output out, List<Column> known) {
        this.out = out;
        this.known = known;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        header(shape.columns());
        for (var i = 0; i < values.length; i++) {
            field(i, Text.field(Text.of(values[i], Text.Reader.PROGRAM)));
        }
        out.append("\r\n");
    }

    private void header(List<Column> columns) {
        if (headed || columns.isEmpty()) {
            return;
        }
        headed = true;
        for (var i = 0; i < columns.size(); i++) {
            field(i, columns.get(i).key());
        }
        out.append("\r\n");
    }

    private void field(int index, String text) {
        if (index > 0) {
            out.append(',');
        }
        if (text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')) {
            out.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            out.append(text);
        }
    }

    @Override
    public void end() {
        header(known);
    }

    @Override
    public void breakOff() {
        // A header alone would say that there are no rows.
    }
}
