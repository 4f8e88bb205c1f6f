package org.wyrm.dwarf;

import java.util.Arrays;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * Which unit an address is of, as {@code .debug_aranges} says it: it need not say it of all units.
 *
 * <p>A set for each unit:
 *
 * <pre>
 * unit_length                         4, or 0xffffffff and 8
 * version                             2; 2, in all of DWARF 2 to 5
 * debug_info_offset                   4 or 8
 * address_size, segment_selector_size 1 each
 * zeros, up to a multiple of the size of a tuple from the start of the set
 * tuples                              address, length; the last is 0, 0
 * </pre>
 *
 * <p>Ranges of no byte are left out, and those of dead code by {@link ZeroAddress}. Decoded once. Immutable and
 * thread-safe.
 *
 * @dwarf 7.21 Address Range Table
 */
public final class UnitAddressRanges {
    private int count;
    private long[] starts = new long[16];
    private long[] byteSizes = new long[16];
    private long[] unitOffsets = new long[16];

    private UnitAddressRanges(ByteSlice section, ZeroAddress zero) {
        for (var offset = 0L; offset < section.byteSize(); ) {
            offset = readSet(section, offset, zero);
        }
    }

    /**
     * Decodes all sets.
     *
     * @param section {@code .debug_aranges}
     * @param zero whether code at address 0 is dead
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static UnitAddressRanges parse(ByteSlice section, ZeroAddress zero) {
        return new UnitAddressRanges(section, zero);
    }

    /** {@return where the next set is} */
    private long readSet(ByteSlice section, long setOffset, ZeroAddress zero) {
        var start = new UnitLength(section, setOffset);
        var cursor = new SectionCursor(section.slice(0, start.endOffset()), start.contentOffset(), 1 << 10);
        var version = cursor.u16();
        if (version != 2) {
            throw cursor.malformed(cursor.position() - 2, "version " + version + " of address ranges is not known");
        }
        var unitOffset = cursor.unsigned(start.offsetByteSize());
        var addressByteSize = cursor.u8();
        if (addressByteSize != 4 && addressByteSize != 8) {
            throw cursor.malformed(cursor.position() - 1, "an address of " + addressByteSize + " bytes is not known");
        }
        if (cursor.u8() != 0) {
            throw cursor.malformed(cursor.position() - 1, "addresses with segments are not known");
        }
        var tupleByteSize = 2L * addressByteSize;
        var headerByteSize = cursor.position() - setOffset;
        cursor.seek(setOffset + (headerByteSize + tupleByteSize - 1) / tupleByteSize * tupleByteSize);
        var bounds = new CodeBounds(addressByteSize, zero);
        while (cursor.remainingByteSize() >= tupleByteSize) {
            var address = cursor.unsigned(addressByteSize);
            var byteSize = cursor.unsigned(addressByteSize);
            // Not only at the end: GNU ld makes this of tuples for what it has left out.
            if (byteSize != 0 && !bounds.isDead(address)) {
                add(address, byteSize, unitOffset);
            }
        }
        return start.endOffset();
    }

    private void add(long start, long byteSize, long unitOffset) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            byteSizes = Arrays.copyOf(byteSizes, 2 * count);
            unitOffsets = Arrays.copyOf(unitOffsets, 2 * count);
        }
        starts[count] = start;
        byteSizes[count] = byteSize;
        unitOffsets[count++] = unitOffset;
    }

    /** {@return how many ranges there are, in the order of the section} */
    public int count() {
        return count;
    }

    /** {@return the first address of a range} */
    public long start(int index) {
        return starts[index];
    }

    /** {@return how many bytes a range has, unsigned} */
    public long byteSize(int index) {
        return byteSizes[index];
    }

    /** {@return where the unit of a range is in {@code .debug_info}} */
    public long unitOffset(int index) {
        return unitOffsets[index];
    }
}
