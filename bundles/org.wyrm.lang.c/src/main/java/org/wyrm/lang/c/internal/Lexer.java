package org.wyrm.lang.c.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;

/** Cuts a text into words of C; comments are passed over. */
final class Lexer {
    /** A name of a file: {@code kernel/fork.c::name}. */
    private static final Pattern QUALIFIED = Pattern.compile("[\\w./+-]*\\.[\\w./+-]*(::[A-Za-z_$][\\w$]*)+");

    /** The longest first. */
    private static final List<String> SIGNS = List.of(
            "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=",
            "/=", "%=", "&=", "|=", "^=", "*", "(", ")", "[", "]", ",", ";", "{", "}", ":", "=", "&", "+", "-", "~",
            "!", "/", "%", "<", ">", "^", "|", "?", ".");

    private final String text;
    /** Where the last {@code ::} is, or -1: no word behind it is qualified. */
    private final int lastScope;

    private int position;

    private Lexer(String text) {
        this.text = text;
        this.lastScope = text.lastIndexOf("::");
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
        if (start <= lastScope) {
            var qualified = QUALIFIED.matcher(text).region(start, text.length());
            if (qualified.lookingAt()) {
                position = qualified.end();
                return token(Token.Kind.IDENTIFIER, start);
            }
        }
        var first = text.charAt(start);
        if (isWordStart(first)) {
            skipWord();
            return token(Token.Kind.IDENTIFIER, start);
        }
        if (isDigit(start) || first == '.' && isDigit(start + 1)) {
            skipNumber();
            return token(Token.Kind.NUMBER, start);
        }
        if (first == '"' || first == '\'') {
            skipQuoted(first);
            return token(first == '"' ? Token.Kind.STRING : Token.Kind.CHARACTER, start);
        }
        for (var sign : SIGNS) {
            if (text.startsWith(sign, start)) {
                position += sign.length();
                return token(Token.Kind.PUNCTUATOR, start);
            }
        }
        throw new UsageException("column " + (start + 1) + ": '" + first + "' is not a character of C");
    }

    private boolean isDigit(int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private void skipNumber() {
        var isHex = text.startsWith("0x", position) || text.startsWith("0X", position);
        while (position < text.length()) {
            var next = text.charAt(position);
            var isExponent = isHex ? next == 'p' || next == 'P' : next == 'e' || next == 'E';
            if (isExponent && position + 1 < text.length() && "+-".indexOf(text.charAt(position + 1)) >= 0) {
                position += 2;
            } else if (isWordStart(next) || isDigit(position) || next == '.') {
                position++;
            } else {
                return;
            }
        }
    }

    private void skipQuoted(char quote) {
        var start = position++;
        while (position < text.length() && text.charAt(position) != quote) {
            position += text.charAt(position) == '\\' ? 2 : 1;
        }
        if (position >= text.length()) {
            throw new UsageException("column " + (start + 1) + ": the quotation has no end");
        }
        position++;
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
        while (position < text.length() && (isWordStart(text.charAt(position)) || isDigit(position))) {
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
