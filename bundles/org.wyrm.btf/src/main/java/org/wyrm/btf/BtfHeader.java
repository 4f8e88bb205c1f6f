package org.wyrm.btf;

import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The sections of BTF bytes, found by their header and checked to lie inside.
 *
 * <pre>
 *  0  u16 magic     0xeb9f, in the order of all other numbers
 *  2  u8  version   1
 *  3  u8  flags     0; nothing is defined
 *  4  u32 hdr_len   24 or more; what follows in newer headers is skipped
 *  8  u32 type_off  a multiple of 4; both offsets count from the end of the header
 * 12  u32 type_len
 * 16  u32 str_off   not before the end of the types
 * 20  u32 str_len
 * </pre>
 *
 * <p>Bytes after the sections are allowed: target memory is padded.
 */
record BtfHeader(ByteSlice types, ByteSlice strings) {
    private static final int MAGIC = 0xeb9f;
    private static final int MAGIC_SWAPPED = 0x9feb;
    private static final int VERSION = 1;
    private static final int MIN_BYTE_SIZE = 24;
    private static final int MAX_SECTION_BYTE_SIZE = 1 << 30;

    static BtfHeader parse(ByteSlice bytes) {
        var ordered = bytes.withOrder(order(bytes));
        var version = ordered.u8(2);
        if (version != VERSION) {
            throw ordered.malformed(2, "BTF version " + version + " is not known");
        }
        var headerByteSize = ordered.u32(4);
        if (headerByteSize < MIN_BYTE_SIZE || headerByteSize > ordered.byteSize()) {
            throw ordered.malformed(4, "the header cannot have " + headerByteSize + " bytes");
        }
        var types = section(ordered, headerByteSize, 8, "types");
        var strings = section(ordered, headerByteSize, 16, "strings");
        if (ordered.u32(8) % Integer.BYTES != 0) {
            throw ordered.malformed(8, "the types start at no multiple of 4");
        }
        if (ordered.u32(16) < ordered.u32(8) + ordered.u32(12)) {
            throw ordered.malformed(16, "the strings start before the types end");
        }
        return new BtfHeader(types, strings);
    }

    private static ByteOrder order(ByteSlice bytes) {
        var magic = bytes.withOrder(ByteOrder.LITTLE_ENDIAN).u16(0);
        return switch (magic) {
            case MAGIC -> ByteOrder.LITTLE_ENDIAN;
            case MAGIC_SWAPPED -> ByteOrder.BIG_ENDIAN;
            default -> throw bytes.malformed(0, "0x" + Integer.toHexString(magic) + " is not the magic of BTF, 0xeb9f");
        };
    }

    private static ByteSlice section(ByteSlice bytes, long headerByteSize, int at, String what) {
        var start = headerByteSize + bytes.u32(at);
        var byteSize = bytes.u32(at + 4);
        if (start + byteSize > bytes.byteSize() || byteSize > MAX_SECTION_BYTE_SIZE) {
            throw bytes.malformed(
                    at, "%d bytes of %s at 0x%x do not fit in %d".formatted(byteSize, what, start, bytes.byteSize()));
        }
        return bytes.slice(start, byteSize);
    }
}
