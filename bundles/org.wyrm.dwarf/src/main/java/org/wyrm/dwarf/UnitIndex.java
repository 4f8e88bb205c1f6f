package org.wyrm.dwarf;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * What each unit of a package of split DWARF ({@code .dwp}) has of its sections: {@code .debug_cu_index} or
 * {@code .debug_tu_index}. Reads version 5, and version 2 of GCC and Clang before DWARF 5.
 *
 * <pre>
 * version        4; 2 — from version 5 on 2, and 2 of padding
 * column_count   4; of L
 * unit_count     4; of U
 * slot_count     4; of S, a power of two above U
 * signatures     8 each, S
 * rows           4 each, S; from 1 on, 0 where the slot is free
 * sections       4 each, L: what the columns are of, {@link #COLUMNS}
 * offsets        4 each, U × L
 * sizes          4 each, U × L
 * </pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @dwarf 7.3.5.3 Format of the CU and TU Index Sections
 */
public final class UnitIndex {
    private static final int HEADER_BYTES = 16;
    private static final int OLD_VERSION = 2;

    /** By number: what a column is of, by version; where nothing is, it is of no interest here, or not known. */
    private static final @Nullable DwarfSection[][] COLUMNS = {
        {
            null,
            DwarfSection.INFO,
            DwarfSection.TYPES,
            DwarfSection.ABBREV,
            DwarfSection.LINE,
            DwarfSection.LOC,
            DwarfSection.STR_OFFSETS
        },
        {
            null,
            DwarfSection.INFO,
            null,
            DwarfSection.ABBREV,
            DwarfSection.LINE,
            DwarfSection.LOCLISTS,
            DwarfSection.STR_OFFSETS,
            null,
            DwarfSection.RNGLISTS
        }
    };

    private final ByteSlice section;
    private final int columnCount;
    private final int unitCount;
    private final int slotCount;
    private final long rowsAt;
    private final long offsetsAt;
    private final long byteSizesAt;

    private final EnumMap<DwarfSection, Integer> columns = new EnumMap<>(DwarfSection.class);

    private volatile @Nullable Starts starts;

    /** The rows by where their units start. */
    private static final class Starts {
        final DwarfSection of;
        final int[] rows;
        final long[] offsets;

        Starts(DwarfSection of, int[] rows) {
            this.of = of;
            this.rows = rows;
            offsets = new long[rows.length];
        }
    }

    private UnitIndex(ByteSlice section) {
        this.section = section;
        var isOld = section.byteSize() >= Integer.BYTES && section.u32(0) == OLD_VERSION;
        if (section.byteSize() == 0) {
            columnCount = 0;
            unitCount = 0;
            slotCount = 0;
        } else {
            if (!isOld && section.u16(0) != 5) {
                throw section.malformed(0, "version %d of an index of units is not known".formatted(section.u16(0)));
            }
            columnCount = count(4, Integer.BYTES);
            unitCount = count(8, 2L * Integer.BYTES * columnCount);
            slotCount = count(12, Long.BYTES + Integer.BYTES);
        }
        rowsAt = HEADER_BYTES + (long) slotCount * Long.BYTES;
        var columnsAt = rowsAt + (long) slotCount * Integer.BYTES;
        offsetsAt = columnsAt + (long) columnCount * Integer.BYTES;
        byteSizesAt = offsetsAt + (long) columnCount * unitCount * Integer.BYTES;
        var endOffset = byteSizesAt + (long) columnCount * unitCount * Integer.BYTES;
        if (section.byteSize() > 0 && endOffset > section.byteSize()) {
            throw section.malformed(
                    0,
                    "%d units in %d columns and %d slots take 0x%x bytes, the section has 0x%x"
                            .formatted(unitCount, columnCount, slotCount, endOffset, section.byteSize()));
        }
        if (unitCount > 0 && (Integer.bitCount(slotCount) != 1 || slotCount <= unitCount)) {
            throw section.malformed(
                    12, "%d slots are not a power of two above %d units".formatted(slotCount, unitCount));
        }
        readColumns(columnsAt, COLUMNS[isOld ? 0 : 1]);
    }

    /** {@return a count of the header of what each takes so many bytes} */
    private int count(long offset, long byteSizeEach) {
        var count = section.u32(offset);
        if (count > section.byteSize() / Math.max(1, byteSizeEach)) {
            throw section.malformed(
                    offset, "a count of %d, the section has 0x%x bytes".formatted(count, section.byteSize()));
        }
        return (int) count;
    }

    private void readColumns(long columnsAt, @Nullable DwarfSection[] known) {
        for (var column = 0; column < columnCount; column++) {
            var at = columnsAt + (long) column * Integer.BYTES;
            var number = section.u32(at);
            var of = number < known.length ? known[(int) number] : null;
            if (of != null) {
                if (columns.put(of, column) != null) {
                    throw section.malformed(at, "a second column of section " + number);
                }
            }
        }
    }

    /**
     * Reads the header; rows are read when they are asked for.
     *
     * @param section {@code .debug_cu_index} or {@code .debug_tu_index}; may be empty
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static UnitIndex parse(ByteSlice section) {
        return new UnitIndex(section);
    }

    /** {@return an index of no unit} */
    public static UnitIndex none() {
        return new UnitIndex(ByteSlice.of("no index", new byte[0], ByteOrder.LITTLE_ENDIAN));
    }

    /** {@return how many units the index has} */
    public int unitCount() {
        return unitCount;
    }

    /**
     * {@return the row of a unit, from 0 on}
     *
     * @param signature the identification of a split unit, or the signature of a type unit
     * @throws MalformedDataException if the table of slots is damaged
     */
    public OptionalInt row(long signature) {
        var mask = slotCount - 1;
        var slot = (int) signature & mask;
        var step = (int) (signature >>> 32) & mask | 1;
        // A step that is odd comes to every slot once; a table that is full has been written by no producer.
        for (var probe = 0; probe < slotCount; probe++) {
            var row = section.u32(rowsAt + (long) slot * Integer.BYTES);
            if (row == 0) {
                return OptionalInt.empty();
            }
            if (section.u64(HEADER_BYTES + (long) slot * Long.BYTES) == signature) {
                if (row > unitCount) {
                    throw section.malformed(
                            rowsAt + (long) slot * Integer.BYTES, "row %d of %d units".formatted(row, unitCount));
                }
                return OptionalInt.of((int) row - 1);
            }
            slot = slot + step & mask;
        }
        return OptionalInt.empty();
    }

    /** {@return whether units have parts of a section} */
    public boolean hasColumn(DwarfSection of) {
        return columns.containsKey(of);
    }

    /**
     * {@return the offset of what a unit has of a section}
     *
     * @param of a section that {@link #hasColumn there is a column of}
     */
    public long offset(int row, DwarfSection of) {
        return section.u32(cell(offsetsAt, row, of));
    }

    /**
     * {@return the size in bytes of what a unit has of a section}
     *
     * @param of a section that {@link #hasColumn there is a column of}
     */
    public long byteSize(int row, DwarfSection of) {
        return section.u32(cell(byteSizesAt, row, of));
    }

    private long cell(long start, int row, DwarfSection of) {
        int column = Objects.requireNonNull(columns.get(of));
        return start + ((long) row * columnCount + column) * Integer.BYTES;
    }

    /**
     * {@return what a unit has of a section}
     *
     * @param content the section {@code of} of the package
     * @throws MalformedDataException if it does not lie in the section
     */
    public ByteSlice contribution(int row, DwarfSection of, ByteSlice content) {
        if (!hasColumn(of)) {
            return content;
        }
        var offset = offset(row, of);
        var byteSize = byteSize(row, of);
        if (offset + byteSize > content.byteSize()) {
            throw section.malformed(
                    cell(offsetsAt, row, of),
                    "a unit should have 0x%x bytes from 0x%x on of %s, which has 0x%x"
                            .formatted(byteSize, offset, content.name(), content.byteSize()));
        }
        return content.slice(offset, byteSize);
    }

    /**
     * {@return the row whose unit an offset of a section of units is in}
     *
     * @param of {@link DwarfSection#INFO} or {@link DwarfSection#TYPES}
     * @throws MalformedDataException if two rows have the same bytes
     */
    public OptionalInt rowAt(DwarfSection of, long offset) {
        if (!hasColumn(of)) {
            return OptionalInt.empty();
        }
        var known = starts;
        if (known == null || known.of != of) {
            known = starts(of);
            starts = known;
        }
        var found = Arrays.binarySearch(known.offsets, offset);
        var index = found >= 0 ? found : -found - 2;
        return index >= 0 && offset - known.offsets[index] < byteSize(known.rows[index], of)
                ? OptionalInt.of(known.rows[index])
                : OptionalInt.empty();
    }

    private Starts starts(DwarfSection of) {
        var rows = IntStream.range(0, unitCount)
                .filter(row -> byteSize(row, of) > 0)
                .boxed()
                .sorted(Comparator.comparingLong(row -> offset(row, of)))
                .mapToInt(Integer::intValue)
                .toArray();
        var found = new Starts(of, rows);
        var offsets = found.offsets;
        for (var index = 0; index < rows.length; index++) {
            offsets[index] = offset(rows[index], of);
            if (index > 0 && offsets[index] < offsets[index - 1] + byteSize(rows[index - 1], of)) {
                throw section.malformed(
                        cell(offsetsAt, rows[index], of),
                        "rows %d and %d both have the bytes at 0x%x"
                                .formatted(rows[index - 1] + 1, rows[index] + 1, offsets[index]));
            }
        }
        return found;
    }
}
