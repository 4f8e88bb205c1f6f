package org.wyrm.symbols.btf;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/**
 * Where the names of symbols start, in a table that is damaged. A name says only how long it is: where one lies, all behind
 * it are lost but for {@code kallsyms_markers}, which has where every 256th starts.
 *
 * <p>So 256 names, a block, are right if they end where the next block starts. In one where they do not, nothing tells
 * which is the first that is wrong, and a name after it would be told of another symbol: the block is lost. A marker itself
 * may be damaged: it is if the blocks before and after it fit without it.
 *
 * <p>Confined to one thread.
 *
 * @kernel scripts/kallsyms.c
 */
final class NameBlocks {
    static final int SYMBOLS = 256;

    private static final int ALIGNMENT = 8;

    /** A symbol has two bytes or more; most have about 12. */
    private static final int MIN_BYTE_SIZE = 2 * SYMBOLS;

    private static final int MAX_BYTE_SIZE = 129 * SYMBOLS;

    private final ByteSlice source;
    private final byte[] names;
    private final NameTokens tokens;
    private final int symbolCount;
    private final int blockCount;
    private long markers;

    final int[] starts;
    final BitSet lost = new BitSet();

    NameBlocks(ByteSlice source, byte[] names, NameTokens tokens, int symbolCount) {
        this.source = source;
        this.names = names;
        this.tokens = tokens;
        this.symbolCount = symbolCount;
        blockCount = (symbolCount - 1) / SYMBOLS + 1;
        starts = new int[symbolCount + 1];
    }

    /**
     * {@return whether markers tell of other starts than those that were found; not if there are none to be seen}
     *
     * @param found where each symbol starts, and where the last one ends
     */
    boolean contradict(int[] found) {
        var end = found[symbolCount];
        for (var at : new int[] {end + 3 & -4, end + ALIGNMENT - 1 & -ALIGNMENT}) {
            var right = 0;
            for (var block = 0; hasMarkersAt(at) && block < blockCount; block++) {
                right += source.u32(at + 4L * block) == found[block * SYMBOLS] ? 1 : 0;
            }
            if (right > blockCount / 2) {
                return right < blockCount;
            }
        }
        // Of fewer, anything may look like markers.
        return blockCount > 2 && hasMarkers();
    }

    /** {@return whether at least half of the blocks were found} */
    boolean find() {
        if (!hasMarkers()) {
            return false;
        }
        var at = 0;
        for (var block = 0; block < blockCount; block++) {
            var end = walk(block, at);
            if (!isEndOf(block, end) && !isEndOf(block + 1, walk(block + 1, end))) {
                Arrays.fill(starts, block * SYMBOLS, endOf(block), at);
                lost.set(block * SYMBOLS, endOf(block));
                var next = marker(block + 1);
                end = next > at && next < markers ? (int) next : at;
            }
            at = end;
        }
        starts[symbolCount] = at;
        return lost.cardinality() <= symbolCount / 2;
    }

    private int endOf(int block) {
        return Math.min(symbolCount, (block + 1) * SYMBOLS);
    }

    private long marker(int block) {
        return block < blockCount ? source.u32(markers + 4L * block) : markers;
    }

    /** {@return whether a block that ends at a place ends where the next one starts, or else the markers} */
    private boolean isEndOf(int block, int end) {
        if (end < 0 || block >= blockCount) {
            return false;
        }
        return block + 1 < blockCount ? end == marker(block + 1) : end <= markers && markers - end < ALIGNMENT;
    }

    /** {@return where a block ends that starts at a place, and notes its starts; -1 if it is none} */
    private int walk(int block, int start) {
        if (start < 0 || block >= blockCount) {
            return -1;
        }
        var at = start;
        for (var symbol = block * SYMBOLS; symbol < endOf(block); symbol++) {
            starts[symbol] = at;
            if (at + 3 > markers) {
                return -1;
            }
            var count = (int) names[at++];
            if (count < 0) {
                count = count & 0x7f | (names[at++] & 0xff) << 7;
            }
            if (count == 0 || at + count > markers || !tokens.canBeFirst(names[at] & 0xff)) {
                return -1;
            }
            at += count;
        }
        return at;
    }

    private boolean hasMarkersAt(long at) {
        return at >= 0 && at + 4L * blockCount <= names.length;
    }

    /**
     * Looks for the markers from the end of the bytes: the tokens follow them, or first the sequences of names, 3 bytes for
     * each symbol. Since 7.0 tables start at a multiple of 4 bytes, before that of 8.
     */
    private boolean hasMarkers() {
        var most = blockCount / 2;
        var found = Optional.<Long>empty();
        for (var alignment : new long[] {ALIGNMENT, Integer.BYTES}) {
            for (var end : new long[] {names.length, names.length - 3L * symbolCount & -alignment}) {
                var at = end - 4L * blockCount & -alignment;
                var rising = hasMarkersAt(at) ? rising(at) : 0;
                if (rising > most) {
                    most = rising;
                    found = Optional.of(at);
                }
            }
        }
        markers = found.orElse(0L);
        return found.isPresent();
    }

    /** {@return of how many blocks a place has numbers that can be markers} */
    private int rising(long at) {
        var count = source.u32(at) == 0 ? 1 : 0;
        for (var block = 1; block < blockCount; block++) {
            var byteSize = source.u32(at + 4L * block) - source.u32(at + 4L * block - 4);
            count += byteSize >= MIN_BYTE_SIZE && byteSize <= MAX_BYTE_SIZE ? 1 : 0;
        }
        return count;
    }
}
