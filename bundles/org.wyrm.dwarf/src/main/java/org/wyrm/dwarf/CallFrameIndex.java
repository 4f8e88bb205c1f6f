package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;

/**
 * The FDEs of a section, sorted: by their start; where that is the same the longer first, then the later in the section.
 * So the last that contains an address is the innermost, and of several for the same code the first in the section.
 *
 * <p>24 bytes for each, and 8 more where some overlap. Immutable once made.
 */
final class CallFrameIndex {
    /** What is told of a damaged section. */
    static final int MOST_PROBLEMS = 100;

    /** From there on it is no call frame information. */
    private static final int MOST_LEFT_OUT = 100_000;

    /** A method called often is compiled early. */
    private static final int ENTRIES_AT_ONCE = 64;

    private final CallFrameSection section;
    private final List<MalformedDataException> problems = new ArrayList<>();
    private int leftOutCount;
    private int count;
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private long[] offsets = new long[64];
    /** The highest end of an entry and of all before it; empty if none overlap. */
    private long[] highestEnds = {};

    CallFrameIndex(CallFrameSection section) {
        this.section = section;
        var scan = new Scan();
        while (scan.readSome()) {}
        starts = Arrays.copyOf(starts, count);
        ends = Arrays.copyOf(ends, count);
        offsets = Arrays.copyOf(offsets, count);
        if (!isSorted()) {
            sort();
        }
        findOverlaps();
    }

    /** Goes over the entries. */
    private final class Scan {
        private final SectionCursor cursor = new SectionCursor(section.bytes(), 0, SectionCursor.LARGE_WINDOW);
        private final CodeBounds bounds = new CodeBounds(section.addressByteSize(), section.zero());
        private final Map<Long, Cie> cies = new HashMap<>();
        private Cie lastCie = new Cie(-1, null);
        private long next;

        /** {@return whether there may be more} */
        boolean readSome() {
            for (var left = ENTRIES_AT_ONCE; left > 0; left--) {
                if (next >= section.bytes().byteSize()) {
                    return false;
                }
                readNext();
            }
            return true;
        }

        private void readNext() {
            var offset = next;
            next = section.bytes().byteSize();
            try {
                var header = CallFrameEntryHeader.read(cursor, section, offset);
                next = header.endOffset();
                if (!header.isTerminator()) {
                    read(header);
                }
            } catch (MalformedDataException e) {
                leaveOut(e);
            }
        }

        private void read(CallFrameEntryHeader header) {
            var cieOffset = header.cieOffset(cursor, section);
            if (cieOffset == CallFrameEntryHeader.OF_CIE) {
                return;
            }
            if (cieOffset != lastCie.offset) {
                lastCie = cies.computeIfAbsent(cieOffset, this::cie);
            }
            if (lastCie.entry == null) {
                leftOutCount++;
                return;
            }
            var entry = FrameDescriptionEntry.read(section, cursor, header, lastCie.entry);
            if (entry.startAddress() != entry.endAddress() && !bounds.isDead(entry.startAddress())) {
                add(entry);
            }
        }

        private Cie cie(long offset) {
            try {
                return new Cie(offset, CommonInformationEntry.read(section, offset));
            } catch (MalformedDataException e) {
                addProblem(e);
                return new Cie(offset, null);
            }
        }

        private void leaveOut(MalformedDataException problem) {
            addProblem(problem);
            leftOutCount++;
            if (leftOutCount > MOST_LEFT_OUT) {
                next = section.bytes().byteSize();
            }
        }
    }

    /** A CIE, or that it is none. */
    private record Cie(long offset, @Nullable CommonInformationEntry entry) {}

    private void addProblem(MalformedDataException problem) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        }
    }

    private void add(FrameDescriptionEntry entry) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        starts[count] = entry.startAddress();
        ends[count] = entry.endAddress();
        offsets[count++] = entry.offset();
    }

    private boolean isSorted() {
        for (var index = 1; index < count; index++) {
            if (compare(index - 1, index) > 0) {
                return false;
            }
        }
        return true;
    }

    private int compare(int one, int other) {
        var byStart = Long.compareUnsigned(starts[one], starts[other]);
        if (byStart != 0) {
            return byStart;
        }
        var byEnd = Long.compareUnsigned(ends[other], ends[one]);
        return byEnd != 0 ? byEnd : Long.compare(offsets[other], offsets[one]);
    }

    /** A heap sort: in place, of three arrays at once. */
    private void sort() {
        for (var root = count / 2 - 1; root >= 0; root--) {
            sink(root, count);
        }
        for (var end = count - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
    }

    private void sink(int root, int end) {
        var parent = root;
        for (var child = 2 * parent + 1; child < end; child = 2 * parent + 1) {
            if (child + 1 < end && compare(child, child + 1) < 0) {
                child++;
            }
            if (compare(parent, child) >= 0) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }

    private void swap(int one, int other) {
        swap(starts, one, other);
        swap(ends, one, other);
        swap(offsets, one, other);
    }

    private static void swap(long[] array, int one, int other) {
        var kept = array[one];
        array[one] = array[other];
        array[other] = kept;
    }

    private void findOverlaps() {
        for (var index = 1; index < count; index++) {
            if (Long.compareUnsigned(starts[index], ends[index - 1]) < 0) {
                highestEnds = ends.clone();
                for (var at = 1; at < count; at++) {
                    if (Long.compareUnsigned(highestEnds[at - 1], ends[at]) > 0) {
                        highestEnds[at] = highestEnds[at - 1];
                    }
                }
                return;
            }
        }
    }

    /** {@return the entry for an address, or -1} */
    int find(long address) {
        var low = 0;
        var high = count;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(starts[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (var index = low - 1; index >= 0; index--) {
            if (Long.compareUnsigned(address, ends[index]) < 0) {
                return index;
            }
            if (highestEnds.length == 0 || Long.compareUnsigned(address, highestEnds[index]) >= 0) {
                return -1;
            }
        }
        return -1;
    }

    int count() {
        return count;
    }

    long start(int index) {
        return starts[index];
    }

    long end(int index) {
        return ends[index];
    }

    /** {@return where an entry is in the section} */
    long offset(int index) {
        return offsets[index];
    }

    List<MalformedDataException> problems() {
        return List.copyOf(problems);
    }

    int leftOutCount() {
        return leftOutCount;
    }
}
