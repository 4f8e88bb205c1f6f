package org.wyrm.platform.shell.internal;

import java.util.regex.Pattern;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.extension.Session;

/** Colors a line while it is edited: commands, and the parts of an expression. */
final class LineColors implements Highlighter {
    private final Session session;
    private final Shell shell;

    LineColors(Session session, Shell shell) {
        this.session = session;
        this.shell = shell;
    }

    @Override
    public AttributedString highlight(LineReader reader, String line) {
        if (!shell.isOn("color")) {
            return new AttributedString(line);
        }
        var first = ShellLine.firstWord(line);
        var index = session.index();
        var command = ShellLine.command(index, line);
        if (first.isPresent()
                && (command.isPresent()
                        || Builtin.named(first.get()).isPresent()
                        || shell.aliases().contains(first.get()))) {
            var end = line.indexOf(first.get()) + first.get().length();
            var colored = new AttributedStringBuilder();
            colored.append(line.substring(0, end), AttributedStyle.BOLD);
            if (command.isPresent() && ShellLine.takesExpression(index, command.get())) {
                expression(line.substring(end), colored);
            } else {
                colored.append(line.substring(end));
            }
            return colored.toAttributedString();
        }
        var colored = new AttributedStringBuilder();
        if (line.startsWith("!") || line.startsWith("#")) {
            colored.append(line, AttributedStyle.DEFAULT.faint());
        } else {
            expression(line, colored);
        }
        return colored.toAttributedString();
    }

    private void expression(String text, AttributedStringBuilder colored) {
        var language = shell.language();
        var written = new int[1];
        language.ifPresent(each -> each.forEachSpan(text, span -> {
            colored.append(text.substring(written[0], span.start()));
            colored.append(text.substring(span.start(), span.end()), style(span.kind()));
            written[0] = span.end();
        }));
        colored.append(text.substring(written[0]));
    }

    private static AttributedStyle style(Span.Kind kind) {
        var color = switch (kind) {
            case TYPE -> AttributedStyle.CYAN;
            case MEMBER -> AttributedStyle.BLUE;
            case NUMBER -> AttributedStyle.YELLOW;
            case STRING -> AttributedStyle.GREEN;
            case SYMBOL -> AttributedStyle.MAGENTA;
            case COMMENT -> AttributedStyle.WHITE;
            case ERROR -> AttributedStyle.RED;
        };
        return AttributedStyle.DEFAULT.foreground(color);
    }

    @Override
    public void setErrorPattern(Pattern errorPattern) {
        // Nothing is marked as wrong before it is entered.
    }

    @Override
    public void setErrorIndex(int errorIndex) {
        // The same.
    }
}
