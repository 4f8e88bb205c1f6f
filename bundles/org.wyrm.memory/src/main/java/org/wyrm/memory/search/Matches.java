package org.wyrm.memory.search;

import java.util.Arrays;

/** Matches in the order of their addresses. Confined to one thread at a time. */
final class Matches {
    private long[] addresses = new long[16];
    private int[] sizes = new int[16];
    private int count;

    void add(long address, int byteSize) {
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, count * 2);
            sizes = Arrays.copyOf(sizes, count * 2);
        }
        addresses[count] = address;
        sizes[count] = byteSize;
        count++;
    }

    int count() {
        return count;
    }

    Match get(int index) {
        return new Match(addresses[index], sizes[index]);
    }
}
