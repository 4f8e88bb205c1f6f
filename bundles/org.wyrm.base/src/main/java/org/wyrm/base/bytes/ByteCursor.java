package org.wyrm.base.bytes;

import org.wyrm.base.error.MalformedDataException;

/**
 * Reads a {@link ByteSlice} from front to back. Confined to one thread.
 */
public final class ByteCursor {
    private final ByteSlice slice;
    private long position;

    /** Starts at an offset of a slice. */
    public ByteCursor(ByteSlice slice, long offset) {
        this.slice = slice;
        this.position = offset;
    }

    /** {@return the offset of the next byte in the slice} */
    public long position() {
        return position;
    }

    /** {@return whether a byte is left} */
    public boolean hasRemaining() {
        return position < slice.byteSize();
    }

    /** {@return the next byte, 0 to 255} */
    public int u8() {
        var value = slice.u8(position);
        position++;
        return value;
    }

    /** {@return the next 16-bit number, 0 to 65535} */
    public int u16() {
        var value = slice.u16(position);
        position += 2;
        return value;
    }

    /** {@return the next signed 32-bit number} */
    public int s32() {
        var value = slice.s32(position);
        position += 4;
        return value;
    }

    /** {@return the next 32-bit number, 0 to 2^32 - 1} */
    public long u32() {
        return s32() & 0xffff_ffffL;
    }

    /** {@return the next 64-bit number, unsigned by convention} */
    public long u64() {
        var value = slice.u64(position);
        position += 8;
        return value;
    }

    /**
     * {@return the next unsigned LEB128 number}
     *
     * @throws MalformedDataException if it has more than 64 bits
     * @dwarf 7.6 Variable Length Data
     */
    public long uleb128() {
        var start = position;
        long value = 0;
        for (var shift = 0; ; shift += 7) {
            var next = u8();
            var bits = next & 0x7fL;
            if (shift >= 64 ? bits != 0 : shift == 63 && bits > 1) {
                throw slice.malformed(start, "the LEB128 number has more than 64 bits");
            }
            if (shift < 64) {
                value |= bits << shift;
            }
            if ((next & 0x80) == 0) {
                return value;
            }
        }
    }

    /**
     * {@return the next signed LEB128 number}
     *
     * @throws MalformedDataException if it has more than 64 bits
     * @dwarf 7.6 Variable Length Data
     */
    public long sleb128() {
        var start = position;
        long value = 0;
        for (var shift = 0; ; shift += 7) {
            var next = u8();
            var bits = next & 0x7fL;
            if (shift < 64) {
                value |= bits << shift;
            }
            // From bit 63 on, all are the sign.
            if (shift >= 63 && bits != (value < 0 ? 0x7f : 0)) {
                throw slice.malformed(start, "the LEB128 number has more than 64 bits");
            }
            if ((next & 0x80) == 0) {
                return shift < 57 && (bits & 0x40) != 0 ? value | -1L << shift + 7 : value;
            }
        }
    }

    /** {@return the slice that is read} */
    public ByteSlice slice() {
        return slice;
    }

    /** Goes to an offset of the slice. */
    public void seek(long offset) {
        position = offset;
    }
}
