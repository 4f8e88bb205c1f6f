package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.SoftReference;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;

/**
 * Finds the entries of a file by name: a hash table in one piece of bytes, of a file of the cache or just made.
 *
 * <pre>
 * header   13 × 8 bytes: sizes of .debug_info, .debug_types and .debug_str; counts of units of .debug_types and of
 *          .debug_info, of entries, of chains, of files, of problems; size of the pool; counts of ranges, of split
 *          files, of split units
 * units    8 bytes each: where it starts
 * ranges   3 × 8 bytes each: start, end, where the unit starts
 * split    6 × 8 bytes for each file: name, directory, path, stamp; what offsets in its .debug_info.dwo and in its
 *          .debug_types.dwo count from; 3 × 8 bytes for each unit: identification, offsets of skeleton and split unit
 * entries  {@link #ENTRY_INTS} × 4 bytes each: name, offset, high half of the offset (16 bits) and kind and flags
 *          (8 bits each), file, line, size, next entry of the chain
 * chains   4 bytes each: first entry; both count from 1
 * filter   2 bytes for each chain: as bits, two for each name that is there
 * files    4 bytes each: path        problems  4 bytes each: text
 * pool     texts, each with a NUL
 * </pre>
 *
 * <p>A name is where its text is, in {@code .debug_str} or in the pool. Immutable and thread-safe.
 */
final class DwarfIndex {
    /** Of what was written; a change of the format or of what is kept is another number. */
    static final int VERSION = 7;

    static final int ENTRY_INTS = 7;

    /** Of the filter, for each chain. */
    static final int FILTER_BYTES = 2;

    private static final int[] FILTER_FACTORS = {0x9e37_79b1, 0x85eb_ca6b};

    static final int DECLARATION = 1;
    static final int PLACED = 2;
    static final int ABSTRACT = 4;
    static final int NAME_IN_POOL = 8;
    static final int IN_TYPES = 16;

    private static final int HEADER_LONGS = 13;
    private static final int RANGE_BYTES = 3 * Long.BYTES;
    private static final int SPLIT_FILE_BYTES = 6 * Long.BYTES;
    private static final int JOIN_BYTES = 3 * Long.BYTES;
    private static final int ENTRY_BYTES = ENTRY_INTS * Integer.BYTES;
    private static final int MAX_NAME_BYTES = 1 << 16;
    private static final int ENTRIES_AT_ONCE = 1 << 10;
    private static final int BEST_RANK = 2;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ByteSlice bytes;
    private final ByteSlice texts;
    private final int typeUnitCount;
    private final int unitCount;
    private final int entryCount;
    private final int chainCount;
    private final int fileCount;
    private final int problemCount;
    private final int rangeCount;
    private final int splitFileCount;
    private final int joinCount;
    private final long rangesAt;
    private final long splitFilesAt;
    private final long joinsAt;
    private final long entriesAt;
    private final long chainsAt;
    private final long filterAt;
    private final long filesAt;
    private final long problemsAt;
    private final ByteSlice pool;
    private volatile SoftReference<byte[]> textCopy = new SoftReference<>(null);

    private DwarfIndex(ByteSlice bytes, ByteSlice texts) {
        this.bytes = bytes;
        this.texts = texts;
        typeUnitCount = (int) bytes.u64(24);
        unitCount = (int) bytes.u64(32);
        entryCount = (int) bytes.u64(40);
        chainCount = (int) bytes.u64(48);
        fileCount = (int) bytes.u64(56);
        problemCount = (int) bytes.u64(64);
        rangeCount = (int) bytes.u64(80);
        rangesAt = (HEADER_LONGS + (long) typeUnitCount + unitCount) * Long.BYTES;
        splitFileCount = (int) bytes.u64(88);
        joinCount = (int) bytes.u64(96);
        splitFilesAt = rangesAt + (long) rangeCount * RANGE_BYTES;
        joinsAt = splitFilesAt + (long) splitFileCount * SPLIT_FILE_BYTES;
        entriesAt = joinsAt + (long) joinCount * JOIN_BYTES;
        chainsAt = entriesAt + (long) entryCount * ENTRY_BYTES;
        filterAt = chainsAt + (long) chainCount * Integer.BYTES;
        filesAt = filterAt + (long) chainCount * FILTER_BYTES;
        problemsAt = filesAt + (long) fileCount * Integer.BYTES;
        pool = bytes.slice(problemsAt + (long) problemCount * Integer.BYTES, bytes.u64(72));
    }

