package org.wyrm.dwarf;

import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The addresses that a unit names by index: a part of {@code .debug_addr}. Immutable and thread-safe.
 *
 * <pre>
 * until the base, from version 5:
 *   unit_length                         4, or 0xffffffff and 8
 *   version                             2; 5
 *   address_size, segment_selector_size 1 each
 * from the base:
 *   addresses
 * </pre>
 *
 * @dwarf 7.27 Address Table
 */
public final class AddressTable {
    private static final AddressTable NONE =
            new AddressTable(ByteSlice.of(".debug_addr", new byte[0], ByteOrder.LITTLE_ENDIAN), 0, 0, 8);

    private final ByteSlice section;
    private final long base;
    private final long count;
    private final int addressByteSize;

    private AddressTable(ByteSlice section, long base, long end, int addressByteSize) {
        this.section = section;
        this.base = base;
        this.addressByteSize = addressByteSize;
        count = (end - base) / addressByteSize;
    }

    /** {@return the table of a unit that has none} */
    public static AddressTable none() {
        return NONE;
    }

    /**
     * {@return the table of a unit}
     *
     * @param section {@code .debug_addr}
     * @param base the unit's {@code DW_AT_addr_base}; until version 4, GCC's {@code DW_AT_GNU_addr_base}
     * @throws MalformedDataException if the base does not follow a header, or its table does not lie in the section
     */
    public static AddressTable of(ByteSlice section, long base, UnitEncoding encoding) {
        if (base < 0 || base > section.byteSize()) {
            throw section.malformed(
                    0,
                    "the table should start at 0x%x, the section has 0x%x bytes".formatted(base, section.byteSize()));
        }
        var end = section.byteSize();
        if (encoding.version() >= 5) {
            var offsetByteSize = encoding.offsetByteSize();
            var start = new SectionCursor(section, base - 4 - offsetByteSize, SectionCursor.SMALL_WINDOW);
            var byteSize = start.unsigned(offsetByteSize);
            if (byteSize < 4 || byteSize > start.remainingByteSize()) {
                throw section.malformed(
                        base - 4 - offsetByteSize,
                        "the address table has %s bytes, %d are left"
                                .formatted(Long.toUnsignedString(byteSize), start.remainingByteSize()));
            }
            end = start.position() + byteSize;
            requireKnown(start, encoding);
        }
        return new AddressTable(section, base, end, encoding.addressByteSize());
    }

    private static void requireKnown(SectionCursor cursor, UnitEncoding encoding) {
        var version = cursor.u16();
        if (version != 5) {
            throw cursor.malformed(cursor.position() - 2, "version " + version + " of an address table is not known");
        }
        var addressByteSize = cursor.u8();
        if (addressByteSize != encoding.addressByteSize()) {
            throw cursor.malformed(
                    cursor.position() - 1,
                    "addresses have %d bytes, those of the unit %d"
                            .formatted(addressByteSize, encoding.addressByteSize()));
        }
        if (cursor.u8() != 0) {
            throw cursor.malformed(cursor.position() - 1, "addresses with segments are not known");
        }
    }

    /**
     * {@return an address}
     *
     * @throws MalformedDataException if the table has none of that index
     */
    public long address(long index) {
        if (Long.compareUnsigned(index, count) >= 0) {
            throw section.malformed(
                    base, "there is no address %s, the table has %d".formatted(Long.toUnsignedString(index), count));
        }
        var offset = base + index * addressByteSize;
        return addressByteSize == 4 ? section.u32(offset) : section.u64(offset);
    }
}
