package org.wyrm.lang.c.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;

/** Cuts a text into words of C; comments are passed over. */
final class Lexer {
    /** A name of a file: {@code kernel/fork.c::name}. */
    private static final Pattern QUALIFIED = Pattern.compile("[\\w./+-]*\\.[\\w./+-]*(::[A-Za-z_$][\\w$]*)+");

    private final String text;
    private int position;

    private Lexer(String text) {
        this.text = text;
    }

    /**
     * {@return the words of a text, the last of them the end}
     *
     * @throws UsageException if a character is none of C's
     */
    static List<Token> tokens(String text) {
        var lexer = new Lexer(text);
        var tokens = new ArrayList<Token>();
        Token next;
        do {
            next = lexer.next();
            tokens.add(next);
        } while (next.kind() != Token.Kind.END);
        return tokens;
    }

    private Token next() {
        skipBlanks();
        var start = position;
        if (start == text.length()) {
            return new Token(Token.Kind.END, "", start);
        }
        var qualified = QUALIFIED.matcher(text).region(start, text.length());
        if (text.indexOf("::", start) >= 0 && qualified.lookingAt()) {
            position = qualified.end();
            return token(Token.Kind.IDENTIFIER, start);
        }
        var first = text.charAt(start);
        if (isWordStart(first)) {
            skipWord();
            return token(Token.Kind.IDENTIFIER, start);
        }
        if (first >= '0' && first <= '9') {
            skipWord();
            return token(Token.Kind.NUMBER, start);
        }
        if (text.startsWith("...", start)) {
            position += 3;
        } else if ("*()[],;{}:=&".indexOf(first) >= 0) {
            position++;
        } else {
            throw new UsageException("column " + (start + 1) + ": '" + first + "' is not expected in a C type");
        }
        return token(Token.Kind.PUNCTUATOR, start);
    }

    private void skipBlanks() {
        while (position < text.length()) {
            if (Character.isWhitespace(text.charAt(position))) {
                position++;
            } else if (text.startsWith("//", position)) {
                position = after("\n");
            } else if (text.startsWith("/*", position)) {
                position += 2;
                position = after("*/");
            } else {
                return;
            }
        }
    }

    private int after(String end) {
        var found = text.indexOf(end, position);
        return found < 0 ? text.length() : found + end.length();
    }

    private void skipWord() {
        while (position < text.length()
                && (isWordStart(text.charAt(position))
                        || text.charAt(position) >= '0' && text.charAt(position) <= '9')) {
            position++;
        }
    }

    private static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
    }

    private Token token(Token.Kind kind, int start) {
        return new Token(kind, text.substring(start, position), start);
    }
}
