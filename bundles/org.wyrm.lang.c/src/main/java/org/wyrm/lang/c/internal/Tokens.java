package org.wyrm.lang.c.internal;

import java.util.List;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UsageException;

/** The words of a text, read from left to right. Confined to one thread. */
final class Tokens {
    /** How much of a line is shown around a place. */
    private static final int SHOWN = 60;

    private final String text;
    private final List<Token> tokens;
    private int position;

    Tokens(String text) {
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    int count() {
        return tokens.size();
    }

    Token peek() {
        return tokens.get(position);
    }

    /** {@return the word after some that come next} */
    Token peek(int count) {
        return tokens.get(Math.min(position + count, tokens.size() - 1));
    }

    Token next() {
        var token = peek();
        if (token.kind() != Token.Kind.END) {
            position++;
        }
        return token;
    }

    boolean accept(String wanted) {
        if (peek().is(wanted)) {
            position++;
            return true;
        }
        return false;
    }

    void expect(String wanted) {
        if (!accept(wanted)) {
            throw unexpected("where '" + wanted + "' was expected");
        }
    }

    void expectEnd(String after) {
        if (peek().kind() != Token.Kind.END) {
            throw unexpected(after);
        }
    }

    /** {@return what is written from one word to before the next one} */
    String textFrom(Token first) {
        return text.substring(first.offset(), endOfPrevious()).strip();
    }

    private int endOfPrevious() {
        var last = tokens.get(position - 1);
        return last.offset() + last.text().length();
    }

    UsageException unexpected(String where) {
        var token = peek();
        var found = token.kind() == Token.Kind.END ? "the end" : "'" + token.text() + "'";
        return error(token, found + " is not expected " + where);
    }

    /** {@return an error at a word} */
    UsageException error(Token token, String message) {
        var error = new UsageException("column " + (token.offset() + 1) + ": " + message);
        mark(error, token.offset());
        return error;
    }

    /** Adds to an error where in the text it is. */
    DebuggerException mark(DebuggerException error, int offset) {
        var start = text.lastIndexOf('\n', offset - 1) + 1;
        var lineEnd = text.indexOf('\n', offset);
        var from = Math.max(start, offset - SHOWN);
        var end = Math.min(lineEnd < 0 ? text.length() : lineEnd, offset + SHOWN);
        return error.in("  " + text.substring(from, end).replace('\t', ' ') + "\n  " + " ".repeat(offset - from) + "^");
    }
}
