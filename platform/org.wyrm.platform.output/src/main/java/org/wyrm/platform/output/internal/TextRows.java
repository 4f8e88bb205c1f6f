package org.wyrm.platform.output.internal;

import org.wyrm.platform.command.TextRow;
import org.wyrm.platform.output.Output;

/** Rows that say themselves how they look. */
public final class TextRows extends RowSink {
    private final Output out;

    /** Writes a row after the other. */
    public TextRows(Output out) {
        this.out = out;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        var text = row instanceof TextRow known ? known.toText() : Text.of(row, Text.Reader.PERSON);
        out.append(Text.lines(text)).append('\n');
    }
}
