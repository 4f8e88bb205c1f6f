package org.wyrm.dwarf;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The directories or the files of a line table, by the numbers that its program uses.
 *
 * <p>Names stay where they are until one is asked for. Immutable and thread-safe.
 *
 * @dwarf 6.2.4 The Line Number Program Header
 */
public final class LineNames {
    private static final int MD5_BYTE_SIZE = 16;
    private static final int FIRST_CAPACITY = 4;

    private final ByteSlice line;
    private final int firstIndex;
    private final LineStringForm form;
    private final int count;
    private final int[] nameOffsets;
    private final int @Nullable [] directoryIndexes;
    private final long @Nullable [] modificationTimes;
    private final long @Nullable [] byteSizes;
    private final int @Nullable [] digestOffsets;

    private LineNames(Builder builder) {
        line = builder.line;
        firstIndex = builder.firstIndex;
        form = builder.form;
        count = builder.count;
        nameOffsets = cut(builder.nameOffsets, count);
        directoryIndexes = builder.directoryIndexes == null ? null : cut(builder.directoryIndexes, count);
        modificationTimes = copy(builder.modificationTimes, count);
        byteSizes = copy(builder.byteSizes, count);
        digestOffsets = copy(builder.digestOffsets, count);
    }

    /** Where the builder had just the room that it takes, which it never writes to again, that is kept. */
    private static int[] cut(int[] numbers, int count) {
        return numbers.length == count ? numbers : Arrays.copyOf(numbers, count);
    }

    private static int @Nullable [] copy(int @Nullable [] numbers, int count) {
        return numbers == null ? null : Arrays.copyOf(numbers, count);
    }

    private static long @Nullable [] copy(long @Nullable [] numbers, int count) {
        return numbers == null ? null : Arrays.copyOf(numbers, count);
    }

    /** {@return the number of the first: 0 in DWARF 5, 1 before} */
    public int firstIndex() {
        return firstIndex;
    }

    /** {@return the number after that of the last} */
    public int endIndex() {
        return firstIndex + count;
    }

    /** {@return whether there is one with a number} */
    public boolean has(int index) {
        return index >= firstIndex && index - firstIndex < count;
    }

    /** {@return where the text of all names is} */
    public LineStringForm form() {
        return form;
    }

    /** {@return the offset or the index of a name, by {@link #form}; unsigned} */
    public int nameOffset(int index) {
        return nameOffsets[slot(index)];
    }

    /**
     * {@return a name, as it is written: with or without a directory}
     *
     * @throws org.wyrm.base.error.MalformedDataException if it does not lie in its section
     */
    public String name(int index, LineStrings strings) {
        var offset = Integer.toUnsignedLong(nameOffset(index));
        return switch (form) {
            case IN_PLACE -> line.cString(offset);
            case LINE_STRING -> strings.lineStrings().cString(offset);
            case STRING -> strings.strings().cString(offset);
            case INDEXED_STRING -> strings.byIndex().apply(offset);
        };
    }

    /** {@return the number of a file's directory, as written; 0 if it has none} */
    public int directoryIndex(int index) {
        var slot = slot(index);
        return directoryIndexes == null ? 0 : directoryIndexes[slot];
    }

    /** {@return when a file was changed last, in the producer's own units} */
    public OptionalLong modificationTime(int index) {
        return optional(modificationTimes, slot(index));
    }

    /** {@return the size of a file in bytes} */
    public OptionalLong byteSize(int index) {
        return optional(byteSizes, slot(index));
    }

    // Before DWARF 5, 0 stands for what is not known.
    private OptionalLong optional(long @Nullable [] numbers, int slot) {
        return numbers == null || firstIndex == 1 && numbers[slot] == 0
                ? OptionalLong.empty()
                : OptionalLong.of(numbers[slot]);
    }

    /** {@return the MD5 digest of a file's content} */
    public Optional<byte[]> md5(int index) {
        var slot = slot(index);
        return digestOffsets == null
                ? Optional.empty()
                : Optional.of(line.toArray(Integer.toUnsignedLong(digestOffsets[slot]), MD5_BYTE_SIZE));
    }

    private int slot(int index) {
        if (!has(index)) {
            throw new IndexOutOfBoundsException(
                    "number %d, the first is %d, the end %d".formatted(index, firstIndex, endIndex()));
        }
        return index - firstIndex;
    }

    /** {@return what makes names that go on from these} */
    Builder toBuilder() {
        var builder = new Builder(line, firstIndex, form);
        builder.count = count;
        builder.nameOffsets = nameOffsets.clone();
        builder.directoryIndexes = copy(directoryIndexes, count);
        builder.modificationTimes = copy(modificationTimes, count);
        builder.byteSizes = copy(byteSizes, count);
        builder.digestOffsets = copy(digestOffsets, count);
        return builder;
    }

    /** Collects names in their order. Numbers of the last are set after {@link #add}. */
    static final class Builder {
        private final ByteSlice line;
        private final int firstIndex;
        private final LineStringForm form;
        private int count;
        private int[] nameOffsets;
        private int @Nullable [] directoryIndexes;
        private long @Nullable [] modificationTimes;
        private long @Nullable [] byteSizes;
        private int @Nullable [] digestOffsets;

        Builder(ByteSlice line, int firstIndex, LineStringForm form) {
            this(line, firstIndex, form, FIRST_CAPACITY);
        }

        /** @param capacity how many there will be, as far as that is known */
        Builder(ByteSlice line, int firstIndex, LineStringForm form, int capacity) {
            this.line = line;
            this.firstIndex = firstIndex;
            this.form = form;
            this.nameOffsets = new int[capacity];
        }

        void add() {
            if (count == nameOffsets.length) {
                nameOffsets = Arrays.copyOf(nameOffsets, Math.max(FIRST_CAPACITY, 2 * count));
            }
            count++;
        }

        void nameOffset(int offset) {
            nameOffsets[count - 1] = offset;
        }

        void directoryIndex(int index) {
            directoryIndexes = withRoom(directoryIndexes);
            directoryIndexes[count - 1] = index;
        }

        void modificationTime(long time) {
            modificationTimes = withRoom(modificationTimes);
            modificationTimes[count - 1] = time;
        }

        void byteSize(long byteSize) {
            byteSizes = withRoom(byteSizes);
            byteSizes[count - 1] = byteSize;
        }

        void digestOffset(int offset) {
            digestOffsets = withRoom(digestOffsets);
            digestOffsets[count - 1] = offset;
        }

        private int[] withRoom(int @Nullable [] numbers) {
            if (numbers == null) {
                return new int[nameOffsets.length];
            }
            return numbers.length < count ? Arrays.copyOf(numbers, nameOffsets.length) : numbers;
        }

        private long[] withRoom(long @Nullable [] numbers) {
            if (numbers == null) {
                return new long[nameOffsets.length];
            }
            return numbers.length < count ? Arrays.copyOf(numbers, nameOffsets.length) : numbers;
        }

        LineNames build() {
            return new LineNames(this);
        }
    }
}
