package org.wyrm.target.qemu.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.wyrm.base.error.MalformedDataException;

/**
 * Reads a text in JSON, as RFC 8259 has it, and nothing else: no comment, no comma at an end, no name twice.
 *
 * <pre>
 * text    String         number  Long, or BigDecimal where it has a fraction or is larger
 * true    Boolean        list    List          object  JsonObject          null  NULL
 * </pre>
 *
 * <p>Confined to one thread.
 */
final class JsonText {
    /** What {@code null} is. */
    static final Object NULL = Nothing.NULL;

    /** QEMU nests to five. */
    private static final int MOST_DEPTH = 64;

    /** Of thousands of CPUs. What QEMU says at length is in one text. */
    private static final int MOST_VALUES = 1 << 18;

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?");
    private static final int LAST_CONTROL = 0x1f;

    private final String source;
    private final long offset;
    private final String text;
    private int at;
    private int depth;
    private int valueCount;

    private enum Nothing {
        NULL
    }

    private JsonText(String source, long offset, String text) {
        this.source = source;
        this.offset = offset;
        this.text = text;
    }

    /**
     * {@return the value that a text is}
     *
     * @param source where it is from, for messages
     * @param offset of its begin there
     * @throws MalformedDataException if it breaks a rule
     */
    static Object parse(String source, long offset, String text) {
        var reader = new JsonText(source, offset, text);
        var value = reader.value();
        reader.next();
        if (reader.at < text.length()) {
            throw reader.malformed("something follows the value");
        }
        return value;
    }

    private Object value() {
        if (++valueCount > MOST_VALUES) {
            throw malformed("it has more than %d values".formatted(MOST_VALUES));
        }
        return switch (next()) {
            case '{' -> nested(true);
            case '[' -> nested(false);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", NULL);
            default -> number();
        };
    }

    private Object nested(boolean isObject) {
        if (++depth > MOST_DEPTH) {
            throw malformed("it is nested deeper than " + MOST_DEPTH);
        }
        at++;
        var value = isObject ? object() : list();
        depth--;
        return value;
    }

    private JsonObject object() {
        var members = new LinkedHashMap<String, Object>();
        if (ends('}')) {
            return new JsonObject(members);
        }
        do {
            if (next() != '"') {
                throw malformed("a member has no name");
            }
            var name = string();
            expect(':');
            if (members.put(name, value()) != null) {
                throw malformed("two members have the same name");
            }
        } while (goesOn('}'));
        return new JsonObject(members);
    }

    private List<Object> list() {
        var values = new ArrayList<Object>();
        if (ends(']')) {
            return values;
        }
        do {
            values.add(value());
        } while (goesOn(']'));
        return values;
    }

    /** {@return whether a comma is next, and steps over it or over the end} */
    private boolean goesOn(char end) {
        if (ends(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private boolean ends(char end) {
        if (next() != end) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) {
        if (next() != wanted) {
            throw malformed("'%c' is missing".formatted(wanted));
        }
        at++;
    }

    private Object literal(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw malformed("this is no value");
        }
        at += word.length();
        return value;
    }

    private Object number() {
        var matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw malformed(at == text.length() ? "it ends too early" : "this is no value");
        }
        at = matcher.end();
        var number = new BigDecimal(matcher.group());
        var isLong = matcher.group(2) == null
                && matcher.group(3) == null
                && number.unscaledValue().bitLength() < Long.SIZE;
        return isLong ? (Object) number.longValue() : number;
    }

    private String string() {
        var content = new StringBuilder();
        for (at++; ; at++) {
            var character = at < text.length() ? text.charAt(at) : 0;
            if (character == '"') {
                at++;
                return content.toString();
            }
            if (character <= LAST_CONTROL) {
                throw malformed(at == text.length() ? "a text does not end" : "a text has a control character");
            }
            content.append(character == '\\' ? escaped() : character);
        }
    }

    private char escaped() {
        at++;
        return switch (at < text.length() ? text.charAt(at) : 0) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw malformed("a text has an escape that is none");
        };
    }

    private char unit() {
        var unit = 0;
        for (var digits = 0; digits < 4; digits++) {
            at++;
            if (at >= text.length() || !HexFormat.isHexDigit(text.charAt(at))) {
                throw malformed("a text has an escape that is none");
            }
            unit = unit << 4 | HexFormat.fromHexDigit(text.charAt(at));
        }
        return (char) unit;
    }

    /** {@return the next character that is no space; 0 at the end} */
    private char next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private MalformedDataException malformed(String rule) {
        return new MalformedDataException(source, offset + at, rule);
    }
}
