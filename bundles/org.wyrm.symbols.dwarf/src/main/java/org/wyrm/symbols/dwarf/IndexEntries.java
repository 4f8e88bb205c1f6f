package org.wyrm.symbols.dwarf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The entries of an index that is being made, {@link DwarfIndex#ENTRY_INTS} numbers each, and what tells the definition
 * of each from others, its identity. In pieces, as nobody knows how many there will be: what is not used, and what would
 * be copied to make room, are pages that the system has to clear.
 *
 * <p>Confined to one thread.
 */
final class IndexEntries {
    private static final int PIECE_BITS = 12;
    private static final int PIECE = 1 << PIECE_BITS;
    private static final int PIECE_MASK = PIECE - 1;

    /** So many at once: what is called often is compiled sooner than what goes on for long. */
    private static final int AT_ONCE = 64;

    private int[][] numbers = new int[16][];
    private long[][] identities = new long[16][];

    /** By identity: a few bits of it, 0 where there is none: most of what is looked for is not there, and is told so. */
    private byte[] tags;

    /** By identity: its entry. */
    private int[] slots;

    private int count;

    /** @param expectedCount of entries, at least 1; there may be more */
    IndexEntries(int expectedCount) {
        tags = new byte[Integer.highestOneBit(expectedCount) * 2];
        slots = new int[tags.length];
        // The first piece is all that a small file needs.
        numbers[0] = new int[Math.min(expectedCount, PIECE) * DwarfIndex.ENTRY_INTS];
        identities[0] = new long[Math.min(expectedCount, PIECE)];
    }

    int count() {
        return count;
    }

    /** {@return the entry of an identity, or -1} */
    int find(long identity) {
        var tag = tag(identity);
        var mask = tags.length - 1;
        for (var slot = (int) identity & mask; tags[slot] != 0; slot = slot + 1 & mask) {
            if (tags[slot] == tag && identity(slots[slot]) == identity) {
                return slots[slot];
            }
        }
        return -1;
    }

    long identity(int entry) {
        return identities[entry >>> PIECE_BITS][entry & PIECE_MASK];
    }

    /** {@return the piece that an entry is in, which may be written to} */
    int[] piece(int entry) {
        return numbers[entry >>> PIECE_BITS];
    }

    /** {@return where the numbers of an entry start in its piece} */
    static int at(int entry) {
        return (entry & PIECE_MASK) * DwarfIndex.ENTRY_INTS;
    }

    /** {@return where an entry is in its section} */
    long offset(int entry) {
        var piece = piece(entry);
        var at = at(entry);
        return piece[at + 1] & 0xffff_ffffL | (long) (piece[at + 2] & 0xffff) << 32;
    }

    /** {@return whether the name of an entry is in the pool} */
    boolean isInPool(int entry) {
        return (piece(entry)[at(entry) + 2] >>> 24 & DwarfIndex.NAME_IN_POOL) != 0;
    }

    /**
     * {@return the number of one more entry, whose numbers are to be set}
     *
     * @param identity which no other entry has; 0 for none
     */
    int add(long identity) {
        var entry = count;
        var piece = entry >>> PIECE_BITS;
        var index = entry & PIECE_MASK;
        if (piece == numbers.length) {
            numbers = Arrays.copyOf(numbers, piece * 2);
            identities = Arrays.copyOf(identities, piece * 2);
        }
        if (numbers[piece] == null) {
            numbers[piece] = new int[PIECE * DwarfIndex.ENTRY_INTS];
            identities[piece] = new long[PIECE];
        } else if (index == identities[piece].length) {
            numbers[piece] = Arrays.copyOf(numbers[piece], PIECE * DwarfIndex.ENTRY_INTS);
            identities[piece] = Arrays.copyOf(identities[piece], PIECE);
        }
        identities[piece][index] = identity;
        count++;
        if (identity != 0) {
            if (count >= tags.length / 4 * 3) {
                growSlots();
            } else {
                put(identity, entry);
            }
        }
        return entry;
    }

    private void put(long identity, int entry) {
        var mask = tags.length - 1;
        var slot = (int) identity & mask;
        while (tags[slot] != 0) {
            slot = slot + 1 & mask;
        }
        tags[slot] = tag(identity);
        slots[slot] = entry;
    }

    private static byte tag(long identity) {
        return (byte) (identity >>> 57 | 0x80);
    }

    private void growSlots() {
        tags = new byte[tags.length * 2];
        slots = new int[tags.length];
        for (var entry = 0; entry < count; entry++) {
            if (identity(entry) != 0) {
                put(identity(entry), entry);
            }
        }
    }

    /** Puts one entry in the place of another, whose identity it has, or if that does not matter any more. */
    void copy(IndexEntries other, int from, int to) {
        System.arraycopy(other.piece(from), at(from), piece(to), at(to), DwarfIndex.ENTRY_INTS);
    }

    /** Leaves only the first ones; from then on none can be found or added. */
    void cut(int newCount) {
        count = newCount;
        tags = new byte[1];
    }

    /** Makes chains of the entries: the last number of each is the hash of its name until then, and then the next one. */
    void chain(int[] buckets, byte[] filter) {
        var shift = DwarfIndex.filterShift(buckets.length);
        for (var first = 0; first < count; first += AT_ONCE) {
            chain(first, Math.min(count, first + AT_ONCE), buckets, filter, shift);
        }
    }

    private void chain(int first, int end, int[] buckets, byte[] filter, int shift) {
        var piece = piece(first);
        for (var entry = first; entry < end; entry++) {
            var at = at(entry) + DwarfIndex.ENTRY_INTS - 1;
            var hash = piece[at];
            var bucket = hash & buckets.length - 1;
            DwarfIndex.addTo(filter, shift, hash);
            piece[at] = buckets[bucket];
            buckets[bucket] = entry + 1;
        }
    }

    void writeTo(ByteBuffer content) {
        for (var first = 0; first < count; first += PIECE) {
            var size = Math.min(count - first, PIECE) * DwarfIndex.ENTRY_INTS;
            content.asIntBuffer().put(piece(first), 0, size);
            content.position(content.position() + size * Integer.BYTES);
        }
    }
}
