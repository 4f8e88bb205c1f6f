package org.wyrm.lang.c;

/** Writes characters and strings as literals of C. */
final class CharacterText {
    private static final String NAMED = "\0\u0007\b\t\n\u000b\f\r\\";
    private static final String NAMES = "0abtnvfr\\";

    private CharacterText() {}

    /** {@return a character of one byte} */
    static String character(int code) {
        var text = new StringBuilder("'");
        escape(text, code & 0xff, '\'');
        return text.append('\'').toString();
    }

    /** {@return a string of the first of some bytes} */
    static String string(byte[] bytes, int length) {
        var text = new StringBuilder(length + 2).append('"');
        for (var i = 0; i < length; i++) {
            escape(text, bytes[i] & 0xff, '"');
        }
        return text.append('"').toString();
    }

    private static void escape(StringBuilder text, int code, char quote) {
        var name = NAMED.indexOf(code);
        if (name >= 0) {
            text.append('\\').append(NAMES.charAt(name));
        } else if (code == quote) {
            text.append('\\').append(quote);
        } else if (code < ' ' || code > '~') {
            text.append("\\x").append(Character.forDigit(code >> 4, 16)).append(Character.forDigit(code & 0xf, 16));
        } else {
            text.append((char) code);
        }
    }
}
