package org.wyrm.dwarf;

import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * Reads a slice from front to back through a copy of a part of it, its window. What a table of hundreds of thousands of
 * numbers needs: before the second compiler has seen it, a read of an array takes a twentieth of that of a memory
 * segment.
 *
 * <p>Every read is checked. Confined to one thread.
 */
final class SectionCursor {
    /** A window for a list of a few entries. */
    static final int SMALL_WINDOW = 256;

    /** A window for all of most units' programs. */
    static final int LARGE_WINDOW = 1 << 16;

    private final ByteSlice slice;
    private final boolean bigEndian;
    private final byte[] window;
    private long windowOffset;
    private int at;
    private int end;

    /**
     * Starts at an offset of a slice.
     *
     * @param windowByteSize how many bytes are copied at once, if there are so many
     */
    SectionCursor(ByteSlice slice, long offset, long windowByteSize) {
        this.slice = slice;
        bigEndian = slice.order() == ByteOrder.BIG_ENDIAN;
        var leftByteSize = Math.max(0, slice.byteSize() - Math.max(0, offset));
        window = new byte[(int) Math.max(Long.BYTES, Math.min(windowByteSize, leftByteSize))];
        windowOffset = offset;
    }

    /** {@return the offset of the next byte in the slice} */
    long position() {
        return windowOffset + at;
    }

    /** {@return whether a byte is left} */
    boolean hasRemaining() {
        return at < end || position() < slice.byteSize();
    }

    /** {@return how many bytes are left} */
    long remainingByteSize() {
        return slice.byteSize() - position();
    }

    /** Goes to an offset of the slice, which need not lie in it before something is read. */
    void seek(long offset) {
        if (offset >= windowOffset && offset <= windowOffset + end) {
            at = (int) (offset - windowOffset);
        } else {
            windowOffset = offset;
            at = 0;
            end = 0;
        }
    }

    int u8() {
        if (at == end) {
            fill(1);
        }
        return window[at++] & 0xff;
    }

    /** {@return the next byte, 0 to 255, or -1 at the end} */
    int u8OrEnd() {
        if (at == end) {
            if (position() >= slice.byteSize()) {
                return -1;
            }
            fill(1);
        }
        return window[at++] & 0xff;
    }

    int u16() {
        if (end - at < Short.BYTES) {
            fill(Short.BYTES);
        }
        var first = window[at] & 0xff;
        var second = window[at + 1] & 0xff;
        at += Short.BYTES;
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    int s32() {
        if (end - at < Integer.BYTES) {
            fill(Integer.BYTES);
        }
        var value = (window[at] & 0xff)
                | (window[at + 1] & 0xff) << 8
                | (window[at + 2] & 0xff) << 16
                | (window[at + 3] & 0xff) << 24;
        at += Integer.BYTES;
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    long u32() {
        return s32() & 0xffff_ffffL;
    }

    long u64() {
        if (end - at < Long.BYTES) {
            fill(Long.BYTES);
        }
        var first = s32() & 0xffff_ffffL;
        var second = s32() & 0xffff_ffffL;
        return bigEndian ? first << 32 | second : second << 32 | first;
    }

    /** {@return a number of 1, 2, 3, 4 or 8 bytes, unsigned} */
    long unsigned(int byteSize) {
        return switch (byteSize) {
            case 1 -> u8();
            case 2 -> u16();
            case 3 -> u24();
            case 4 -> u32();
            case 8 -> u64();
            default -> throw new IllegalArgumentException("no number has " + byteSize + " bytes");
        };
    }

    private int u24() {
        var first = u8();
        var second = u8();
        var third = u8();
        return bigEndian ? first << 16 | second << 8 | third : third << 16 | second << 8 | first;
    }

    /** {@return an unsigned LEB128 number; see {@link org.wyrm.base.bytes.ByteCursor#uleb128}} */
    long uleb128() {
        var next = u8();
        return next < 0x80 ? next : longUleb128(next);
    }

    private long longUleb128(int first) {
        var start = position() - 1;
        long value = first & 0x7f;
        for (var shift = 7; ; shift = Math.min(shift + 7, Long.SIZE)) {
            var next = u8();
            var bits = next & 0x7fL;
            if (shift >= Long.SIZE ? bits != 0 : shift == Long.SIZE - 1 && bits > 1) {
                throw tooManyBits(start);
            }
            if (shift < Long.SIZE) {
                value |= bits << shift;
            }
            if (next < 0x80) {
                return value;
            }
        }
    }

    /** {@return a signed LEB128 number; see {@link org.wyrm.base.bytes.ByteCursor#sleb128}} */
    long sleb128() {
        var next = u8();
        return next < 0x80 ? (long) next << 57 >> 57 : longSleb128(next);
    }

    private long longSleb128(int first) {
        var start = position() - 1;
        long value = first & 0x7f;
        for (var shift = 7; ; shift = Math.min(shift + 7, Long.SIZE)) {
            var next = u8();
            var bits = next & 0x7fL;
            if (shift < Long.SIZE) {
                value |= bits << shift;
            }
            // From bit 63 on, all are the sign.
            if (shift >= Long.SIZE - 1 && bits != (value < 0 ? 0x7f : 0)) {
                throw tooManyBits(start);
            }
            if (next < 0x80) {
                return shift < 57 && (bits & 0x40) != 0 ? value | -1L << shift + 7 : value;
            }
        }
    }

    /** {@return an unsigned LEB128 number that must fit 31 bits: an index, a column, a count} */
    int uleb128AsInt(String what) {
        var next = u8();
        if (next < 0x80) {
            return next;
        }
        var start = position() - 1;
        var value = longUleb128(next);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed(start, what + " " + Long.toUnsignedString(value) + " is too large");
        }
        return (int) value;
    }

    /** Goes over bytes, which must be there. */
    void skip(long byteSize) {
        if (byteSize < 0 || byteSize > remainingByteSize()) {
            throw malformed(
                    position(),
                    "%s bytes are to be skipped, %d are left"
                            .formatted(Long.toUnsignedString(byteSize), Math.max(0, remainingByteSize())));
        }
        seek(position() + byteSize);
    }

    /** Goes over text and its NUL. */
    void skipString() {
        var start = position();
        while (hasRemaining()) {
            if (u8() == 0) {
                return;
            }
        }
        throw malformed(start, "the string has no end");
    }

    /** {@return the next bytes, which must be there, as a part of the slice} */
    ByteSlice block(long byteSize) {
        var start = position();
        skip(byteSize);
        return slice.slice(start, byteSize);
    }

    /** Makes the error for a broken rule at an offset of the slice. */
    MalformedDataException malformed(long offset, String rule) {
        return slice.malformed(offset, rule);
    }

    private MalformedDataException tooManyBits(long start) {
        return malformed(start, "the LEB128 number has more than 64 bits");
    }

    /** Moves the window to the next byte. */
    private void fill(int wantedByteSize) {
        var offset = position();
        var leftByteSize = slice.byteSize() - offset;
        if (offset < 0 || leftByteSize < wantedByteSize) {
            // The slice says it in its own words.
            slice.slice(offset, wantedByteSize);
        }
        windowOffset = offset;
        at = 0;
        end = (int) Math.min(window.length, leftByteSize);
        slice.copyTo(window, 0, offset, end);
    }
}
