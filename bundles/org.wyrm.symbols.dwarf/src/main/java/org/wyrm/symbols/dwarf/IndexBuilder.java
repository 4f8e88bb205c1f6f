package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.cancellation.SharedWork;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.UnitHeader;
import org.wyrm.symbols.dwarf.IndexPart.CodeRange;

/** Makes the index of a file: several threads take unit after unit, then their parts are joined. */
final class IndexBuilder {
    private static final int UNITS_AT_ONCE = 4;

    /** After so many bytes of a mapped section, what was read of it may leave memory. */
    private static final long UNLOAD_BYTES = 4 << 20;

    private static final int HASH_AT_ONCE = 64;
    private static final int SPLIT_FILE_LONGS = 6;
    static final int MAX_PROBLEMS = 100;
    private static final int MAX_TEXT_BYTES = Integer.MAX_VALUE - 16;

    private static final Listener NOBODY = (units, total) -> {};

    private final DwarfInfo info;
    private final SplitFinder split;
    private final Cancellation cancellation;
    private final Listener listener;
    private final List<IndexedUnit> units = new ArrayList<>();
    private int typeUnits;
    private final List<CodeRange> ranges = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int[] entries = new int[0];
    private int count;
    private final TextPool pool = new TextPool();
    private long textByteSize;
    private int namesWithoutText;
    private final Map<String, Integer> files = new HashMap<>();
    private final List<Integer> filePaths = new ArrayList<>();

    /** Is told how many of some units are scanned, in the thread that asked for the index. */
    interface Listener {
        void scanned(int units, int total);
    }

    private IndexBuilder(DwarfInfo info, SplitFiles files, Cancellation cancellation, Listener listener) {
        this.info = info;
        this.split = new SplitFinder(info, files);
        this.cancellation = cancellation;
        this.listener = listener;
    }

    /**
     * The content of an index.
     *
     * @param isWhole whether all that is there could be read; that a file is missing is another matter
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, and compared with nothing
    record Built(byte[] content, boolean isWhole) {}

    /** {@return an index} */
    static Built build(DwarfInfo info, SplitFiles files, Cancellation cancellation, Listener listener) {
        return new IndexBuilder(info, files, cancellation, listener).build(SharedWork.threads());
    }

    static Built build(DwarfInfo info, SplitFiles files, Cancellation cancellation, int threads) {
        return new IndexBuilder(info, files, cancellation, NOBODY).build(threads);
    }

    private Built build(int maxThreads) {
        readHeaders(DwarfSection.TYPES);
        typeUnits = units.size();
        readHeaders(DwarfSection.INFO);
        var parts = scan(units, List.of(), IndexPart::add, maxThreads);
        split.join(parts.stream().flatMap(part -> part.skeletons.stream()).toList());
        join(split.units.isEmpty() ? parts : scan(split.units, parts, IndexPart::addWhole, maxThreads));
        unload(info.sections().section(DwarfSection.INFO).segment());
        if (namesWithoutText > 0) {
            problems.add(info.sections()
                    .section(DwarfSection.STR)
                    .malformed(textByteSize, "%d names are here or after, where no text is".formatted(namesWithoutText))
                    .getMessage());
        }
        var isWhole = problems.isEmpty();
        problems.addAll(split.problems);
        return new Built(content(), isWhole);
    }

    /** What comes after a header that cannot be read cannot be found; what comes before stays usable. */
    private void readHeaders(DwarfSection section) {
        var bytes = info.sections().section(section);
        try {
            for (var offset = 0L; offset < bytes.byteSize(); ) {
                var header = UnitHeader.parse(bytes, offset, section == DwarfSection.TYPES);
                units.add(new IndexedUnit(info, section, header, 0));
                offset = header.endOffset();
            }
        } catch (MalformedDataException e) {
            problems.add(e.getMessage());
        }
    }

