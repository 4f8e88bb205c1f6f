package org.wyrm.platform.command;

/**
 * A part of a text that has a meaning of its own, which a terminal shows in a color.
 *
 * @param start its first character
 * @param end behind its last character
 */
public record Span(int start, int end, Kind kind) {
    /** What a part of a text is. */
    public enum Kind {
        /** A type. */
        TYPE,
        /** The name of a member or of an enumerator where it is declared or named. */
        MEMBER,
        /** A number or an enumerator. */
        NUMBER,
        /** A string or a character. */
        STRING,
        /** The symbol of an address. */
        SYMBOL,
        /** A remark about the rest. */
        COMMENT,
        /** Words in place of what cannot be had. */
        ERROR
    }
}
