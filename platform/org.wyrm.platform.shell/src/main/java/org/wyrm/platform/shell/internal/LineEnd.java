package org.wyrm.platform.shell.internal;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.wyrm.platform.extension.Session;

/** Tells the editor whether a line is whole, and which word the cursor is in. */
final class LineEnd implements Parser {
    private final Session session;
    private final Completion completion;

    LineEnd(Session session, Completion completion) {
        this.session = session;
        this.completion = completion;
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !isWhole(line)) {
            throw new EOFError(-1, -1, "the line goes on", "");
        }
        var word = context == ParseContext.COMPLETE
                ? Caret.at(session.index(), line.substring(0, cursor)).word()
                : "";
        return new Parsed(line, cursor, word);
    }

    private boolean isWhole(String line) {
        if (line.endsWith("\\")) {
            return false;
        }
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#") || text.startsWith("!")) {
            return true;
        }
        var index = session.index();
        var command = ShellLine.command(index, text);
        var first = ShellLine.firstWord(text);
        if (command.isEmpty() && first.isPresent() && Builtin.named(first.get()).isPresent()) {
            return true;
        }
        if (command.isPresent() && !ShellLine.takesExpression(index, command.get())) {
            return !ShellLine.isOpen(text);
        }
        var expression = Segments.of(text, true).texts().getFirst();
        return completion
                .language()
                .map(language -> language.isComplete(expression))
                .orElse(true);
    }

    /** A backslash at the end of a line joins it with the next. */
    static String joined(String line) {
        return line.replace("\\\n", "");
    }

    private record Parsed(String line, int cursor, String word) implements CompletingParsedLine {
        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }
}
