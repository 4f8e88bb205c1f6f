package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.cancellation.SharedWork;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.UnitHeader;

/** Makes the index of a file: several threads take unit after unit, then their parts are joined. */
final class IndexBuilder {
    private static final int UNITS_AT_ONCE = 4;

    /** After so many bytes of a mapped section, what was read of it may leave memory. */
    private static final long UNLOAD_BYTES = 4 << 20;

    private static final int SPLIT_FILE_LONGS = 6;
    static final int MAX_PROBLEMS = 100;
    private static final int MAX_TEXT_BYTES = Integer.MAX_VALUE - 16;

    private static final Comparator<IndexPart.CodeRange> BY_ADDRESS = (left, right) -> {
        var byStart = Long.compareUnsigned(left.start(), right.start());
        return byStart != 0 ? byStart : Long.compare(left.unitOffset(), right.unitOffset());
    };

    private static final Listener NOBODY = (done, total) -> {};

    private final DwarfInfo info;
    private final SplitFinder split;
    private final Cancellation cancellation;
    private final Listener listener;

    /** The units of the file, as far as their headers were read. */
    private final List<IndexedUnit> units = new ArrayList<>();

    private int typeUnits;

    /** Where the next header is; in no section if there is none. */
    private @Nullable DwarfSection headerSection = DwarfSection.TYPES;

    private long headerOffset;

    /** How many units of those to be scanned threads have taken, and how many bytes these have, of how many. */
    private int taken;

    private long takenByteSize;
    private long totalByteSize;

    private final List<String> problems = new ArrayList<>();

    /** Is told how much is scanned, in whatever unit, in the thread that asked for the index. */
    interface Listener {
        void scanned(long done, long total);
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
        var parts = scan(units, List.of(), IndexPart::add, maxThreads);
        split.join(parts.stream().flatMap(part -> part.skeletons.stream()).toList());
        var whole = join(split.units.isEmpty() ? parts : scan(split.units, parts, IndexPart::addWhole, maxThreads));
        unload(info.sections().section(DwarfSection.INFO).segment());
        var withoutText = whole.dropWithoutText();
        if (withoutText > 0) {
            problems.add(info.sections()
                    .section(DwarfSection.STR)
                    .malformed(
                            whole.textByteSize, "%d names are here or after, where no text is".formatted(withoutText))
                    .getMessage());
        }
        var isWhole = problems.isEmpty();
        problems.addAll(split.problems);
        return new Built(content(whole), isWhole);
    }

    /**
     * Reads the header of one more unit of the file. What comes after one that cannot be read cannot be found; what comes
     * before stays usable.
     *
     * @return false after the last one
     */
    private boolean readHeader() {
        while (headerSection != null) {
            var bytes = info.sections().section(headerSection);
            try {
                if (headerOffset < bytes.byteSize()) {
                    var header = UnitHeader.parse(bytes, headerOffset, headerSection == DwarfSection.TYPES);
                    units.add(new IndexedUnit(info, headerSection, header, 0));
                    headerOffset = header.endOffset();
                    return true;
                }
            } catch (MalformedDataException e) {
                problems.add(e.getMessage());
            }
            if (headerSection == DwarfSection.TYPES) {
                typeUnits = units.size();
            }
            headerSection = headerSection == DwarfSection.TYPES ? DwarfSection.INFO : null;
            headerOffset = 0;
        }
        return false;
    }

    /** {@return whether there are so many units; the headers of the file's own are read as threads come for them} */
    private boolean hasUnits(List<IndexedUnit> what, int wanted) {
        while (what.size() < wanted) {
            if (what != units || !readHeader()) {
                return false;
            }
        }
        return true;
    }

    /** {@return the next units for a thread, none after the last one} */
    private synchronized List<IndexedUnit> take(List<IndexedUnit> what, Listener told) {
        cancellation.check();
        told.scanned(takenByteSize, totalByteSize);
        var end = taken + UNITS_AT_ONCE;
        var next = List.copyOf(what.subList(taken, hasUnits(what, end) ? end : what.size()));
        taken += next.size();
        takenByteSize += byteSize(next);
        return next;
    }

    private static long byteSize(List<IndexedUnit> some) {
        var byteSize = 0L;
        for (var unit : some) {
            byteSize += unit.header().endOffset() - unit.header().offset();
        }
        return byteSize;
    }

