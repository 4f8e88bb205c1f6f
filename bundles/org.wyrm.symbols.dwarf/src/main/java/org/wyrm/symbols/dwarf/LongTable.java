package org.wyrm.symbols.dwarf;

/** Numbers for keys of 64 bits that are hashes already; 0 is no key. Confined to one thread. */
final class LongTable {
    private long[] keys = new long[1 << 12];
    private int[] numbers = new int[1 << 12];
    private int count;

    /** {@return the number of a key, or -1} */
    int find(long key) {
        var mask = keys.length - 1;
        for (var slot = (int) key & mask; keys[slot] != 0; slot = slot + 1 & mask) {
            if (keys[slot] == key) {
                return numbers[slot];
            }
        }
        return -1;
    }

    /** Adds a key that is not there. */
    void add(long key, int number) {
        if (count >= keys.length / 4 * 3) {
            grow();
        }
        put(key, number);
        count++;
    }

    private void put(long key, int number) {
        var mask = keys.length - 1;
        var slot = (int) key & mask;
        while (keys[slot] != 0) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        numbers[slot] = number;
    }

    private void grow() {
        var oldKeys = keys;
        var oldNumbers = numbers;
        keys = new long[oldKeys.length * 2];
        numbers = new int[oldKeys.length * 2];
        for (var slot = 0; slot < oldKeys.length; slot++) {
            if (oldKeys[slot] != 0) {
                put(oldKeys[slot], oldNumbers[slot]);
            }
        }
    }

    /** {@return a number whose bits all depend on all bits of {@code value}; never 0} */
    static long mix(long value) {
        var mixed = multiplied(value);
        mixed ^= mixed >>> 32;
        return mixed == 0 ? 1 : mixed;
    }

    private static long multiplied(long value) {
        var mixed = (value ^ value >>> 32) * 0x9e37_79b9_7f4a_7c15L;
        return (mixed ^ mixed >>> 29) * 0xbf58_476d_1ce4_e5b9L;
    }
}
