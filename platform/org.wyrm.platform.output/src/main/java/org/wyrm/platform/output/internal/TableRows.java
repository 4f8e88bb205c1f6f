package org.wyrm.platform.output.internal;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.platform.command.DetailRow;
import org.wyrm.platform.output.Column;
import org.wyrm.platform.output.Output;

/**
 * Rows in columns. The first rows decide how wide the columns are; those that follow are written as they come. Rows that
 * want to be blocks are that.
 */
public final class TableRows extends RowSink {
    private static final int ROWS_MEASURED = 256;
    private static final String GAP = "  ";

    private final Output out;
    private final boolean color;
    private final List<Cell[]> held = new ArrayList<>();
    private List<Column> columns;
    private int[] widths = {};
    private boolean measured;
    private final DetailRows details;

    /** A text in a column; red where it tells why there is no value. */
    private record Cell(String text, boolean isFailure) {
        int width() {
            return text.codePointCount(0, text.length());
        }
    }

    /** @param known the columns, for a header where there are no rows; may be empty */
    public TableRows(Output out, List<Column> known, boolean color) {
        this.out = out;
        this.columns = known;
        this.color = color;
        details = new DetailRows(out);
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        if (row instanceof DetailRow) {
            measured = true;
            details.write(row, shape, values);
            return;
        }
        columns = shape.columns();
        var cells = new Cell[values.length];
        for (var i = 0; i < cells.length; i++) {
            cells[i] = new Cell(Text.line(Text.of(values[i], Text.Reader.PERSON)), RowShape.isFailure(values[i]));
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
        var header =
                columns.stream().map(column -> new Cell(column.header(), false)).toArray(Cell[]::new);
        widths = new int[header.length];
        measure(header);
        held.forEach(this::measure);
        if (header.length > 0) {
            var line = text(header);
            out.append(color ? Colors.in(Colors.BOLD, line) : line).append('\n');
        }
        held.forEach(this::line);
        held.clear();
    }

    private void measure(Cell[] cells) {
        for (var i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], cells[i].width());
        }
    }

    private void line(Cell[] cells) {
        out.append(text(cells)).append('\n');
    }

    private String text(Cell[] cells) {
        var line = new StringBuilder();
        for (var i = 0; i < cells.length; i++) {
            var padding = " ".repeat(Math.max(0, widths[i] - cells[i].width()));
            var text = color && cells[i].isFailure ? Colors.in(Colors.RED, cells[i].text) : cells[i].text;
            line.append(i == 0 ? "" : GAP);
            if (columns.get(i).isNumber()) {
                line.append(padding).append(text);
            } else {
                line.append(text).append(i + 1 < cells.length ? padding : "");
            }
        }
        return line.toString();
    }
}