    /** {@return the parts, and as many more as there are threads, with what units have added} */
    private List<IndexPart> scan(
            List<IndexedUnit> what, List<IndexPart> begun, BiConsumer<IndexPart, IndexedUnit> add, int maxThreads) {
        taken = 0;
        takenByteSize = 0;
        totalByteSize = what == units
                ? info.sections().section(DwarfSection.TYPES).byteSize()
                        + info.sections().section(DwarfSection.INFO).byteSize()
                : byteSize(what);
        var threads = hasUnits(what, 4 * UNITS_AT_ONCE) ? maxThreads : 1;
        var parts = new ArrayList<>(begun);
        if (parts.size() < threads) {
            var texts = info.sections().section(DwarfSection.STR);
            var textBytes = texts.toArray(0, Math.min(texts.byteSize(), MAX_TEXT_BYTES));
            while (parts.size() < threads) {
                parts.add(new IndexPart(info, textBytes));
            }
        }
        SharedWork.run(
                threads, "wyrm-index", thread -> fill(parts.get(thread), what, add, thread == 0 ? listener : NOBODY));
        return parts;
    }

    private void fill(IndexPart part, List<IndexedUnit> what, BiConsumer<IndexPart, IndexedUnit> add, Listener told) {
        for (var some = take(what, told); !some.isEmpty(); some = take(what, told)) {
            for (var unit : some) {
                add.accept(part, unit);
                unload(unit);
            }
        }
        // Here for many threads at once; that they are merged is little work.
        part.ranges.sort(BY_ADDRESS);
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

    /** {@return one of the parts, with what all have} */
    private IndexPart join(List<IndexPart> parts) {
        var whole = parts.getFirst();
        for (var part : parts.subList(1, parts.size())) {
            whole.addAll(part);
        }
        problems.addAll(whole.problems);
        whole.ranges.sort(BY_ADDRESS);
        return whole;
    }

    private byte[] content(IndexPart whole) {
        var entries = whole.entries;
        var count = entries.count();
        var ranges = whole.ranges;
        var pool = whole.pool;
        var filePaths = added(pool, whole.files.paths());
        var buckets = new int[Math.max(16, Integer.highestOneBit(Math.max(1, count)))];
        var filter = new byte[buckets.length * DwarfIndex.FILTER_BYTES];
        entries.chain(buckets, filter);
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
            filePaths.length,
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
        var intCount = (long) count * DwarfIndex.ENTRY_INTS + buckets.length + filePaths.length + problemTexts.size();
        var content = ByteBuffer.allocate(
                        Math.toIntExact(longCount * Long.BYTES + intCount * Integer.BYTES + filter.length + pool.size))
                .order(ByteOrder.LITTLE_ENDIAN);
        put(content, header);
        put(content, unitOffsets());
        put(content, numbers(ranges));
        splitFiles.forEach(file -> put(content, file));
        for (var join : split.joins) {
            content.putLong(join.id()).putLong(join.skeletonOffset()).putLong(join.splitOffset());
        }
        entries.writeTo(content);
        put(content, buckets);
        content.put(filter);
        put(content, filePaths);
        problemTexts.forEach(content::putInt);
        content.put(pool.bytes, 0, pool.size);
        return content.array();
    }

    // Each a method, as a long one is compiled anew for each of its loops.

    private static int[] added(TextPool pool, List<String> texts) {
        var places = new int[texts.size()];
        for (var text = 0; text < places.length; text++) {
            places[text] = pool.add(texts.get(text));
        }
        return places;
    }

    private long[] unitOffsets() {
        var offsets = new long[units.size()];
        for (var unit = 0; unit < offsets.length; unit++) {
            offsets[unit] = units.get(unit).header().offset();
        }
        return offsets;
    }

    private static long[] numbers(List<IndexPart.CodeRange> ranges) {
        var numbers = new long[3 * ranges.size()];
        var at = 0;
        for (var range : ranges) {
            numbers[at++] = range.start();
            numbers[at++] = range.end();
            numbers[at++] = range.unitOffset();
        }
        return numbers;
    }

    private static void put(ByteBuffer to, long[] values) {
        to.asLongBuffer().put(values);
        to.position(to.position() + values.length * Long.BYTES);
    }

    private static void put(ByteBuffer to, int[] values) {
        to.asIntBuffer().put(values);
        to.position(to.position() + values.length * Integer.BYTES);
    }
}
