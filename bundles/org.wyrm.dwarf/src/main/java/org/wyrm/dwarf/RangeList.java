package org.wyrm.dwarf;

import java.util.Arrays;

/** The addresses of a scope whose code is not in one piece, in the order of the list. Immutable and thread-safe. */
public final class RangeList {
    private final long[] starts;
    private final long[] ends;

    private RangeList(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    /** {@return how many ranges there are} */
    public int count() {
        return starts.length;
    }

    /** {@return the first address of a range} */
    public long start(int index) {
        return starts[index];
    }

    /** {@return the first address after a range} */
    public long end(int index) {
        return ends[index];
    }

    /** {@return whether an address lies in one of the ranges} */
    public boolean contains(long address) {
        for (var index = 0; index < starts.length; index++) {
            if (Long.compareUnsigned(address, starts[index]) >= 0 && Long.compareUnsigned(address, ends[index]) < 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var index = 0; index < starts.length; index++) {
            text.append(index == 0 ? "" : " ").append("[0x%x, 0x%x)".formatted(starts[index], ends[index]));
        }
        return text.toString();
    }

    /** Collects ranges. */
    static final class Builder {
        private long[] starts = new long[4];
        private long[] ends = new long[4];
        private int count;

        void add(long start, long end) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            starts[count] = start;
            ends[count++] = end;
        }

        RangeList build() {
            return new RangeList(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
        }
    }
}
