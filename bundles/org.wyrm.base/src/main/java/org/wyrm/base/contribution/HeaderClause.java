package org.wyrm.base.contribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One clause of a manifest header of OSGi: {@code a;b;version="1.0";resolution:=optional}.
 *
 * @param names the clause's paths: packages, or a namespace
 * @param attributes by name, without their types: {@code aliases:List<String>="a,b"} is {@code aliases} and {@code a,b}
 * @param directives by name
 */
public record HeaderClause(List<String> names, Map<String, String> attributes, Map<String, String> directives) {

    /** {@return the first path} */
    public String name() {
        return names.getFirst();
    }

    /**
     * {@return the clauses of a header, in their order}
     *
     * @throws IllegalArgumentException if the header breaks the grammar of OSGi Core 3.2.3
     */
    public static List<HeaderClause> parse(String header) {
        return new Parser(header).clauses();
    }

    /** {@return the elements of the value of a {@code List} attribute; an escaped comma does not part them} */
    public static List<String> listValue(String value) {
        var elements = new ArrayList<String>();
        var element = new StringBuilder();
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                element.append(value.charAt(++i));
            } else if (c == ',') {
                elements.add(element.toString().strip());
                element.setLength(0);
            } else {
                element.append(c);
            }
        }
        elements.add(element.toString().strip());
        elements.removeIf(String::isEmpty);
        return List.copyOf(elements);
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<HeaderClause> clauses() {
            var clauses = new ArrayList<HeaderClause>();
            skipBlanks();
            while (at < text.length()) {
                clauses.add(clause());
                if (at < text.length()) {
                    expect(',');
                }
            }
            return clauses;
        }

        private HeaderClause clause() {
            var names = new ArrayList<String>();
            var attributes = new LinkedHashMap<String, String>();
            var directives = new LinkedHashMap<String, String>();
            do {
                var token = token();
                if (peek(':') && text.startsWith(":=", at)) {
                    at += 2;
                    directives.put(token, value());
                } else if (peek(':')) {
                    at = typeEnd();
                    expect('=');
                    attributes.put(token, value());
                } else if (peek('=')) {
                    at++;
                    attributes.put(token, value());
                } else {
                    names.add(token);
                }
            } while (accept(';'));
            if (names.isEmpty()) {
                throw broken("a clause without a name");
            }
            return new HeaderClause(List.copyOf(names), attributes, directives);
        }

        private int typeEnd() {
            var end = text.indexOf('=', at);
            if (end < 0) {
                throw broken("a type without a value");
            }
            return end;
        }

        private String token() {
            skipBlanks();
            var start = at;
            while (at < text.length() && ";,:=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            var token = text.substring(start, at).strip();
            if (token.isEmpty()) {
                throw broken("a name is missing");
            }
            return token;
        }

        private String value() {
            skipBlanks();
            if (!peek('"')) {
                var start = at;
                while (at < text.length() && ";,\"".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                return text.substring(start, at).strip();
            }
            at++;
            var value = new StringBuilder();
            while (!peek('"')) {
                if (at == text.length()) {
                    throw broken("a quote without an end");
                }
                if (peek('\\') && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at++;
            skipBlanks();
            return value.toString();
        }

        private boolean accept(char c) {
            var found = peek(c);
            if (found) {
                at++;
            }
            return found;
        }

        private void expect(char c) {
            if (!accept(c)) {
                throw broken("'" + c + "' expected");
            }
        }

        private boolean peek(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private IllegalArgumentException broken(String what) {
            return new IllegalArgumentException(what + " at character " + at + " of: " + text);
        }
    }
}
