package org.wyrm.memory.search;

import java.nio.ByteOrder;
import java.util.List;

/** What is searched for. Immutable. */
public abstract sealed class SearchPattern permits BytePattern, IntegerPattern, RegexPattern {
    /** The most bytes that a match may have. */
    public static final int MAX_MATCH_BYTES = 4096;

    SearchPattern() {}

    /**
     * {@return a pattern of bytes, found at every address}
     *
     * @throws IllegalArgumentException if there are no bytes, or more than {@link #MAX_MATCH_BYTES}
     */
    public static SearchPattern bytes(byte[] bytes) {
        return new BytePattern(bytes);
    }

    /**
     * {@return a pattern of one number, found at multiples of its size}
     *
     * @param byteSize 1, 2, 4 or 8
     * @param value the number, whose higher bits have to be 0
     * @throws IllegalArgumentException if the number has more bytes
     */
    public static SearchPattern integer(int byteSize, ByteOrder order, long value) {
        return integers(byteSize, order, List.of(ValueRange.of(value)), 0);
    }

    /**
     * {@return a pattern of numbers, found at multiples of their size}
     *
     * @param byteSize 1, 2, 4 or 8
     * @param ranges which numbers, any of them; at least one range
     * @param ignoredBits bits that count as 0, in memory and in the bounds of the ranges
     * @throws IllegalArgumentException if a bound has more bytes, or there is no range
     */
    public static SearchPattern integers(int byteSize, ByteOrder order, List<ValueRange> ranges, long ignoredBits) {
        return new IntegerPattern(byteSize, order, ranges, ignoredBits);
    }

    /**
     * {@return a pattern that is a regular expression over bytes, found at every address}
     *
     * <p>It is of {@link java.util.regex.Pattern}, and each byte is the character of its number, U+0000 to U+00FF; a dot
     * is any byte. A match has at most {@link #MAX_MATCH_BYTES}: of longer ones only what fits into them is found. What is
     * looked at beside a match, as by {@code \b}, {@code $} and look-behind, is 64 bytes at most. Empty matches do not
     * count.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none, with the place
     * @throws IllegalArgumentException if it is longer than 1024 characters, or groups are nested deeper than 8
     */
    public static SearchPattern regex(String expression) {
        return new RegexPattern(expression);
    }

    /** {@return the most bytes of a match} */
    abstract int maxByteSize();

    /** {@return how many bytes before and after a match it looks at} */
    abstract int contextByteSize();

    /** {@return the alignment of addresses where nobody says another} */
    abstract int usualAlignment();

    /** {@return what finds it, for one thread} */
    abstract Scanner scanner();

    /** Finds a pattern in pieces of memory. Confined to one thread. */
    interface Scanner {
        /** Appends the matches that begin in a part of a window, in their order, none overlapping another. */
        void scan(Window window, long first, long end, Matches matches);
    }
}
