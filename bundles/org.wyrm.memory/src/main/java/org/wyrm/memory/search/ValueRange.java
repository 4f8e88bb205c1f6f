package org.wyrm.memory.search;

/**
 * Numbers from one to another, unsigned, both included.
 *
 * @param lowest the lowest number
 * @param highest the highest number
 */
public record ValueRange(long lowest, long highest) {
    public ValueRange {
        if (Long.compareUnsigned(lowest, highest) > 0) {
            throw new IllegalArgumentException("lowest value 0x%x is above highest 0x%x".formatted(lowest, highest));
        }
    }

    /** {@return a range of one number} */
    public static ValueRange of(long value) {
        return new ValueRange(value, value);
    }
}
