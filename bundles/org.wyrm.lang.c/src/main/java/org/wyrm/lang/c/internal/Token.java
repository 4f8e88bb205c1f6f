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
        CHARACTER,
        STRING,
        PUNCTUATOR,
        END
    }

    /** Whether it is a keyword or a sign; a string of the same text is not. */
    boolean is(String wanted) {
        return (kind == Kind.IDENTIFIER || kind == Kind.PUNCTUATOR) && text.equals(wanted);
    }
}
