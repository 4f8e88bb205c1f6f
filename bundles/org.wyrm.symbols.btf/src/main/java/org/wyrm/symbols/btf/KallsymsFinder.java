package org.wyrm.symbols.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.memory.TargetMemory;

/**
 * Finds the kernel's tables of its own symbols in its memory, where nothing names them: VMCOREINFO does since v6.0.
 *
 * <p>Every character that occurs in a name has itself for its token, so the token table holds the strings {@code "0"} to
 * {@code "9"} in a row. Around it lie the others:
 *
 * <pre>
 * before v6.4  offsets, relative_base | addresses, num_syms, names, markers, token_table, token_index
 * v6.2, v6.3   the same, with seqs_of_names before token_table
 * since v6.4   num_syms, names, markers, token_table, token_index, offsets, relative_base | addresses, seqs_of_names
 * since v7.0   num_syms, names, markers, token_table, token_index, offsets, seqs_of_names
 * </pre>
 *
 * <p>Each starts at a multiple of the size of a pointer, since v7.0 of 4 bytes. A find is sure: the index must fit the tokens, the markers must fit every
 * 256th name, and the addresses must not fall, and must be near the range searched. Only where there is no such place,
 * one counts where half of that is so, for names and addresses may be damaged; tokens and the number of symbols may not.
 *
 * <p>Immutable and thread-safe.
 *
 * @kernel scripts/kallsyms.c
 */
public final class KallsymsFinder {
    private static final byte[] DIGITS =
            "0\0001\0002\0003\0004\0005\0006\0007\0008\0009\000".getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW_BYTE_SIZE = 1 << 20;

    /** So many absent windows in a row are taken for the end of the image: 32 MiB. */
    private static final int MAX_ABSENT_WINDOWS = 32;

    private static final int PAGE_BYTE_SIZE = 1 << 12;
    private static final int TOKEN_COUNT = 256;
    private static final int TOKEN_INDEX_BYTE_SIZE = 2 * TOKEN_COUNT;
    private static final int MAX_TOKENS_BYTE_SIZE = 1 << 16;
    private static final int MIN_NAMES_BYTE_SIZE = 1 << 21;
    private static final int MAX_NAMES_BYTE_SIZE = 1 << 26;

    /** How many places with the digits are tried, and how many names in all; a kernel needs one, and its own names. */
    private static final int MAX_TRIES = 100;

    private static final long MAX_TRIED_NAMES = 50_000_000;

    private static final int ALIGNMENT = 8;

    /** How far the kernel's symbols may lie from the range searched: the size of the largest kernel image, in bytes. */
    private static final long MAX_IMAGE_BYTE_SIZE = 1L << 30;

    private final TargetMemory memory;
    private final int pointerByteSize;

    /** Where the token table and its index are. */
    private record Tokens(long table, long index) {}

    /** @param pointerByteSize the size of a pointer of the target, in bytes */
    public KallsymsFinder(TargetMemory memory, int pointerByteSize) {
        this.memory = memory;
        this.pointerByteSize = pointerByteSize;
    }

    /**
     * {@return where the tables are, if all of them are in a range of virtual addresses}
     *
     * @param range the kernel's image, or its read-only data; parts of it may be absent, but where 32 MiB in a row
     *     are, it is taken to end
     */
    public Optional<KallsymsLocations> find(AddressRange range) {
        return find(range, List.of());
    }

    /**
     * {@return where the tables are, if all of them are in a range of virtual addresses}
     *
     * @param range as above
     * @param known addresses of some symbols, from elsewhere; one of them must be among those of the tables
     */
    public Optional<KallsymsLocations> find(AddressRange range, List<Long> known) {
        var found = new Search(range, known, false).find();
        return found.isPresent() ? found : new Search(range, known, true).find();
    }

    /** One search, whose work has a limit whatever memory holds. */
    private final class Search {
        private final AddressRange range;
        private final List<Long> known;
        private final boolean mayBeDamaged;
        private int tries;
        private long triedNames;

