package org.wyrm.lang.c.internal;

/**
 * A word of C.
 *
 * @param text as it is written; empty at the end
 * @param offset where it begins in the text, in characters
 */
record Token(Kind kind, String text, int offset) {
    enum Kind {
        IDENTIFIER,
        NUMBER,
        PUNCTUATOR,
        END
    }

    boolean is(String wanted) {
        return kind != Kind.END && text.equals(wanted);
    }
}
