package org.wyrm.base.bytes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.wyrm.base.error.MalformedDataException;

/**
 * Bytes with a name, a place in what they were cut from, and a byte order. Offsets are in bytes from its start.
 *
 * <p>Every read is checked, and a read past the end is a {@link MalformedDataException} that names the place in the
 * outermost bytes. Immutable and thread-safe, as far as the memory behind it is.
 */
public final class ByteSlice implements FileView {
    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int TEXT_BYTES_AT_ONCE = 64;

    private final String name;
    private final MemorySegment bytes;
    private final boolean bigEndian;
    private final long baseOffset;
    private final long byteSize;

    private ByteSlice(String name, MemorySegment bytes, boolean bigEndian, long baseOffset) {
        this.name = name;
        this.bytes = bytes;
        this.bigEndian = bigEndian;
        this.baseOffset = baseOffset;
        this.byteSize = bytes.byteSize();
    }

    /** {@return all of {@code bytes}, under a name} */
    public static ByteSlice of(String name, MemorySegment bytes, ByteOrder order) {
        return new ByteSlice(name, bytes, order == ByteOrder.BIG_ENDIAN, 0);
    }

    /** {@return all of {@code bytes}, under a name} */
    public static ByteSlice of(String name, byte[] bytes, ByteOrder order) {
        return of(name, MemorySegment.ofArray(bytes), order);
    }

    /**
     * {@return all of {@code bytes}, under a name}
     *
     * @param firstOffset the offset that errors give to the first byte
     */
    public static ByteSlice of(String name, long firstOffset, MemorySegment bytes, ByteOrder order) {
        return new ByteSlice(name, bytes, order == ByteOrder.BIG_ENDIAN, firstOffset);
    }

    /** {@return where these bytes are from, for messages} */
    @Override
    public String name() {
        return name;
    }

    /** {@return how many bytes there are} */
    @Override
    public long byteSize() {
        return byteSize;
    }

    /** {@return the order of the bytes in a number} */
    public ByteOrder order() {
        return bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** {@return the bytes themselves, to be read only} */
    public MemorySegment segment() {
        return bytes;
    }

    /** {@return the same bytes, read in another order} */
    public ByteSlice withOrder(ByteOrder order) {
        return new ByteSlice(name, bytes, order == ByteOrder.BIG_ENDIAN, baseOffset);
    }

    /** {@return a part, whose errors still name the place in these bytes} */
    @Override
    public ByteSlice slice(long offset, long partByteSize) {
        check(offset, partByteSize);
        return new ByteSlice(name, bytes.asSlice(offset, partByteSize), bigEndian, baseOffset + offset);
    }

    @Override
    public ByteSlice piece(long offset, long mostByteSize) {
        return slice(offset, Math.min(mostByteSize, byteSize - offset));
    }

    @Override
    public boolean has(long offset, long partByteSize) {
        return offset >= 0 && partByteSize >= 0 && offset <= byteSize - partByteSize;
    }

    /** {@return a part with a name of its own, whose errors count from its start: {@code vmlinux[.BTF]}} */
    public ByteSlice section(String sectionName, long offset, long partByteSize) {
        check(offset, partByteSize);
        return new ByteSlice(name + "[" + sectionName + "]", bytes.asSlice(offset, partByteSize), bigEndian, 0);
    }

    /** {@return the byte at an offset, 0 to 255} */
    @Override
    public int u8(long offset) {
        check(offset, 1);
        return bytes.get(U8, offset) & 0xff;
    }

    /** {@return the 16-bit number at an offset, 0 to 65535} */
    public int u16(long offset) {
        check(offset, 2);
        var value = bytes.get(U16, offset);
        return (bigEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }

    /** {@return the signed 32-bit number at an offset} */
    @Override
    public int s32(long offset) {
        check(offset, 4);
        var value = bytes.get(U32, offset);
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    /** {@return the 32-bit number at an offset, 0 to 2^32 - 1} */
    @Override
    public long u32(long offset) {
        return s32(offset) & 0xffff_ffffL;
    }

    /** {@return the 64-bit number at an offset, unsigned by convention} */
    @Override
    public long u64(long offset) {
        check(offset, 8);
        var value = bytes.get(U64, offset);
        return bigEndian ? Long.reverseBytes(value) : value;
    }

    /**
     * {@return the UTF-8 text at an offset, up to its NUL}
     *
     * @throws MalformedDataException if there is no NUL before the end
     */
    public String cString(long offset) {
        check(offset, 1);
        // A copy of some bytes takes less than a look at one, before the second compiler has seen it.
        var copied = new byte[TEXT_BYTES_AT_ONCE];
        for (var at = offset; at < byteSize; at += copied.length) {
            var count = (int) Math.min(copied.length, byteSize - at);
            copyTo(copied, 0, at, count);
            for (var index = 0; index < count; index++) {
                if (copied[index] == 0) {
                    return at == offset
                            ? new String(copied, 0, index, StandardCharsets.UTF_8)
                            : text(offset, at + index - offset);
                }
            }
        }
        throw malformed(offset, "the string has no end");
    }

    /** {@return bytes as UTF-8 text, whole} */
    @Override
    public String text(long offset, long textByteSize) {
        return new String(toArray(offset, textByteSize), StandardCharsets.UTF_8);
    }

    /** {@return a copy of some bytes} */
    public byte[] toArray(long offset, long partByteSize) {
        check(offset, partByteSize);
        var copy = new byte[Math.toIntExact(partByteSize)];
        copyTo(copy, 0, offset, copy.length);
        return copy;
    }

    /** Copies some bytes into an array. */
    public void copyTo(byte[] target, int targetIndex, long offset, int partByteSize) {
        // Written out, this is more than the first compiler puts into each caller: the copy takes it milliseconds.
        if (!has(offset, partByteSize)) {
            throw outside(offset, partByteSize);
        }
        // The form that takes an array switches over types, which costs a start 5 ms.
        MemorySegment.copy(bytes, offset, MemorySegment.ofArray(target), targetIndex, partByteSize);
    }

    /**
     * Makes the error for a broken rule at an offset of this slice.
     *
     * @param rule the rule broken, as a clause with the bad value
     */
    @Override
    public MalformedDataException malformed(long offset, String rule) {
        return new MalformedDataException(name, baseOffset + offset, rule);
    }

    private void check(long offset, long count) {
        if (!has(offset, count)) {
            throw outside(offset, count);
        }
    }

    private MalformedDataException outside(long offset, long count) {
        return malformed(
                offset,
                "%s bytes wanted, the data ends at 0x%x"
                        .formatted(Long.toUnsignedString(count), baseOffset + byteSize));
    }

    @Override
    public String toString() {
        return "%s+0x%x (%d bytes)".formatted(name, baseOffset, byteSize);
    }
}