        Search(AddressRange range, List<Long> known, boolean mayBeDamaged) {
            this.range = range;
            this.known = known;
            this.mayBeDamaged = mayBeDamaged;
        }

        Optional<KallsymsLocations> find() {
            var span = range.lastAddress() - range.firstAddress();
            var window = new byte[isBelow(span, WINDOW_BYTE_SIZE) ? (int) span + 1 : WINDOW_BYTE_SIZE];
            var absentWindows = 0;
            for (var at = range.firstAddress(); ; at += WINDOW_BYTE_SIZE - PAGE_BYTE_SIZE) {
                var left = range.lastAddress() - at;
                var isLast = isBelow(left, WINDOW_BYTE_SIZE);
                var byteSize = isLast ? (int) left + 1 : WINDOW_BYTE_SIZE;
                absentWindows = fill(at, window, byteSize) == 0 ? absentWindows + 1 : 0;
                var found = find(at, window, byteSize);
                if (found.isPresent() || isLast || isExhausted() || absentWindows == MAX_ABSENT_WINDOWS) {
                    return found;
                }
            }
        }

        private boolean isExhausted() {
            return tries >= MAX_TRIES || triedNames >= MAX_TRIED_NAMES;
        }

        private Optional<KallsymsLocations> find(long address, byte[] window, int byteSize) {
            var hit = findDigits(window, byteSize, 0);
            while (hit < byteSize && !isExhausted()) {
                tries++;
                var found = findTokens(address + hit).flatMap(this::findTables);
                if (found.isPresent()) {
                    return found;
                }
                hit = findDigits(window, byteSize, hit + 1);
            }
            return Optional.empty();
        }

        /** Looks for the number of symbols, downwards from the tokens: what follows it must be so many names. */
        private Optional<KallsymsLocations> findTables(Tokens tokens) {
            var isFirstToken = firstTokens(tokens);
            var seenWords = 0;
            for (var byteSize = MIN_NAMES_BYTE_SIZE; byteSize <= MAX_NAMES_BYTE_SIZE; byteSize *= 2) {
                var room = Math.clamp(tokens.table - range.firstAddress(), 0, byteSize) & -ALIGNMENT;
                var region = new KallsymsRegion(read(tokens.table - room, room), isFirstToken);
                var end = region.words.length - seenWords;
                var found = findTables(tokens, region, end);
                triedNames += region.triedNames();
                if (found.isPresent() || room < byteSize || isExhausted()) {
                    return found;
                }
                seenWords = region.words.length;
            }
            return Optional.empty();
        }

        private Optional<KallsymsLocations> findTables(Tokens tokens, KallsymsRegion region, int end) {
            var start = tokens.table - region.bytes.length;
            var word = region.findCount(end);
            while (word >= 0 && region.triedNames() < MAX_TRIED_NAMES) {
                var symbolCount = region.words[word];
                for (var namesWord = word + 1; namesWord <= word + 2; namesWord++) {
                    if (mayBeDamaged
                            ? areDamagedNames(tokens, region, namesWord, symbolCount)
                            : region.areNames(namesWord, symbolCount)) {
                        var found = findAddresses(tokens, start + 4L * word, start + 4L * namesWord, symbolCount);
                        if (found.isPresent()) {
                            return found;
                        }
                    }
                }
                word = region.findCount(word);
            }
            return Optional.empty();
        }

