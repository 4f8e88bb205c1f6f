package org.wyrm.platform.output.internal;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.platform.output.Column;
import org.wyrm.platform.output.Output;

/** Rows in columns. The first rows decide how wide the columns are; those that follow are written as they come. */
public final class TableRows extends RowSink {
    private static final int ROWS_MEASURED = 256;
    private static final String GAP = "  ";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final Output out;
    private final boolean color;
    private final List<String[]> held = new ArrayList<>();
    private List<Column> columns;
    private int[] widths = {};
    private boolean measured;

    /** @param known the columns, for a header where there are no rows; may be empty */
    public TableRows(Output out, List<Column> known, boolean color) {
        this.out = out;
        this.columns = known;
        this.color = color;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        columns = shape.columns();
        var cells = new String[values.length];
        for (var i = 0; i < cells.length; i++) {
            cells[i] = Text.line(Text.of(values[i], Text.Reader.PERSON));
        }
        if (measured) {
            line(cells);
            return;
        }
        held.add(cells);
        if (held.size() == ROWS_MEASURED) {
            writeHeld();
        }
    }

    @Override
    public void end() {
        if (!measured) {
            writeHeld();
        }
    }

    @Override
    public void breakOff() {
        // A header alone would say that there are no rows.
        if (!held.isEmpty()) {
            writeHeld();
        }
    }

    private void writeHeld() {
        measured = true;
        var header = columns.stream().map(Column::header).toArray(String[]::new);
        widths = new int[header.length];
        measure(header);
        held.forEach(this::measure);
        if (header.length > 0) {
            out.append(color ? BOLD : "");
            line(header, color ? PLAIN : "");
        }
        held.forEach(this::line);
        held.clear();
    }

    private void measure(String[] cells) {
        for (var i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], width(cells[i]));
        }
    }

    private void line(String[] cells) {
        line(cells, "");
    }

    private void line(String[] cells, String end) {
        var line = new StringBuilder();
        for (var i = 0; i < cells.length; i++) {
            var padding = " ".repeat(Math.max(0, widths[i] - width(cells[i])));
            line.append(i == 0 ? "" : GAP);
            if (columns.get(i).isNumber()) {
                line.append(padding).append(cells[i]);
            } else {
                line.append(cells[i]).append(i + 1 < cells.length ? padding : "");
            }
        }
        out.append(line.append(end).append('\n'));
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
