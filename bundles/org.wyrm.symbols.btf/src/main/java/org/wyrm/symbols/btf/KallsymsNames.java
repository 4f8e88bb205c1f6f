package org.wyrm.symbols.btf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The compressed names of the kernel's symbols. Immutable.
 *
 * <pre>
 * kallsyms_names        for each symbol: its length, 1 byte below 128, or since v6.1 2 bytes: the low 7 bits with bit 7
 *                       set, then the others; then so many bytes, each the number of a token
 * kallsyms_token_table  256 strings, each with a NUL
 * kallsyms_token_index  256 u16: where each token starts
 * </pre>
 *
 * <p>The tokens of a symbol, put together, are the letter of its type and its name.
 *
 * @kernel scripts/kallsyms.c
 */
final class KallsymsNames {
    private static final int TOKEN_COUNT = NameTokens.COUNT;

    /** The longest name read, in bytes; the kernel's limit is 512. */
    private static final int MAX_NAME_BYTE_SIZE = 1 << 16;

    private static final int SYMBOLS_AT_ONCE = 32;

    private final ByteSlice source;
    private final byte[] names;
    private final byte[] tokens;
    private final int[] tokenStart;
    private final int[] tokenEnd;
    private final boolean[] isEmpty;

    // The hash of a name is that of String, put together from the hashes of its tokens, so that no name is spelled out.
    private final int[] tokenHash = new int[TOKEN_COUNT];
    private final int[] tokenFactor = new int[TOKEN_COUNT];

    /** Of the first token of a symbol, without the letter of the type. */
    private final int[] tailHash = new int[TOKEN_COUNT];

    /** Where each symbol starts in the names, its length first; one more, where the last one ends. */
    private final int[] starts;

    /** The symbols whose names are damaged, and left out. */
    private final BitSet lost = new BitSet(0);

    private final Optional<String> damage;

    KallsymsNames(KallsymsTables tables) {
        source = tables.names();
        names = source.toArray(0, source.byteSize());
        var found = new NameTokens(tables.tokenTable(), tables.tokenIndex());
        tokens = found.bytes;
        tokenStart = found.start;
        tokenEnd = found.end;
        isEmpty = found.isEmpty;
        for (var token = 0; token < TOKEN_COUNT; token++) {
            hashToken(token);
        }
        starts = new int[tables.checkedSymbolCount() + 1];
        var wrong = findNames();
        var blocks = new NameBlocks(source, names, found, symbolCount());
        if (wrong != null || blocks.contradict(starts)) {
            repair(blocks, wrong);
        }
        if (found.hasLost()) {
            leaveOutNamesWith(found.isLost);
        }
        damage = lost.isEmpty()
                ? found.damage()
                : Optional.of("kallsyms_names+0x%x".formatted(start(lost.nextSetBit(0))));
    }

    private void repair(NameBlocks blocks, @Nullable MalformedDataException wrong) {
        if (!blocks.find()) {
            throw wrong != null ? wrong : source.malformed(0, "most names are not where kallsyms_markers has them");
        }
        System.arraycopy(blocks.starts, 0, starts, 0, starts.length);
        lost.or(blocks.lost);
    }

    private void leaveOutNamesWith(boolean[] isLost) {
        for (var symbol = 0; symbol < symbolCount(); symbol++) {
            for (var at = firstToken(starts[symbol]); at < starts[symbol + 1]; at++) {
                if (isLost[names[at] & 0xff]) {
                    lost.set(symbol);
                }
            }
        }
    }

    /** {@return whether the name of a symbol is damaged, and left out} */
    boolean isLost(int symbol) {
        return lost.get(symbol);
    }

    /** {@return the symbols whose names are damaged, and left out} */
    BitSet lost() {
        return (BitSet) lost.clone();
    }

    /** {@return the first place that is damaged; no name need be left out for it} */
    Optional<String> damage() {
        return damage;
    }

    /** {@return a number that differs if a name does} */
    int checksum() {
        var checksum = new CRC32();
        checksum.update(names);
        checksum.update(tokens);
        return (int) checksum.getValue();
    }

    private void hashToken(int token) {
        var start = tokenStart[token];
        tokenHash[token] = hash(tokens, start, tokenEnd[token]);
        tailHash[token] = hash(tokens, start + 1, tokenEnd[token]);
        tokenFactor[token] = 1;
        for (var at = start; at < tokenEnd[token]; at++) {
            tokenFactor[token] *= 31;
        }
    }

    private static int hash(byte[] bytes, int start, int end) {
        var hash = 0;
        for (var at = start; at < end; at++) {
            hash = hash * 31 + bytes[at];
        }
        return hash;
    }

