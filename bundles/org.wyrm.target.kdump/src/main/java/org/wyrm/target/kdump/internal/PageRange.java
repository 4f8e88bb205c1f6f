package org.wyrm.target.kdump.internal;

/**
 * Page frames, by number.
 *
 * @param first the first one
 * @param end the one after the last; {@code first} if there are none
 */
record PageRange(long first, long end) implements Comparable<PageRange> {
    boolean isEmpty() {
        return first == end;
    }

    /** {@inheritDoc} By the first one; an empty range comes before another one. */
    @Override
    public int compareTo(PageRange other) {
        return first != other.first ? Long.compare(first, other.first) : Long.compare(end, other.end);
    }

    /** For messages. */
    @Override
    public String toString() {
        return "page frames 0x%x to 0x%x".formatted(first, end - 1);
    }
}
