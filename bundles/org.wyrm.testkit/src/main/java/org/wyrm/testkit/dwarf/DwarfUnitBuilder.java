package org.wyrm.testkit.dwarf;

import java.util.HashMap;
import java.util.Map;

/** A unit that is being built; see {@link DwarfBuilder}. Confined to one thread. */
public final class DwarfUnitBuilder {
    private static final int TYPE = 2;
    private static final int SKELETON = 4;
    private static final int SPLIT_COMPILE = 5;
    private static final int SPLIT_TYPE = 6;
    private static final int TAG_COMPILE_UNIT = 0x11;

    private final DwarfBuilder dwarf;
    private final int version;
    private int offsetByteSize = 4;
    private int addressByteSize = 8;
    private int unitType = 1;
    private String section = ".debug_info";
    private long id;
    private DwarfEntryBuilder typeEntry;
    private int abbrevOffset = -1;
    private long firstCode = 1;
    private final DwarfEntryBuilder root;

    private final Map<String, Long> codes = new HashMap<>();
    private int offset;

    DwarfUnitBuilder(DwarfBuilder dwarf, int version) {
        this.dwarf = dwarf;
        this.version = version;
        this.root = new DwarfEntryBuilder(this, TAG_COMPILE_UNIT);
        this.typeEntry = root;
    }

    /** Takes the 64-bit format. */
    public DwarfUnitBuilder dwarf64() {
        offsetByteSize = 8;
        return this;
    }

    /** Takes addresses of another size. */
    public DwarfUnitBuilder addresses(int byteSize) {
        addressByteSize = byteSize;
        return this;
    }

    /** Takes another type, {@code DW_UT_*}, which is written from version 5 on. */
    public DwarfUnitBuilder type(int type) {
        unitType = type;
        return this;
    }

    /** Makes it a type unit, before version 5 of {@code .debug_types}. */
    public DwarfUnitBuilder typeUnit(long signature) {
        unitType = TYPE;
        if (version < 5) {
            section = ".debug_types";
        }
        return id(signature);
    }

    /** Says which entry is the type of this type unit. */
    public DwarfUnitBuilder typeIs(DwarfEntryBuilder entry) {
        typeEntry = entry;
        return this;
    }

    /** Gives it a signature or the identification of a split unit. */
    public DwarfUnitBuilder id(long number) {
        id = number;
        return this;
    }

    /** Uses the abbreviations at an offset, whatever is there. */
    public DwarfUnitBuilder abbreviationsAt(int otherOffset) {
        abbrevOffset = otherOffset;
        return this;
    }

    /** Numbers its abbreviations from a code on, which is unsigned. */
    public DwarfUnitBuilder codesFrom(long code) {
        firstCode = code;
        return this;
    }

    /** {@return its first entry, of DW_TAG_compile_unit} */
    public DwarfEntryBuilder root() {
        return root;
    }

    /** {@return where it starts, once it was built} */
    public int offset() {
        return offset;
    }

    DwarfBuilder dwarf() {
        return dwarf;
    }

    int version() {
        return version;
    }

    int offsetByteSize() {
        return offsetByteSize;
    }

    int addressByteSize() {
        return addressByteSize;
    }

    String section() {
        return section;
    }

    /** {@return the code of an abbreviation, which is added if need be} */
    long code(byte[] declaration) {
        var key = java.util.HexFormat.of().formatHex(declaration);
        var known = codes.get(key);
        if (known != null) {
            return known;
        }
        var code = firstCode + codes.size();
        codes.put(key, code);
        dwarf.abbreviations()
                .writeBytes(new SectionBuilder(dwarf.order(), 4).uleb(code).build());
        dwarf.abbreviations().writeBytes(declaration);
        return code;
    }

    byte[] build(int at) {
        offset = at;
        codes.clear();
        var abbreviationsStart = dwarf.abbreviations().size();
        var section = new SectionBuilder(dwarf.order(), offsetByteSize);
        section.unit(unit -> {
            var where = abbrevOffset >= 0 ? abbrevOffset : abbreviationsStart;
            unit.u16(version);
            if (version >= 5) {
                unit.u8(unitType).u8(addressByteSize).offset(where);
            } else {
                unit.offset(where).u8(addressByteSize);
            }
            if (unitType == TYPE || unitType == SPLIT_TYPE) {
                unit.u64(id).offset(typeEntry.offset() - at);
            } else if (version >= 5 && (unitType == SKELETON || unitType == SPLIT_COMPILE)) {
                unit.u64(id);
            }
            root.addTo(unit);
        });
        dwarf.abbreviations().write(0);
        return section.build();
    }
}