    private static int hash(byte[] name) {
        return hash(name, 0, name.length);
    }

    /** {@return the hash of a symbol's name} */
    private int hash(int symbol) {
        var at = firstToken(starts[symbol]);
        var hash = tailHash[names[at] & 0xff];
        for (at++; at < starts[symbol + 1]; at++) {
            var token = names[at] & 0xff;
            hash = hash * tokenFactor[token] + tokenHash[token];
        }
        return hash;
    }

    private @Nullable MalformedDataException findNames() {
        for (var first = 0; first < symbolCount(); first += SYMBOLS_AT_ONCE) {
            var wrong = findNames(first, Math.min(symbolCount(), first + SYMBOLS_AT_ONCE));
            if (wrong >= 0) {
                return badName(wrong, starts[wrong]);
            }
        }
        return null;
    }

    /** Goes on for some symbols; a few at a time, so that the method is compiled early. {@return one that is wrong, or -1} */
    private int findNames(int first, int end) {
        var byteSize = names.length;
        var at = starts[first];
        for (var symbol = first; symbol < end; symbol++) {
            starts[symbol] = at;
            var next = at < byteSize - 1 ? at + 1 : byteSize;
            int count = next < byteSize ? names[at] : 0;
            if (count < 0) {
                count = count & 0x7f | (names[next++] & 0xff) << 7;
            }
            at = next + count;
            if (count == 0 || at > byteSize || isEmpty[names[next] & 0xff]) {
                return symbol;
            }
        }
        starts[end] = at;
        return -1;
    }

    private MalformedDataException badName(int symbol, int at) {
        var tokenCount = tokenCount(at);
        var rule = tokenCount == 0 || firstToken(at) >= names.length
                ? "symbol " + symbol + " has no name"
                : firstToken(at) + tokenCount > names.length
                        ? "symbol %d with %d tokens goes on past the end".formatted(symbol, tokenCount)
                        : "symbol %d starts with token %d, which is empty"
                                .formatted(symbol, names[firstToken(at)] & 0xff);
        return source.malformed(at, rule);
    }

    // Since Linux kernel commit 73bbb94466fd ("kallsyms: support "big" kernel symbols") (in v6.1), a length of 128 and
    // more has two bytes. Before that, no name was so long.

    private int firstToken(int start) {
        return start < names.length && names[start] < 0 ? start + 2 : start + 1;
    }

    private int tokenCount(int start) {
        if (start >= names.length) {
            return 0;
        }
        var low = names[start];
        return low >= 0 ? low : start + 1 < names.length ? low & 0x7f | (names[start + 1] & 0xff) << 7 : 0;
    }

    int symbolCount() {
        return starts.length - 1;
    }

    /** {@return where the names end, which is where the markers start, but for padding} */
    int byteSize() {
        return starts[symbolCount()];
    }

    /** {@return where a symbol starts} */
    int start(int symbol) {
        return starts[symbol];
    }

    /** {@return the letter of a symbol's type} */
    char type(int symbol) {
        return (char) (tokens[tokenStart[names[firstToken(starts[symbol])] & 0xff]] & 0xff);
    }

    /** {@return a symbol's name, without the letter of its type} */
    String name(int symbol) {
        var text = new byte[64];
        var length = 0;
        for (var at = firstToken(starts[symbol]); at < starts[symbol + 1]; at++) {
            var token = names[at] & 0xff;
            var tokenByteSize = tokenEnd[token] - tokenStart[token];
            if (length + tokenByteSize > MAX_NAME_BYTE_SIZE) {
                throw source.malformed(
                        starts[symbol], "symbol " + symbol + " has more than " + MAX_NAME_BYTE_SIZE + " bytes");
            }
            if (length + tokenByteSize > text.length) {
                text = Arrays.copyOf(text, Math.max(length + tokenByteSize, text.length * 2));
            }
            System.arraycopy(tokens, tokenStart[token], text, length, tokenByteSize);
            length += tokenByteSize;
        }
        return new String(text, 1, length - 1, StandardCharsets.UTF_8);
    }

    /** {@return whether a symbol has a name, given as UTF-8; ends at the first byte that differs} */
    boolean hasName(int symbol, byte[] wanted) {
        return isNamed(symbol, wanted, false);
    }

    /** {@return whether a symbol's name starts with a text, given as UTF-8} */
    boolean startsWith(int symbol, byte[] wanted) {
        return isNamed(symbol, wanted, true);
    }

