package org.wyrm.btf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.wyrm.btf.constants.BtfKind;

/**
 * Finds types of some kinds by name: a hash table in two arrays, over names that stay where they are. Immutable and
 * thread-safe.
 *
 * <p>The types of one hash are a chain, lowest number first.
 */
public final class BtfNameIndex {
    private static final int TYPES_AT_ONCE = 32;

    /** How much of a name counts for its hash, in bytes. */
    private static final int HASHED_BYTE_SIZE = 128;

    private final Btf btf;
    private final boolean[] isOfKinds = new boolean[128];
    private final int[] firstOfHash;
    private final int[] nextOfType;

    /** Makes the index of the types of {@code btf}, not of those of its base. */
    public BtfNameIndex(Btf btf, Set<BtfKind> kinds) {
        this.btf = btf;
        for (var kind : kinds) {
            isOfKinds[kind.number()] = true;
        }
        var typeCount = btf.endId() - btf.firstId();
        firstOfHash = new int[Math.max(2, Integer.highestOneBit(typeCount))];
        nextOfType = new int[typeCount];
        for (var end = typeCount; end > 0; end -= TYPES_AT_ONCE) {
            add(Math.max(0, end - TYPES_AT_ONCE), end);
        }
    }

    /** Adds some types; a few at a time, for the reason that {@code Btf} has. */
    private void add(int first, int end) {
        var slotMask = firstOfHash.length - 1;
        for (var index = end - 1; index >= first; index--) {
            var at = btf.recordWords[index];
            var nameOffset = at < 0 ? 0 : btf.words[at];
            if (nameOffset != 0 && isOfKinds[btf.words[at + 1] >>> 24 & 0x7f]) {
                var owner = btf.ownerOfString(nameOffset);
                var slot = hash(owner.strings, nameOffset - owner.firstString) & slotMask;
                nextOfType[index] = firstOfHash[slot];
                firstOfHash[slot] = btf.firstId() + index;
            }
        }
    }

    /** {@return the numbers of the types with a name, lowest first} */
    public int[] find(String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        var found = new int[1];
        var count = 0;
        var id = firstOfHash[hash(bytes, 0) & firstOfHash.length - 1];
        for (; id != 0; id = nextOfType[id - btf.firstId()]) {
            if (hasName(id, bytes)) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                }
                found[count++] = id;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private boolean hasName(int id, byte[] name) {
        var nameOffset = btf.nameOffset(id);
        var owner = btf.ownerOfString(nameOffset);
        var start = nameOffset - owner.firstString;
        return name.length < owner.strings.length - start
                && owner.strings[start + name.length] == 0
                && Arrays.equals(owner.strings, start, start + name.length, name, 0, name.length);
    }

    private static int hash(byte[] bytes, int start) {
        var end = Math.min(bytes.length, start + HASHED_BYTE_SIZE);
        var hash = 0;
        for (var at = start; at < end && bytes[at] != 0; at++) {
            hash = hash * 31 + bytes[at];
        }
        return hash ^ hash >>> 15;
    }
}