    /** {@return an index of these sections; empty if it is of others, or not one} */
    static Optional<DwarfIndex> of(ByteSlice bytes, DwarfSections sections) {
        if (bytes.byteSize() < HEADER_LONGS * Long.BYTES
                || bytes.u64(0) != sections.byteSize(DwarfSection.INFO)
                || bytes.u64(8) != sections.byteSize(DwarfSection.TYPES)
                || bytes.u64(16) != sections.byteSize(DwarfSection.STR)) {
            return Optional.empty();
        }
        return isLaidOut(bytes)
                ? Optional.of(new DwarfIndex(bytes, sections.section(DwarfSection.STR)))
                : Optional.empty();
    }

    private static boolean isLaidOut(ByteSlice bytes) {
        if (bytes.byteSize() < HEADER_LONGS * Long.BYTES) {
            return false;
        }
        var left = bytes.byteSize() - HEADER_LONGS * Long.BYTES;
        var sizes = new long[] {
            Long.BYTES,
            Long.BYTES,
            ENTRY_BYTES,
            Integer.BYTES + FILTER_BYTES,
            Integer.BYTES,
            Integer.BYTES,
            1,
            RANGE_BYTES,
            SPLIT_FILE_BYTES,
            JOIN_BYTES
        };
        for (var part = 0; part < sizes.length; part++) {
            var count = bytes.u64(24 + 8L * part);
            if (count < 0 || count > left / sizes[part] || count > Integer.MAX_VALUE) {
                return false;
            }
            left -= count * sizes[part];
        }
        return left == 0 && Long.bitCount(bytes.u64(48)) == 1;
    }

    /**
     * {@return whether an index may have a name, without a look at the sections of its file} True also where that cannot
     * be told from the index alone.
     */
    static boolean mayHave(ByteSlice bytes, String name) {
        if (!isLaidOut(bytes)) {
            return true;
        }
        var index = new DwarfIndex(bytes, bytes);
        // The files of split DWARF may have changed.
        return index.splitFileCount > 0 || index.mayHave(hash(name.getBytes(StandardCharsets.UTF_8), 0));
    }

