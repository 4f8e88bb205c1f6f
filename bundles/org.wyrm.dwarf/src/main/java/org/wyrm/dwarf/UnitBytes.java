package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The bytes of a unit in an array, which is read many times faster than a slice before the second compiler had its
 * turn. Indexes count from the start of the unit's header. Every read is checked against the unit's end.
 *
 */
final class UnitBytes {
    final ByteSlice section;
    final long offset;
    final int end;
    final byte[] bytes;
    private final boolean bigEndian;

    UnitBytes(ByteSlice section, long offset, byte[] bytes, int end) {
        this.section = section;
        this.offset = offset;
        this.bytes = bytes;
        this.end = end;
        this.bigEndian = section.order() == java.nio.ByteOrder.BIG_ENDIAN;
    }

    static UnitBytes of(ByteSlice section, UnitHeader header) {
        var byteSize = header.endOffset() - header.offset();
        if (byteSize > Integer.MAX_VALUE - 16) {
            throw section.malformed(header.offset(), "the unit has %d bytes, over 2 GiB".formatted(byteSize));
        }
        return new UnitBytes(section, header.offset(), section.toArray(header.offset(), byteSize), (int) byteSize);
    }

    int u8(int at) {
        check(at, 1);
        return bytes[at] & 0xff;
    }

    int u16(int at) {
        check(at, 2);
        var low = bytes[at] & 0xff;
        var high = bytes[at + 1] & 0xff;
        return bigEndian ? low << 8 | high : low | high << 8;
    }

    int u24(int at) {
        check(at, 3);
        return bigEndian ? u16(at) << 8 | u8(at + 2) : u16(at) | u8(at + 2) << 16;
    }

    int s32(int at) {
        check(at, 4);
        var value = bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    long u32(int at) {
        return s32(at) & 0xffff_ffffL;
    }

    long u64(int at) {
        check(at, 8);
        return bigEndian ? (long) s32(at) << 32 | u32(at + 4) : u32(at) | (long) s32(at + 4) << 32;
    }

    /** {@return a number of 1, 2, 4 or 8 bytes} */
    long unsigned(int at, int byteSize) {
        return switch (byteSize) {
            case 1 -> u8(at);
            case 2 -> u16(at);
            case 4 -> u32(at);
            default -> u64(at);
        };
    }

    /** {@return where the LEB128 number at an index ends} */
    int skipLeb128(int at) {
        var next = at;
        while (next < end && bytes[next] < 0) {
            next++;
        }
        if (next >= end) {
            throw malformed(at, "the LEB128 number has no end");
        }
        return next + 1;
    }

    long uleb128(int at) {
        var first = u8(at);
        if (first < 0x80) {
            return first;
        }
        long value = first & 0x7f;
        var shift = 7;
        for (var next = at + 1; ; next++, shift += 7) {
            var bits = u8(next);
            if (shift > 63 ? (bits & 0x7f) != 0 : shift == 63 && (bits & 0x7e) != 0) {
                throw malformed(at, "the LEB128 number has more than 64 bits");
            }
            if (shift < 64) {
                value |= (bits & 0x7fL) << shift;
            }
            if (bits < 0x80) {
                return value;
            }
        }
    }

    long sleb128(int at) {
        long value = 0;
        var shift = 0;
        for (var next = at; ; next++, shift += 7) {
            var bits = u8(next);
            if (shift < 64) {
                value |= (bits & 0x7fL) << shift;
            }
            if (shift >= 63 && (bits & 0x7f) != (value < 0 ? 0x7f : 0)) {
                throw malformed(at, "the LEB128 number has more than 64 bits");
            }
            if (bits < 0x80) {
                return shift < 57 && (bits & 0x40) != 0 ? value | -1L << shift + 7 : value;
            }
        }
    }

    /** {@return the index of the NUL of the string at an index} */
    int stringEnd(int at) {
        var next = at;
        while (next < end && bytes[next] != 0) {
            next++;
        }
        if (next >= end) {
            throw malformed(at, "the string has no end");
        }
        return next;
    }

    /** {@return the index after a block} */
    int skip(int at, long byteSize) {
        if (byteSize < 0 || byteSize > end - at) {
            throw malformed(
                    at, "%s bytes wanted, the unit ends after %d".formatted(Long.toUnsignedString(byteSize), end - at));
        }
        return at + (int) byteSize;
    }

    private void check(int at, int count) {
        if (at > end - count || at < 0) {
            throw malformed(at, "%d bytes wanted, the unit ends at 0x%x".formatted(count, offset + end));
        }
    }

    MalformedDataException malformed(int at, String rule) {
        return section.malformed(offset + at, rule);
    }
}
