package org.wyrm.commands.internal;

import java.util.Set;
import java.util.function.Consumer;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.Span.Kind;

/** Tells types, names and values apart in text that wyrm has written as C. Confined to one thread. */
final class CSpans {
    private static final Set<String> TAGS = Set.of("struct", "union", "enum", "class");

    private final String text;
    private final Consumer<Span> spans;
    private int at;

    private CSpans(String text, Consumer<Span> spans) {
        this.text = text;
        this.spans = spans;
    }

    /** Finds the parts of a value: {@code (struct pid){ .level = (unsigned int)0 }}. */
    static void ofValue(String text, Consumer<Span> spans) {
        var scan = new CSpans(text, spans);
        while (scan.at < text.length()) {
            if (scan.isTypeAhead()) {
                scan.add(Kind.TYPE, scan.closing());
            } else if (scan.isMemberAhead()) {
                scan.add(Kind.MEMBER, scan.wordEnd(scan.at + 1));
            } else if (!scan.literal()) {
                var end = scan.wordEnd(scan.at);
                if (end == scan.at) {
                    scan.at++;
                } else if (text.startsWith("+0x", end)) {
                    scan.add(Kind.SYMBOL, scan.wordEnd(end + 1));
                } else {
                    scan.add(Kind.NUMBER, end);
                }
            }
        }
    }

    /** Finds the parts of a definition or a declaration: {@code struct pid { unsigned int level; }; // 112 bytes}. */
    static void ofDeclaration(String text, Consumer<Span> spans) {
        var scan = new CSpans(text, spans);
        var hasType = false;
        var isTag = false;
        var depth = 0;
        while (scan.at < text.length()) {
            var start = scan.at;
            if (scan.literal()) {
                continue;
            }
            var end = scan.wordEnd(start);
            if (end == start) {
                var c = text.charAt(scan.at++);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                hasType &= ";{}".indexOf(c) < 0;
                continue;
            }
            var isDeclared = !isTag && (scan.isPointerToFunction(start) || depth == 0 && scan.isDeclared(end, hasType));
            isTag = TAGS.contains(text.substring(start, end));
            scan.add(isDeclared ? Kind.MEMBER : Kind.TYPE, end);
            hasType = true;
        }
    }

    private boolean isPointerToFunction(int start) {
        return text.startsWith("(*", start - 2);
    }

    private boolean isDeclared(int end, boolean hasType) {
        var next = end;
        while (next < text.length() && text.charAt(next) == ' ') {
            next++;
        }
        var c = next < text.length() ? text.charAt(next) : '\n';
        return c == '=' || hasType && ";[:,(".indexOf(c) >= 0 && !text.startsWith("::", next);
    }

    /** {@return whether a type in parentheses begins here: where a value does} */
    private boolean isTypeAhead() {
        return text.charAt(at) == '('
                && (at == 0
                        || "\t*".indexOf(text.charAt(at - 1)) >= 0
                        || text.charAt(at - 1) == ' ' && at > 1 && "={,:".indexOf(text.charAt(at - 2)) >= 0);
    }

    private boolean isMemberAhead() {
        return text.charAt(at) == '.'
                && at > 0
                && Character.isWhitespace(text.charAt(at - 1))
                && wordEnd(at + 1) > at + 1;
    }

    /** {@return behind the parenthesis that closes the one here} */
    private int closing() {
        var depth = 0;
        var end = at;
        do {
            var c = text.charAt(end++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        } while (depth > 0 && end < text.length());
        return end;
    }

    /** Passes a string, a number, a comment or an error; false if there is none. */
    private boolean literal() {
        var c = text.charAt(at);
        if (c == '"' || c == '\'') {
            add(Kind.STRING, stringEnd(c));
        } else if (c == '<' && (at == 0 || !isWord(text.charAt(at - 1)))) {
            add(Kind.ERROR, errorEnd());
        } else if (text.startsWith("//", at)) {
            add(Kind.COMMENT, lineEnd());
        } else if (text.startsWith("/*", at)) {
            var end = text.indexOf("*/", at);
            add(Kind.COMMENT, end < 0 ? text.length() : end + 2);
        } else if (isDigit(c) || c == '-' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            add(Kind.NUMBER, numberEnd());
        } else {
            return false;
        }
        return true;
    }

    private int stringEnd(char quote) {
        for (var end = at + 1; end < text.length(); end++) {
            if (text.charAt(end) == '\\') {
                end++;
            } else if (text.charAt(end) == quote) {
                return end + 1;
            }
        }
        return text.length();
    }

    /** Words of an error may hold an arrow. */
    private int errorEnd() {
        var end = at + 1;
        while (end < lineEnd() && (text.charAt(end) != '>' || text.charAt(end - 1) == '-')) {
            end++;
        }
        return Math.min(end + 1, lineEnd());
    }

    private int lineEnd() {
        var end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private int numberEnd() {
        var end = at + 1;
        while (end < text.length() && (isWord(text.charAt(end)) || text.charAt(end) == '.' || isExponentSign(end))) {
            end++;
        }
        return end;
    }

    private boolean isExponentSign(int index) {
        return (text.charAt(index) == '-' || text.charAt(index) == '+')
                && text.charAt(index - 1) == 'e'
                && !text.startsWith("0x", at);
    }

    private int wordEnd(int start) {
        var end = start;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void add(Kind kind, int end) {
        spans.accept(new Span(at, end, kind));
        at = end;
    }
}
