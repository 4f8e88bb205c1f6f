package org.wyrm.testkit.dwarf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Builds a section number by number, sound or broken, in both byte orders and both formats.
 *
 * <pre>{@code
 * var section = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4);
 * section.unit(unit -> unit.u16(5).u8(8).u8(0).u32(0).u8(0));
 * }</pre>
 *
 * <p>Confined to one thread.
 */
public final class SectionBuilder {
    /** A part that is built with a length before it. */
    public interface Part {
        /** Adds the part's numbers. */
        void addTo(SectionBuilder builder);
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final int offsetByteSize;
    private final int firstPosition;

    /**
     * Starts an empty section.
     *
     * @param offsetByteSize 4 for the 32-bit format, 8 for the 64-bit format
     */
    public SectionBuilder(ByteOrder order, int offsetByteSize) {
        this(order, offsetByteSize, 0);
    }

    private SectionBuilder(ByteOrder order, int offsetByteSize, int firstPosition) {
        this.order = order;
        this.offsetByteSize = offsetByteSize;
        this.firstPosition = firstPosition;
    }

    /** {@return where the next byte will be in the section} */
    public int position() {
        return firstPosition + bytes.size();
    }

    /** {@return 4 or 8} */
    public int offsetByteSize() {
        return offsetByteSize;
    }

    /** Adds a number of one byte. */
    public SectionBuilder u8(int value) {
        bytes.write(value);
        return this;
    }

    /** Adds numbers of one byte each. */
    public SectionBuilder u8s(int... values) {
        for (var value : values) {
            u8(value);
        }
        return this;
    }

    /** Adds a number of two bytes. */
    public SectionBuilder u16(int value) {
        return number(value, 2);
    }

    /** Adds a number of four bytes. */
    public SectionBuilder u32(long value) {
        return number(value, 4);
    }

    /** Adds a number of eight bytes. */
    public SectionBuilder u64(long value) {
        return number(value, 8);
    }

    /** Adds an offset in the section's format. */
    public SectionBuilder offset(long value) {
        return number(value, offsetByteSize);
    }

    /** Adds a number of some bytes in the section's order. */
    public SectionBuilder number(long value, int byteSize) {
        for (var index = 0; index < byteSize; index++) {
            var place = order == ByteOrder.BIG_ENDIAN ? byteSize - 1 - index : index;
            bytes.write((int) (value >>> Byte.SIZE * place));
        }
        return this;
    }

    /** Adds an unsigned LEB128 number. */
    public SectionBuilder uleb(long value) {
        var rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            u8((int) rest & 0x7f | 0x80);
        }
        return u8((int) rest);
    }

    /** Adds a signed LEB128 number. */
    public SectionBuilder sleb(long value) {
        var rest = value;
        for (; rest < -0x40 || rest >= 0x40; rest >>= 7) {
            u8((int) rest & 0x7f | 0x80);
        }
        return u8((int) rest & 0x7f);
    }

    /** Adds text and its NUL. */
    public SectionBuilder string(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return u8(0);
    }

    /** Adds a part with an initial length before it: that of a unit, a table, a set. */
    public SectionBuilder unit(Part part) {
        if (offsetByteSize == 8) {
            u32(0xffff_ffffL);
        }
        return withLength(part);
    }

    /** Adds a part with its length before it, as an offset. */
    public SectionBuilder withLength(Part part) {
        var built = new SectionBuilder(order, offsetByteSize, position() + offsetByteSize);
        part.addTo(built);
        offset(built.bytes.size());
        bytes.writeBytes(built.build());
        return this;
    }

    /** Adds a part with its length before it, as an unsigned LEB128 number of one byte. */
    public SectionBuilder block(Part part) {
        var built = new SectionBuilder(order, offsetByteSize, position() + 1);
        part.addTo(built);
        if (built.bytes.size() > 0x7f) {
            throw new IllegalArgumentException("a block of " + built.bytes.size() + " bytes");
        }
        u8(built.bytes.size());
        bytes.writeBytes(built.build());
        return this;
    }

    /** {@return the bytes so far} */
    public byte[] build() {
        return bytes.toByteArray();
    }
}