    private boolean mayHave(int hash) {
        var shift = filterShift(chainCount);
        for (var factor : FILTER_FACTORS) {
            var bit = hash * factor >>> shift;
            if ((bytes.u8(filterAt + bit / Byte.SIZE) & 1 << bit % Byte.SIZE) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Notes the hash of a name in a filter, see {@link #filterShift}. */
    static void addTo(byte[] filter, int shift, int hash) {
        for (var factor : FILTER_FACTORS) {
            var bit = hash * factor >>> shift;
            filter[bit / Byte.SIZE] |= (byte) (1 << bit % Byte.SIZE);
        }
    }

    /** {@return what leaves as many of the highest bits of a product as a filter has, which is a power of two} */
    static int filterShift(int chainCount) {
        return Integer.numberOfLeadingZeros(chainCount * FILTER_BYTES * Byte.SIZE) + 1;
    }

    /** {@return the units, without a look at the sections} */
    DwarfInfo info(DwarfSections sections) {
        return new DwarfInfo(sections, offsets(typeUnitCount, unitCount), offsets(0, typeUnitCount));
    }

    /** {@return the files of split DWARF that skeletons ask for, found or not} */
    List<SplitFile> splitFiles() {
        var files = new ArrayList<SplitFile>(splitFileCount);
        for (var file = 0; file < splitFileCount; file++) {
            var at = splitFilesAt + (long) file * SPLIT_FILE_BYTES;
            var path = pool.cString(bytes.u64(at + 16));
            files.add(new SplitFile(
                    pool.cString(bytes.u64(at)),
                    pool.cString(bytes.u64(at + 8)),
                    path.isEmpty() ? null : new SplitFiles.Place(path, pool.cString(bytes.u64(at + 24))),
                    bytes.u64(at + 32),
                    bytes.u64(at + 40)));
        }
        return files;
    }

    /** {@return the skeletons whose split units were found} */
    List<SplitJoin> splitJoins() {
        var joins = new ArrayList<SplitJoin>(joinCount);
        for (var join = 0; join < joinCount; join++) {
            var at = joinsAt + (long) join * JOIN_BYTES;
            joins.add(new SplitJoin(bytes.u64(at), bytes.u64(at + 8), bytes.u64(at + 16)));
        }
        return joins;
    }

    private long[] offsets(int first, int count) {
        var offsets = new long[count];
        for (var unit = 0; unit < count; unit++) {
            offsets[unit] = bytes.u64((HEADER_LONGS + (long) first + unit) * Long.BYTES);
        }
        return offsets;
    }

    /** {@return where the unit starts that has code at an address, or -1} */
    long unitOf(long address) {
        var low = 0;
        var high = rangeCount;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(bytes.u64(rangesAt + (long) middle * RANGE_BYTES), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Ranges of units do not overlap, but for damage; the nearest start counts.
        var at = rangesAt + (low - 1L) * RANGE_BYTES;
        return low > 0 && Long.compareUnsigned(address, bytes.u64(at + 8)) < 0 ? bytes.u64(at + 16) : -1;
    }

    int entryCount() {
        return entryCount;
    }

    long byteSize() {
        return bytes.byteSize();
    }

    /** {@return what could not be indexed, each with its place and cause} */
    List<String> problems() {
        var problems = new ArrayList<String>();
        for (var problem = 0; problem < problemCount; problem++) {
            problems.add(pool.cString(bytes.u32(problemsAt + 4L * problem)));
        }
        return problems;
    }

    static int hash(byte[] texts, long start) {
        var hash = 0;
        if (start >= texts.length) {
            return hash;
        }
        var end = (int) Math.min(texts.length, start + MAX_NAME_BYTES);
        for (var at = (int) start; at < end && texts[at] != 0; at++) {
            hash = hash * 31 + texts[at];
        }
        return hash ^ hash >>> 15;
    }

    /** Gives out the entries with a name, of all kinds, the lowest offset first. */
    void find(String name, IntConsumer found) {
        var wanted = name.getBytes(StandardCharsets.UTF_8);
        if (wanted.length >= MAX_NAME_BYTES || chainCount == 0) {
            return;
        }
        var matches = new ArrayList<Integer>(1);
        var slot = hash(wanted, 0) & chainCount - 1;
        var entry = (int) bytes.u32(chainsAt + 4L * slot) - 1;
        // A chain that leads back was not written by this class; it has at most all entries.
        for (var steps = 0; entry >= 0 && entry < entryCount && steps < entryCount; steps++) {
            if (hasName(entry, wanted)) {
                matches.add(entry);
            }
            entry = number(entry, 6) - 1;
        }
        if (matches.size() > 1) {
            // Not Comparator.comparingLong: its lambda is not in the AOT cache.
            matches.sort((left, right) -> {
                var byOffset = Long.compare(offset(left), offset(right));
                return byOffset != 0 ? byOffset : Integer.compare(left, right);
            });
        }
        matches.stream().distinct().forEach(found::accept);
    }

    private boolean hasName(int entry, byte[] wanted) {
        var from = (flags(entry) & NAME_IN_POOL) != 0 ? pool : texts;
        var at = number(entry, 0) & 0xffff_ffffL;
        return at + wanted.length < from.byteSize()
                && from.u8(at + wanted.length) == 0
                && Arrays.equals(from.toArray(at, wanted.length), wanted);
    }

    /**
     * {@return the names of entries of some kinds that start with {@code prefix}, each as often as it is defined: of a
     * variable or function, with an address if it has one anywhere; what is only declared, once}
     */
    Stream<String> names(Set<IndexKind> kinds, String prefix) {
        var start = new Start(prefix.getBytes(StandardCharsets.UTF_8), copyOfTexts(), pool.toArray(0, pool.byteSize()));
        var mask = 0;
        for (var kind : kinds) {
            mask |= 1 << kind.number();
        }
        var found = IntStream.builder();
        // Some entries at once are copied: a look at each number by itself is a check and a call.
        var copy = new int[ENTRIES_AT_ONCE * ENTRY_INTS];
        for (var first = 0; first < entryCount; first += ENTRIES_AT_ONCE) {
            var count = Math.min(ENTRIES_AT_ONCE, entryCount - first);
            var at = entriesAt + (long) first * ENTRY_BYTES;
            MemorySegment.copy(bytes.segment(), INT, at, copy, 0, count * ENTRY_INTS);
            addNamed(first, copy, count, mask, start, found);
        }
        return found.build().filter(entry -> isDefinition(entry, kinds)).mapToObj(this::name);
    }

    private static void addNamed(int first, int[] copy, int count, int mask, Start start, IntStream.Builder found) {
        for (var entry = 0; entry < count; entry++) {
            var at = entry * ENTRY_INTS;
            var kind = copy[at + 2] >>> 16 & 0xff;
            if (kind < Integer.SIZE && (mask & 1 << kind) != 0 && start.is(copy[at], copy[at + 2] >>> 24)) {
                found.add(first + entry);
            }
        }
    }

    /** What names are to start with, and the texts that they are in. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Start(byte[] wanted, byte[] texts, byte[] pool) {
        boolean is(int name, int flags) {
            var from = (flags & NAME_IN_POOL) != 0 ? pool : texts;
            var at = name & 0xffff_ffffL;
            if (at + wanted.length >= from.length) {
                return false;
            }
            for (var byteOffset = 0; byteOffset < wanted.length; byteOffset++) {
                if (from[(int) at + byteOffset] != wanted[byteOffset]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@return a copy of the texts, in which a look at a byte is no call} */
    private byte[] copyOfTexts() {
        var copy = textCopy.get();
        if (copy == null) {
            copy = texts.toArray(0, Math.min(texts.byteSize(), Integer.MAX_VALUE - 16));
            textCopy = new SoftReference<>(copy);
        }
        return copy;
    }

    private boolean isDefinition(int entry, Set<IndexKind> kinds) {
        var own = rank(entry);
        if (own == BEST_RANK) {
            return true;
        }
        var better = new boolean[1];
        find(name(entry), other -> better[0] |= kinds.contains(kind(other)) && rank(other) > own);
        return !better[0];
    }

    /** {@return what a lookup prefers} */
    private int rank(int entry) {
        var flags = flags(entry);
        if ((flags & DECLARATION) != 0) {
            return 0;
        }
        var kind = kind(entry);
        var mayBePlaced = kind == IndexKind.VARIABLE || kind == IndexKind.FUNCTION;
        return mayBePlaced && (flags & PLACED) == 0 ? 1 : BEST_RANK;
    }

    private int number(int entry, int field) {
        return bytes.s32(entriesAt + (long) entry * ENTRY_BYTES + 4L * field);
    }

    int flags(int entry) {
        return number(entry, 2) >>> 24;
    }

    @Nullable
    IndexKind kind(int entry) {
        return IndexKind.ofNumber(number(entry, 2) >>> 16 & 0xff);
    }

    long offset(int entry) {
        return number(entry, 1) & 0xffff_ffffL | (long) (number(entry, 2) & 0xffff) << 32;
    }

    long line(int entry) {
        return number(entry, 4) & 0xffff_ffffL;
    }

    long byteSize(int entry) {
        return number(entry, 5) & 0xffff_ffffL;
    }

    /** {@return the path of the file that an entry is declared in, as the compiler was given it, or empty} */
    String file(int entry) {
        var file = number(entry, 3);
        return file <= 0 || file >= fileCount ? "" : pool.cString(bytes.u32(filesAt + 4L * file));
    }

    String name(int entry) {
        var from = (flags(entry) & NAME_IN_POOL) != 0 ? pool : texts;
        return from.cString(number(entry, 0) & 0xffff_ffffL);
    }
}