        /** Tries each place where the addresses may be. */
        private Optional<KallsymsLocations> findAddresses(Tokens tokens, long countAt, long namesAt, long symbolCount) {
            var afterTokens = align(tokens.index + TOKEN_INDEX_BYTE_SIZE, ALIGNMENT);
            var offsetsByteSize = align(symbolCount * Integer.BYTES, pointerByteSize);
            var baseBefore = countAt - pointerByteSize;
            KallsymsLocations[] candidates = {
                relative(tokens, countAt, namesAt, afterTokens, align(afterTokens + offsetsByteSize, pointerByteSize)),
                placeRelative(tokens, countAt, namesAt),
                absolute(tokens, countAt, namesAt, afterTokens),
                relative(tokens, countAt, namesAt, baseBefore - offsetsByteSize, baseBefore),
                absolute(tokens, countAt, namesAt, countAt - symbolCount * pointerByteSize)
            };
            return Arrays.stream(candidates)
                    .filter(candidate -> hasAddressesNear(candidate, (int) symbolCount))
                    .findFirst();
        }

        private boolean hasAddressesNear(KallsymsLocations candidate, int symbolCount) {
            try {
                var table =
                        KallsymsTables.read(memory, candidate, pointerByteSize).addresses();
                var addresses = mayBeDamaged
                        ? KallsymsAddresses.ofDamaged(table, symbolCount)
                        : KallsymsAddresses.of(table, symbolCount);
                var last = addresses.address(symbolCount - 1);
                // Where there are only zeros, all symbols are at one place.
                return isNear(last, range)
                        && (known.isEmpty() || known.stream().anyMatch(addresses::has))
                        && (symbolCount == 1 || addresses.address(0) != last)
                        && switch (table) {
                            case KallsymsTables.Absolute absolute -> true;
                            case KallsymsTables.Relative relative -> isNear(relative.relativeBase(), range);
                            // The code is before this table, the data after it.
                            case KallsymsTables.PlaceRelative relative ->
                                isBelow(addresses.address(0), relative.tableAddress())
                                        && isBelow(relative.tableAddress(), last);
                        };
            } catch (FaultException | MalformedDataException notThere) {
                return false;
            }
        }
    }

    private boolean areDamagedNames(Tokens tokens, KallsymsRegion region, int namesWord, int symbolCount) {
        if (!region.mayHaveMarkers(namesWord, symbolCount)) {
            return false;
        }
        var start = namesWord * Integer.BYTES;
        var names = Arrays.copyOfRange(region.bytes, start, region.bytes.length);
        var known = new NameTokens(
                read(tokens.table, (int) (tokens.index - tokens.table)), read(tokens.index, TOKEN_INDEX_BYTE_SIZE));
        return new NameBlocks(ByteSlice.of("kallsyms", names, memory.order()), names, known, symbolCount).find();
    }

    /** Reads memory; what is absent counts as 0, which no table is made of. {@return how many bytes were there} */
    private int fill(long address, byte[] into, int byteSize) {
        var present = 0;
        for (var done = 0; done < byteSize; ) {
            var at = address + done;
            var left = byteSize - done;
            try {
                var chunk = memory.chunk(at, left);
                var offset = at - chunk.firstAddress();
                var count = (int) Math.min(left, chunk.bytes().byteSize() - offset);
                MemorySegment.copy(chunk.bytes(), ValueLayout.JAVA_BYTE, offset, into, done, count);
                done += count;
                present += count;
            } catch (FaultException absent) {
                var count = Math.min(left, PAGE_BYTE_SIZE - ((int) at & (PAGE_BYTE_SIZE - 1)));
                Arrays.fill(into, done, done + count, (byte) 0);
                done += count;
            }
        }
        return present;
    }

    private ByteSlice read(long address, int byteSize) {
        var bytes = new byte[byteSize];
        fill(address, bytes, byteSize);
        return ByteSlice.of("kallsyms", bytes, memory.order());
    }

    /**
     * {@return where {@link #DIGITS} are from a place on, or {@code byteSize}}
     *
     * <p>Of any two bytes next to each other in it, one is a digit and one is 0, so it is enough to look at two of 19.
     */
    private static int findDigits(byte[] bytes, int byteSize, int from) {
        var stride = DIGITS.length - 1;
        for (var at = from + stride - 1; at + 1 < byteSize; at += stride) {
            var digitAt = bytes[at] == 0 ? at + 1 : at;
            var number = bytes[digitAt] - '0';
            var start = digitAt - 2 * number;
            if (number >= 0
                    && number <= 9
                    && start >= from
                    && start + DIGITS.length <= byteSize
                    && Arrays.equals(bytes, start, start + DIGITS.length, DIGITS, 0, DIGITS.length)) {
                return start;
            }
        }
        return byteSize;
    }

