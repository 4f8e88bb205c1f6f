package org.wyrm.platform.output.internal;

import org.wyrm.platform.output.Output;

/** A block a row: a line a component, its name and its value. */
public final class DetailRows extends RowSink {
    private final Output out;
    private boolean empty = true;

    /** Writes blocks with an empty line between them. */
    public DetailRows(Output out) {
        this.out = out;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        if (!empty) {
            out.append('\n');
        }
        empty = false;
        var width = 0;
        for (var column : shape.columns()) {
            width = Math.max(width, column.header().length());
        }
        for (var i = 0; i < values.length; i++) {
            var name = shape.columns().get(i).header();
            var value = Text.lines(Text.of(values[i], Text.Reader.PERSON));
            var margin = " ".repeat(width + 2);
            out.append(" ".repeat(width - name.length()))
                    .append(name)
                    .append(": ")
                    .append(value.replace("\n", "\n" + margin))
                    .append('\n');
        }
    }
}
