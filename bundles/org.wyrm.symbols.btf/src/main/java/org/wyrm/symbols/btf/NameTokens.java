package org.wyrm.symbols.btf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The 256 strings that names are put together from, {@code kallsyms_token_table}, and {@code kallsyms_token_index}, which
 * says where each starts. What damage cost one of the two, the other may still tell. Immutable.
 */
final class NameTokens {
    static final int COUNT = 256;

    /** The longest token read, in bytes; the kernel's limit is 512. */
    private static final int MAX_BYTE_SIZE = 512;

    private static final int MAX_PADDING = 8;

    final byte[] bytes;
    final int[] start = new int[COUNT];
    final int[] end = new int[COUNT];
    final boolean[] isEmpty = new boolean[COUNT];

    /** Those of which neither table nor index tell what they are. */
    final boolean[] isLost = new boolean[COUNT];

    private final ByteSlice table;
    private final ByteSlice index;
    private @Nullable MalformedDataException damage;

    NameTokens(ByteSlice table, ByteSlice index) {
        this.table = table;
        this.index = index;
        bytes = table.toArray(0, table.byteSize());
        damage = find();
        if (damage != null && !areAllInTable() && findByIndex() < COUNT / 2) {
            throw damage;
        }
    }

    /** {@return the first place that is damaged} */
    Optional<String> damage() {
        return Optional.ofNullable(damage).map(wrong -> "%s+0x%x".formatted(wrong.source(), wrong.offsetBytes()));
    }

    boolean hasLost() {
        for (var lost : isLost) {
            if (lost) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether a token can be the first of a symbol, for it starts with the letter of a type} */
    boolean canBeFirst(int token) {
        if (isLost[token] || isEmpty[token]) {
            return isLost[token];
        }
        var first = bytes[start[token]];
        return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '?';
    }

    private @Nullable MalformedDataException find() {
        var at = 0;
        for (var token = 0; token < COUNT; token++) {
            if (index.u16(2L * token) != at) {
                return index.malformed(
                        2L * token,
                        "token %d is said to be at 0x%x, and is at 0x%x".formatted(token, index.u16(2L * token), at));
            }
            var next = endOf(at);
            if (next == bytes.length) {
                return table.malformed(at, "token " + token + " has no end");
            }
            if (next - at > MAX_BYTE_SIZE) {
                return table.malformed(at, "token " + token + " has more than " + MAX_BYTE_SIZE + " bytes");
            }
            if (!isPrintable(at, next)) {
                return table.malformed(at, "token " + token + " has characters that are in no name");
            }
            put(token, at, next);
            at = next + 1;
        }
        return null;
    }

    private int endOf(int from) {
        var at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }

    private boolean isPrintable(int from, int to) {
        for (var at = from; at < to; at++) {
            if (bytes[at] <= ' ' || bytes[at] > '~') {
                return false;
            }
        }
        return true;
    }

    private void put(int token, int from, int to) {
        start[token] = from;
        end[token] = to;
        isEmpty[token] = from == to;
    }

    /** {@return whether the table is sound, so that only the index is damaged}, and has all from there */
    private boolean areAllInTable() {
        var at = 0;
        var agreeing = 0;
        for (var token = 0; token < COUNT; token++) {
            var next = endOf(at);
            if (next == bytes.length || next - at > MAX_BYTE_SIZE || !isPrintable(at, next)) {
                return false;
            }
            agreeing += index.u16(2L * token) == at ? 1 : 0;
            put(token, at, next);
            at = next + 1;
        }
        // Two tokens that damage made one put all behind them at the wrong number, the last one too.
        return index.u16(2L * (COUNT - 1)) == start[COUNT - 1]
                && bytes.length - at < MAX_PADDING
                && agreeing > COUNT / 2;
    }

    /** {@return how many tokens are as both say} The others are lost. */
    private int findByIndex() {
        var found = 0;
        for (var token = 0; token < COUNT; token++) {
            var from = index.u16(2L * token);
            var next = token + 1 < COUNT ? index.u16(2L * token + 2) - 1 : endOf(from);
            isLost[token] = next < from
                    || next >= bytes.length
                    || next - from > MAX_BYTE_SIZE
                    || (from > 0 && bytes[from - 1] != 0)
                    || bytes[next] != 0
                    || !isPrintable(from, next);
            put(token, isLost[token] ? 0 : from, isLost[token] ? 0 : next);
            isEmpty[token] &= !isLost[token];
            found += isLost[token] ? 0 : 1;
        }
        return found;
    }
}