    /** {@return the token table that has the digits at an address, if it is one} */
    private Optional<Tokens> findTokens(long digitsAddress) {
        var bytes = read(digitsAddress, MAX_TOKENS_BYTE_SIZE + ALIGNMENT + TOKEN_INDEX_BYTE_SIZE);
        var end = 0;
        for (var token = (int) '0'; token < TOKEN_COUNT; token++) {
            while (end < MAX_TOKENS_BYTE_SIZE && bytes.u8(end) != 0) {
                end++;
            }
            end++;
        }
        for (var at = end; end <= MAX_TOKENS_BYTE_SIZE && at < end + ALIGNMENT; at++) {
            var tokens = new Tokens(digitsAddress - bytes.u16(at + 2L * '0'), digitsAddress + at);
            if ((tokens.index & 1) == 0 && bytes.u16(at) == 0 && fits(tokens)) {
                return Optional.of(tokens);
            }
        }
        return Optional.empty();
    }

    private boolean fits(Tokens tokens) {
        var table = read(tokens.table, (int) (tokens.index - tokens.table));
        var index = read(tokens.index, TOKEN_INDEX_BYTE_SIZE);
        var at = 0;
        for (var token = 0; token < TOKEN_COUNT; token++) {
            if (index.u16(2L * token) != at) {
                return false;
            }
            while (at < table.byteSize() && table.u8(at) != 0) {
                at++;
            }
            if (at++ == table.byteSize()) {
                return false;
            }
        }
        return true;
    }

    private static KallsymsLocations relative(Tokens tokens, long countAt, long namesAt, long offsetsAt, long baseAt) {
        return new KallsymsLocations(
                countAt,
                namesAt,
                tokens.table,
                tokens.index,
                OptionalLong.of(offsetsAt),
                OptionalLong.of(baseAt),
                OptionalLong.empty());
    }

    private static KallsymsLocations placeRelative(Tokens tokens, long countAt, long namesAt) {
        return new KallsymsLocations(
                countAt,
                namesAt,
                tokens.table,
                tokens.index,
                OptionalLong.of(align(tokens.index + TOKEN_INDEX_BYTE_SIZE, Integer.BYTES)),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private static KallsymsLocations absolute(Tokens tokens, long countAt, long namesAt, long addressesAt) {
        return new KallsymsLocations(
                countAt,
                namesAt,
                tokens.table,
                tokens.index,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(addressesAt));
    }

    private static boolean isNear(long address, AddressRange range) {
        var below = range.firstAddress() - address;
        var above = address - range.lastAddress();
        return range.contains(address)
                || (below > 0 && below <= MAX_IMAGE_BYTE_SIZE && isBelow(address, range.firstAddress()))
                || (above > 0 && above <= MAX_IMAGE_BYTE_SIZE && isBelow(range.lastAddress(), address));
    }

    private static boolean isBelow(long left, long right) {
        return Long.compareUnsigned(left, right) < 0;
    }

    private static long align(long value, int alignment) {
        return value + alignment - 1 & -alignment;
    }

    /** Which tokens can be the first of a symbol, for they start with the letter of a type. */
    private boolean[] firstTokens(Tokens tokens) {
        var table = read(tokens.table, (int) (tokens.index - tokens.table));
        var index = read(tokens.index, TOKEN_INDEX_BYTE_SIZE);
        var isFirst = new boolean[TOKEN_COUNT];
        for (var token = 0; token < TOKEN_COUNT; token++) {
            var first = table.u8(index.u16(2L * token));
            isFirst[token] = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '?';
        }
        return isFirst;
    }
}
