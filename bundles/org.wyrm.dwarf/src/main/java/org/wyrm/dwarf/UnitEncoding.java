package org.wyrm.dwarf;

import org.jspecify.annotations.Nullable;

/**
 * How the numbers of a unit are written; byte order is that of the sections.
 *
 * @param version of DWARF, 2 to 5
 * @param offsetByteSize 4 in the 32-bit format, 8 in the 64-bit format
 * @param addressByteSize 4 or 8
 * @dwarf 7.4 32-Bit and 64-Bit DWARF Formats
 */
public record UnitEncoding(int version, int offsetByteSize, int addressByteSize) {
    // Those that a record has by itself cost a start 15 ms at their first use, see docs/adr/0003.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UnitEncoding encoding
                && version == encoding.version
                && offsetByteSize == encoding.offsetByteSize
                && addressByteSize == encoding.addressByteSize;
    }

    @Override
    public int hashCode() {
        return (version * 16 + offsetByteSize) * 16 + addressByteSize;
    }
}
