package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_compile;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_skeleton;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_compile;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_type;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_type;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The header of a unit.
 *
 * @param offset where it starts in its section, in bytes
 * @param endOffset where the next unit starts
 * @param firstDieOffset where its first entry is
 * @param abbrevOffset where its abbreviations are in {@code .debug_abbrev}
 * @param unitType what it is, {@code DW_UT_*}; before DWARF 5 a unit of {@code .debug_types} is a DW_UT_type, and each
 *     other one a DW_UT_compile
 * @param id the signature of a type unit, the identification of a skeleton or split unit; else 0
 * @param typeOffset where the type of a type unit is, from {@code offset} on; else 0
 * @dwarf 7.5.1 Unit Headers
 */
public record UnitHeader(
        long offset,
        long endOffset,
        long firstDieOffset,
        UnitEncoding encoding,
        long abbrevOffset,
        int unitType,
        long id,
        long typeOffset) {
    private static final long DWARF64 = 0xffff_ffffL;
    private static final long RESERVED = 0xffff_fff0L;

    /** No header is longer: of a type unit, in the 64-bit format. */
    private static final int MOST_BYTES = 40;

    /**
     * Reads the header at an offset.
     *
     * @param section of units
     * @param isTypes whether it is {@code .debug_types}
     * @throws MalformedDataException if it breaks a rule or the unit is cut short
     */
    public static UnitHeader parse(ByteSlice section, long offset, boolean isTypes) {
        var cursor = new SectionCursor(section, offset, MOST_BYTES);
        var length = cursor.u32();
        var offsetByteSize = 4;
        if (length == DWARF64) {
            offsetByteSize = 8;
            length = cursor.u64();
        } else if (length >= RESERVED) {
            throw section.malformed(offset, "the unit has a length of 0x%x, which is reserved".formatted(length));
        }
        var start = cursor.position();
        if (length < 0 || length > section.byteSize() - start) {
            throw section.malformed(
                    offset,
                    "the unit has %s bytes, the section ends after %d"
                            .formatted(Long.toUnsignedString(length), section.byteSize() - start));
        }
        // From here on nothing is read behind the unit.
        var unit = new SectionCursor(section.slice(0, start + length), start, MOST_BYTES);
        var version = unit.u16();
        if (version < 2 || version > 5) {
            throw section.malformed(start, "DWARF version %d is none of 2 to 5".formatted(version));
        }
        var unitType = isTypes ? DW_UT_type : DW_UT_compile;
        int addressByteSize;
        long abbrevOffset;
        if (version >= 5) {
            unitType = unit.u8();
            addressByteSize = unit.u8();
            abbrevOffset = offset(unit, offsetByteSize);
        } else {
            abbrevOffset = offset(unit, offsetByteSize);
            addressByteSize = unit.u8();
        }
        if (addressByteSize != 4 && addressByteSize != 8) {
            throw section.malformed(start, "the unit has addresses of %d bytes".formatted(addressByteSize));
        }
        var id = 0L;
        var typeOffset = 0L;
        if (unitType == DW_UT_type || unitType == DW_UT_split_type) {
            id = unit.u64();
            typeOffset = offset(unit, offsetByteSize);
        } else if (unitType == DW_UT_skeleton || unitType == DW_UT_split_compile) {
            id = unit.u64();
        }
        var encoding = new UnitEncoding(version, offsetByteSize, addressByteSize);
        return new UnitHeader(
                offset, start + length, unit.position(), encoding, abbrevOffset, unitType, id, typeOffset);
    }

    private static long offset(SectionCursor cursor, int offsetByteSize) {
        return offsetByteSize == 4 ? cursor.u32() : cursor.u64();
    }

    /**
     * {@return the headers of all units of a section, in their order}
     *
     * @throws MalformedDataException if one of them is malformed
     */
    public static List<UnitHeader> parseAll(ByteSlice section, boolean isTypes) {
        var headers = new ArrayList<UnitHeader>();
        for (var offset = 0L; offset < section.byteSize(); ) {
            var header = parse(section, offset, isTypes);
            headers.add(header);
            offset = header.endOffset();
        }
        return headers;
    }
}
