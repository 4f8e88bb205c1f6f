package org.wyrm.platform.output.internal;

import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.TextRow;
import org.wyrm.platform.output.Output;

/** Rows that say themselves how they look. */
public final class TextRows extends RowSink {
    private final Output out;
    private final boolean color;

    /** Writes a row after the other. */
    public TextRows(Output out, boolean color) {
        this.out = out;
        this.color = color;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        var text = row instanceof TextRow known ? known.toText() : Text.of(row, Text.Reader.PERSON);
        if (color && row instanceof TextRow known) {
            writeInColor(known, text);
        } else {
            out.append(Text.lines(text));
        }
        out.append('\n');
    }

    private void writeInColor(TextRow row, String text) {
        // Parts of the text are escaped one by one: an escape of the target's must not look like one of these.
        var written = new int[1];
        row.forEachSpan(text, span -> {
            out.append(Text.lines(text.substring(written[0], span.start())));
            out.append(Colors.in(color(span.kind()), Text.lines(text.substring(span.start(), span.end()))));
            written[0] = span.end();
        });
        out.append(Text.lines(text.substring(written[0])));
    }

    private static String color(Span.Kind kind) {
        return switch (kind) {
            case TYPE -> Colors.CYAN;
            case MEMBER -> Colors.BLUE;
            case NUMBER -> Colors.YELLOW;
            case STRING -> Colors.GREEN;
            case SYMBOL -> Colors.MAGENTA;
            case COMMENT -> Colors.FAINT;
            case ERROR -> Colors.RED;
        };
    }
}
