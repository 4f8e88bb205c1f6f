package org.wyrm.platform.output.internal;

import org.wyrm.platform.command.DetailRow;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.TextRow;
import org.wyrm.platform.output.Output;

/**
 * Rows to stand in a page of HTML: a table under the names of the components, a table a row, or preformatted text. Cells
 * of numbers have the class {@code n}, those that could not be read {@code f}; where a value is written otherwise for
 * people than for programs, {@code data-v} holds the latter. All that comes from the target is escaped.
 */
public final class HtmlRows extends RowSink {
    private final Output out;
    private final Layout layout;
    private String open = "";

    /** @param layout how the rows look */
    public HtmlRows(Output out, Layout layout) {
        this.out = out;
        this.layout = layout;
    }

    @Override
    protected void write(Record row, RowShape shape, Object[] values) {
        if (layout == Layout.TEXT) {
            begin("</pre>\n", "<pre>");
            var text = row instanceof TextRow known ? known.toText() : Text.of(row, Text.Reader.PERSON);
            out.append(Output.html(text)).append('\n');
        } else if (layout == Layout.DETAIL || row instanceof DetailRow) {
            end();
            out.append("<table class=\"d\">\n");
            for (var i = 0; i < values.length; i++) {
                out.append("<tr><th>").append(shape.columns().get(i).header()).append("</th>");
                cell("", values[i]);
                out.append("</tr>\n");
            }
            out.append("</table>\n");
        } else {
            begin("</tbody></table>\n", header(shape));
            out.append("<tr>");
            for (var i = 0; i < values.length; i++) {
                cell(shape.columns().get(i).isNumber() ? "n" : "", values[i]);
            }
            out.append("</tr>\n");
        }
    }

    @Override
    public void end() {
        out.append(open);
        open = "";
    }

    private void begin(String closing, String opening) {
        if (open.isEmpty()) {
            out.append(opening);
            open = closing;
        }
    }

    private static String header(RowShape shape) {
        var header = new StringBuilder("<table><thead><tr>");
        shape.columns()
                .forEach(column -> header.append(column.isNumber() ? "<th class=\"n\">" : "<th>")
                        .append(column.header())
                        .append("</th>"));
        return header.append("</tr></thead><tbody>\n").toString();
    }

    private void cell(String style, Object value) {
        var person = Text.of(value, Text.Reader.PERSON);
        var program = Text.of(value, Text.Reader.PROGRAM);
        var classes = RowShape.isFailure(value) ? "f" : style;
        out.append("<td");
        if (!classes.isEmpty()) {
            out.append(" class=\"").append(classes).append('"');
        }
        if (classes.equals("n") && !person.equals(program)) {
            out.append(" data-v=\"").append(Output.html(program)).append('"');
        }
        out.append('>').append(Output.html(person)).append("</td>");
    }
}