    /** {@return the parts, and as many more as there are threads, with what units have added} */
    private List<IndexPart> scan(
            List<IndexedUnit> what, List<IndexPart> begun, BiConsumer<IndexPart, IndexedUnit> add, int maxThreads) {
        var threads = what.size() < 4 * UNITS_AT_ONCE ? 1 : maxThreads;
        var parts = new ArrayList<>(begun);
        if (parts.size() < threads) {
            var texts = info.sections().section(DwarfSection.STR);
            var textBytes = texts.toArray(0, Math.min(texts.byteSize(), MAX_TEXT_BYTES));
            while (parts.size() < threads) {
                parts.add(new IndexPart(info, textBytes));
            }
        }
        var next = new AtomicInteger();
        SharedWork.run(
                threads,
                "wyrm-index",
                thread -> fill(parts.get(thread), what, add, next, thread == 0 ? listener : NOBODY));
        return parts;
    }

    private void fill(
            IndexPart part,
            List<IndexedUnit> what,
            BiConsumer<IndexPart, IndexedUnit> add,
            AtomicInteger next,
            Listener told) {
        for (var first = next.getAndAdd(UNITS_AT_ONCE); first < what.size(); first = next.getAndAdd(UNITS_AT_ONCE)) {
            cancellation.check();
            told.scanned(first, what.size());
            for (var unit : what.subList(first, Math.min(what.size(), first + UNITS_AT_ONCE))) {
                add.accept(part, unit);
                unload(unit);
            }
        }
    }

    /** Keeps the memory of this process small: a kernel has hundreds of megabytes of entries, read once each. */
    private static void unload(IndexedUnit unit) {
        var segment = unit.info().sections().section(unit.section()).segment();
        var stretch = unit.header().endOffset() / UNLOAD_BYTES;
        if (stretch > unit.header().offset() / UNLOAD_BYTES && stretch > 1) {
            // The stretch before the last one: other threads may still read the last.
            unload(segment.asSlice((stretch - 2) * UNLOAD_BYTES, UNLOAD_BYTES));
        }
    }

    private static void unload(MemorySegment bytes) {
        if (bytes.isMapped()) {
            bytes.unload();
        }
    }

    private void join(List<IndexPart> parts) {
        var total = 0;
        for (var part : parts) {
            total += part.count;
        }
        entries = new int[total * DwarfIndex.ENTRY_INTS];
        textByteSize = textByteSize(info.sections().section(DwarfSection.STR));
        pool.add("");
        filePaths.add(0);
        var known = new LongTable(total / 2);
        for (var part : parts) {
            join(part, known);
            problems.addAll(part.problems);
            ranges.addAll(part.ranges);
        }
        ranges.sort((left, right) -> {
            var byStart = Long.compareUnsigned(left.start(), right.start());
            return byStart != 0 ? byStart : Long.compare(left.unitOffset(), right.unitOffset());
        });
    }

    private void join(IndexPart part, LongTable known) {
        var fileNumbers = new int[part.files.paths().size()];
        for (var file = 1; file < fileNumbers.length; file++) {
            fileNumbers[file] = file(part.files.paths().get(file));
        }
        // Texts of one part may be in others too; a pool has few, so they may be there twice.
        var poolStart = pool.add(part.pool.bytes, 0, part.pool.size);
        for (var first = 0; first < part.count; first += HASH_AT_ONCE) {
            join(part, first, Math.min(part.count, first + HASH_AT_ONCE), known, fileNumbers, poolStart);
        }
    }

    /** {@return how many bytes are texts that have an end} */
    private static long textByteSize(ByteSlice texts) {
        var byteSize = Math.min(texts.byteSize(), MAX_TEXT_BYTES);
        while (byteSize > 0 && texts.u8(byteSize - 1) != 0) {
            byteSize--;
        }
        return byteSize;
    }

    private int file(String path) {
        var number = files.get(path);
        if (number == null) {
            number = filePaths.size();
            files.put(path, number);
            filePaths.add(pool.add(path));
        }
        return number;
    }

    private void join(IndexPart part, int first, int end, LongTable known, int[] fileNumbers, int poolStart) {
        for (var entry = first; entry < end; entry++) {
            var from = entry * DwarfIndex.ENTRY_INTS;
            var inPool = (part.entries[from + 2] >>> 24 & DwarfIndex.NAME_IN_POOL) != 0;
            if (!inPool && (part.entries[from] & 0xffff_ffffL) >= textByteSize) {
                namesWithoutText++;
                continue;
            }
            var identity = part.identities[entry];
            var same = identity == 0 ? -1 : known.find(identity);
            var to = (same >= 0 ? same : count) * DwarfIndex.ENTRY_INTS;
            if (same >= 0 && offset(entries, to) <= offset(part.entries, from)) {
                continue;
            }
            System.arraycopy(part.entries, from, entries, to, DwarfIndex.ENTRY_INTS);
            if (inPool) {
                entries[to] += poolStart;
            }
            entries[to + 3] = fileNumbers[entries[to + 3]];
            if (same < 0) {
                if (identity != 0) {
                    known.add(identity, count);
                }
                count++;
            }
        }
    }

