package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;

/**
 * The length that a unit of any section starts with, checked to lie in the section.
 *
 * <pre>
 * 4 bytes               the length, below 0xfffffff0: the 32-bit format
 * 0xffffffff, 8 bytes   the length: the 64-bit format
 * </pre>
 *
 * @param contentOffset where the unit goes on after its length
 * @param endOffset where the unit ends
 * @param offsetByteSize 4 or 8
 * @dwarf 7.4 32-Bit and 64-Bit DWARF Formats
 */
record UnitLength(long contentOffset, long endOffset, int offsetByteSize) {
    private static final long ESCAPE = 0xffff_ffffL;
    private static final long FIRST_RESERVED = 0xffff_fff0L;

    UnitLength(ByteSlice section, long offset) {
        this(section, offset, section.u32(offset) == ESCAPE ? 8 : 4);
    }

    private UnitLength(ByteSlice section, long offset, int offsetByteSize) {
        this(
                offsetByteSize == 8 ? offset + 12 : offset + 4,
                endOffset(section, offset, offsetByteSize),
                offsetByteSize);
    }

    private static long endOffset(ByteSlice section, long offset, int offsetByteSize) {
        var contentOffset = offsetByteSize == 8 ? offset + 12 : offset + 4;
        var byteSize = offsetByteSize == 8 ? section.u64(offset + 4) : section.u32(offset);
        if (offsetByteSize == 4 && byteSize >= FIRST_RESERVED) {
            throw section.malformed(offset, "the unit length 0x%x is reserved".formatted(byteSize));
        }
        if (byteSize < 0 || byteSize > section.byteSize() - contentOffset) {
            throw section.malformed(
                    offset,
                    "the unit has %s bytes, %d are left"
                            .formatted(Long.toUnsignedString(byteSize), section.byteSize() - contentOffset));
        }
        return contentOffset + byteSize;
    }
}