    private boolean isNamed(int symbol, byte[] wanted, boolean mayGoOn) {
        if (lost.get(symbol)) {
            return false;
        }
        // The letter of the type is before the name: it is passed over by starting at -1.
        var matched = -1;
        for (var at = firstToken(starts[symbol]); at < starts[symbol + 1]; at++) {
            var token = names[at] & 0xff;
            var end = tokenEnd[token];
            for (var from = tokenStart[token]; from < end; from++) {
                if (matched == wanted.length) {
                    return mayGoOn;
                }
                if (matched >= 0 && tokens[from] != wanted[matched]) {
                    return false;
                }
                matched++;
            }
        }
        return matched == wanted.length;
    }

    /** {@return a search for all symbols with one of some names, given as UTF-8, by reading the names} */
    Search search(byte[]... wanted) {
        return new Search(wanted);
    }

    /** Reads the names from first to last; gives up on most of them at the first token. Confined to one thread. */
    final class Search {
        private final byte[][] wanted;
        private final int[] hashes;

        /** By token: whether a name can start with it, without the letter of the type. */
        private final boolean[] canBeFirst = new boolean[TOKEN_COUNT];

        /** By token: whether it can follow a first token that is only the letter of the type. */
        private final boolean[] canBeSecond = new boolean[TOKEN_COUNT];

        private int next;
        private int found = -1;

        private Search(byte[]... wanted) {
            this.wanted = wanted;
            hashes = Arrays.stream(wanted).mapToInt(KallsymsNames::hash).toArray();
            for (var name : wanted) {
                for (var token = 0; token < TOKEN_COUNT; token++) {
                    canBeFirst[token] |= tokenStart[token] < tokenEnd[token]
                            && startsWith(name, tokenStart[token] + 1, tokenEnd[token]);
                    canBeSecond[token] |= startsWith(name, tokenStart[token], tokenEnd[token]);
                }
            }
        }

        private boolean startsWith(byte[] wanted, int start, int end) {
            return end - start <= wanted.length && Arrays.equals(tokens, start, end, wanted, 0, end - start);
        }

        /** {@return which of the names the symbol has that was found last} */
        int found() {
            return found;
        }

        /** {@return the next symbol with one of the names, or the number of symbols if there is none} */
        int next() {
            while (next < symbolCount()) {
                var end = Math.min(symbolCount(), next + SYMBOLS_AT_ONCE);
                var found = find(next, end);
                next = found < end ? found + 1 : end;
                if (found < end) {
                    return found;
                }
            }
            return symbolCount();
        }

        private int find(int first, int end) {
            for (var symbol = first; symbol < end; symbol++) {
                var at = starts[symbol];
                at += names[at] < 0 ? 2 : 1;
                if (canBeFirst[names[at] & 0xff]
                        && (at + 1 == starts[symbol + 1] || canBeSecond(at))
                        && hasWantedName(symbol)) {
                    return symbol;
                }
            }
            return end;
        }

        private boolean hasWantedName(int symbol) {
            var hash = hash(symbol);
            for (var index = 0; index < wanted.length; index++) {
                if (hashes[index] == hash && hasName(symbol, wanted[index])) {
                    found = index;
                    return true;
                }
            }
            return false;
        }

        private boolean canBeSecond(int first) {
            var token = names[first] & 0xff;
            return tokenEnd[token] - tokenStart[token] > 1 || canBeSecond[names[first + 1] & 0xff];
        }
    }

    /** {@return an index of all names} */
    Index index() {
        return new Index();
    }

    /** A hash table of names in two arrays. */
    final class Index {
        private final int[] firstOfHash = new int[Math.max(2, Integer.highestOneBit(symbolCount()))];
        private final int[] nextOfSymbol = new int[symbolCount()];

        private Index() {
            for (var end = symbolCount(); end > 0; end -= SYMBOLS_AT_ONCE) {
                add(Math.max(0, end - SYMBOLS_AT_ONCE), end);
            }
        }

        private void add(int first, int end) {
            for (var symbol = end - 1; symbol >= first; symbol--) {
                var slot = slot(hash(symbol));
                nextOfSymbol[symbol] = firstOfHash[slot];
                firstOfHash[slot] = symbol + 1;
            }
        }

        private int slot(int hash) {
            return (hash ^ hash >>> 15) & firstOfHash.length - 1;
        }

        /** {@return the symbols with a name, given as UTF-8, lowest first} */
        int[] find(byte[] wanted) {
            var found = new int[1];
            var count = 0;
            var next = firstOfHash[slot(hash(wanted))];
            for (; next != 0; next = nextOfSymbol[next - 1]) {
                if (hasName(next - 1, wanted)) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, count * 2);
                    }
                    found[count++] = next - 1;
                }
            }
            return Arrays.copyOf(found, count);
        }
    }
}