    private static long offset(int[] entries, int at) {
        return entries[at + 1] & 0xffff_ffffL | (long) (entries[at + 2] & 0xffff) << 32;
    }

    private byte[] content() {
        var buckets = new int[Math.max(16, Integer.highestOneBit(Math.max(1, count)))];
        var filter = new byte[buckets.length * DwarfIndex.FILTER_BYTES];
        for (var first = 0; first < count; first += HASH_AT_ONCE) {
            chain(first, Math.min(count, first + HASH_AT_ONCE), buckets, filter);
        }
        var problemTexts = new ArrayList<Integer>();
        // What several entries refer to is wrong once.
        for (var problem : new TreeSet<>(problems)) {
            if (problemTexts.size() < MAX_PROBLEMS) {
                problemTexts.add(pool.add(problem));
            }
        }
        var splitFiles = new ArrayList<long[]>();
        for (var file : split.splitFiles) {
            splitFiles.add(new long[] {
                pool.add(file.name()),
                pool.add(file.directory()),
                pool.add(file.place() == null ? "" : file.place().path()),
                pool.add(file.place() == null ? "" : file.place().stamp()),
                file.infoBase(),
                file.typesBase()
            });
        }
        var unitCount = units.size();
        var header = new long[] {
            info.sections().section(DwarfSection.INFO).byteSize(),
            info.sections().section(DwarfSection.TYPES).byteSize(),
            info.sections().section(DwarfSection.STR).byteSize(),
            typeUnits,
            unitCount - typeUnits,
            count,
            buckets.length,
            filePaths.size(),
            problemTexts.size(),
            pool.size,
            ranges.size(),
            split.splitFiles.size(),
            split.joins.size()
        };
        var longCount = header.length
                + unitCount
                + 3L * ranges.size()
                + (long) SPLIT_FILE_LONGS * splitFiles.size()
                + 3L * split.joins.size();
        var intCount = (long) count * DwarfIndex.ENTRY_INTS + buckets.length + filePaths.size() + problemTexts.size();
        var content = ByteBuffer.allocate(
                        Math.toIntExact(longCount * Long.BYTES + intCount * Integer.BYTES + filter.length + pool.size))
                .order(ByteOrder.LITTLE_ENDIAN);
        put(content, header);
        units.forEach(unit -> content.putLong(unit.header().offset()));
        for (var range : ranges) {
            content.putLong(range.start()).putLong(range.end()).putLong(range.unitOffset());
        }
        splitFiles.forEach(file -> put(content, file));
        for (var join : split.joins) {
            content.putLong(join.id()).putLong(join.skeletonOffset()).putLong(join.splitOffset());
        }
        put(content, entries, count * DwarfIndex.ENTRY_INTS);
        put(content, buckets, buckets.length);
        content.put(filter);
        filePaths.forEach(content::putInt);
        problemTexts.forEach(content::putInt);
        content.put(pool.bytes, 0, pool.size);
        return content.array();
    }

    private static void put(ByteBuffer to, long[] values) {
        for (var value : values) {
            to.putLong(value);
        }
    }

    private static void put(ByteBuffer to, int[] values, int valueCount) {
        to.asIntBuffer().put(values, 0, valueCount);
        to.position(to.position() + valueCount * Integer.BYTES);
    }

    /** Adds entries to the chains of their names. */
    private void chain(int first, int end, int[] buckets, byte[] filter) {
        for (var entry = first; entry < end; entry++) {
            var at = entry * DwarfIndex.ENTRY_INTS;
            var hash = entries[at + 6];
            var slot = hash & buckets.length - 1;
            DwarfIndex.addTo(filter, hash);
            entries[at + 6] = buckets[slot];
            buckets[slot] = entry + 1;
        }
    }
}
