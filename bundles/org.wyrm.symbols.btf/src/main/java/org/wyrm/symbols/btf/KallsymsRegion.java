package org.wyrm.symbols.btf;

import java.lang.foreign.ValueLayout;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The memory before the token table, as bytes and as words, in which the names are looked for. Confined to one thread.
 *
 * <p>The names that it tries are counted, for memory may be made so that each place looks like the start of many.
 */
final class KallsymsRegion {
    private static final int WORDS_AT_ONCE = 64;
    private static final int SYMBOLS_PER_MARKER = 256;
    private static final int ALIGNMENT = 8;

    final byte[] bytes;
    final int[] words;
    private final boolean[] isFirstToken;
    private long triedNames;

    KallsymsRegion(ByteSlice memory, boolean[] isFirstToken) {
        bytes = memory.toArray(0, memory.byteSize());
        words = memory.segment().toArray(ValueLayout.JAVA_INT_UNALIGNED.withOrder(memory.order()));
        this.isFirstToken = isFirstToken;
    }

    /** {@return the last word before {@code end} that can be the number of symbols, or one below 0} */
    int findCount(int end) {
        var word = end - 1;
        // In small steps, so that the method that does the work is compiled early.
        for (var first = word - WORDS_AT_ONCE; word >= 0; first = word - WORDS_AT_ONCE) {
            word = findCount(Math.max(first, -1), word);
            if (word > first && word >= 0) {
                return word;
            }
        }
        return word;
    }

    private int findCount(int first, int last) {
        var word = last;
        while (word > first && (words[word] <= 0 || words[word] > 2 * (words.length - word))) {
            word--;
        }
        return word;
    }

    /** {@return whether there are so many names in a row, and then the markers that fit them} */
    boolean areNames(int namesWord, int symbolCount) {
        var start = namesWord * Integer.BYTES;
        var markers = new int[(symbolCount - 1) / SYMBOLS_PER_MARKER + 1];
        var at = start;
        for (var number = 0; number < markers.length; number++) {
            markers[number] = at - start;
            at = skipNames(at, Math.min(SYMBOLS_PER_MARKER, symbolCount - number * SYMBOLS_PER_MARKER));
            triedNames += SYMBOLS_PER_MARKER;
            if (at >= bytes.length) {
                return false;
            }
        }
        var nextWord = (at + 3) / Integer.BYTES;
        var alignedWord = (at + ALIGNMENT - 1 & -ALIGNMENT) / Integer.BYTES;
        return areMarkers(nextWord, 1, markers)
                || areMarkers(alignedWord, 1, markers)
                // Before Linux kernel commit 80ffbaa5b1bd ("kallsyms: reduce size a little on 64-bit") (in v4.20),
                // a marker had the size of a pointer. Only those of little-endian machines are read.
                || areMarkers(alignedWord, 2, markers);
    }

    /** {@return whether at the end of the region there may be the markers of so many names, some of them damaged} */
    boolean mayHaveMarkers(int namesWord, int symbolCount) {
        var count = (symbolCount - 1) / SYMBOLS_PER_MARKER + 1;
        // The region ends where the tokens start, at a multiple of 8 bytes.
        var first = words.length - count & -(ALIGNMENT / Integer.BYTES);
        if (first <= namesWord) {
            return false;
        }
        var right = isMarker(first, 0, namesWord) ? 1 : 0;
        right += isMarker(first + count / 2, count / 2, namesWord) ? 1 : 0;
        right += isMarker(first + count - 1, count - 1, namesWord) ? 1 : 0;
        triedNames += right < 2 ? 0 : symbolCount;
        return right >= 2;
    }

    private boolean isMarker(int word, int number, int namesWord) {
        // A name has two bytes or more.
        return words[word] >= number * 2 * SYMBOLS_PER_MARKER
                && words[word] <= (number == 0 ? 0 : (word - namesWord) * Integer.BYTES);
    }

    /** {@return how many names were tried so far} */
    long triedNames() {
        return triedNames;
    }

    /** {@return where so many names end, or the end of the region if they are none} */
    private int skipNames(int start, int symbolCount) {
        var at = start;
        for (var symbol = 0; symbol < symbolCount; symbol++) {
            if (at + 3 > bytes.length) {
                return bytes.length;
            }
            var tokenCount = (int) bytes[at++];
            if (tokenCount < 0) {
                tokenCount = tokenCount & 0x7f | (bytes[at++] & 0xff) << 7;
            }
            if (tokenCount == 0 || !isFirstToken[bytes[at] & 0xff]) {
                return bytes.length;
            }
            at += tokenCount;
        }
        return at;
    }

    private boolean areMarkers(int firstWord, int wordsPerMarker, int[] markers) {
        if (firstWord + (long) markers.length * wordsPerMarker > words.length) {
            return false;
        }
        for (var number = 0; number < markers.length; number++) {
            if (words[firstWord + number * wordsPerMarker] != markers[number]) {
                return false;
            }
        }
        return true;
    }
}
