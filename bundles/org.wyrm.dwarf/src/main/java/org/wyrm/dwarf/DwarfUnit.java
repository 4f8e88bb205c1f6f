package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_skeleton;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_compile;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A unit: its header, its abbreviations, its entries. Read when it is first used. Thread-safe.
 *
 * @dwarf 3.1 Unit Entries
 */
public final class DwarfUnit {
    private static final int TEXT_CHUNK_BYTES = 64;

    private final DwarfInfo info;
    private final DwarfSection kind;
    private final UnitHeader header;
    private @Nullable SoftReference<UnitBytes> bytes;
    private volatile @Nullable AbbreviationTable abbreviations;
    private volatile @Nullable Die root;
    private volatile @Nullable AddressTable addresses;
    private volatile @Nullable DwarfUnit skeleton;
    private volatile boolean isSkeletonKnown;

    DwarfUnit(DwarfInfo info, DwarfSection kind, UnitHeader header) {
        this.info = info;
        this.kind = kind;
        this.header = header;
    }

    /** A unit whose bytes and abbreviations are there already, and stay as long as the caller sees to it. */
    DwarfUnit(DwarfInfo info, DwarfSection kind, UnitHeader header, UnitBytes bytes, AbbreviationTable table) {
        this(info, kind, header);
        this.bytes = new SoftReference<>(bytes);
        this.abbreviations = table;
    }

    /** {@return the units that this is one of} */
    public DwarfInfo info() {
        return info;
    }

    /** {@return which section it is in: {@link DwarfSection#INFO} or {@link DwarfSection#TYPES}} */
    public DwarfSection section() {
        return kind;
    }

    /**
     * {@return what it has of a section: of a split unit, its part of a package, or what its skeleton has of the sections
     * that are not split}
     */
    public ByteSlice section(DwarfSection of) {
        var isShared = of == DwarfSection.ADDR || of == DwarfSection.RANGES;
        var owner = isShared ? skeleton().orElse(this) : this;
        return owner.info.section(owner.kind, owner.header.offset(), of);
    }

    /**
     * {@return the identification that it shares with the unit that completes it, or that it completes: in the header from
     * DWARF 5 on, before that GCC's {@code DW_AT_GNU_dwo_id}}
     */
    public OptionalLong splitId() {
        var type = header.unitType();
        return type == DW_UT_skeleton || type == DW_UT_split_compile
                ? OptionalLong.of(header.id())
                : root().number(DW_AT_GNU_dwo_id);
    }

    /** {@return the skeleton of a split unit, if it is known} */
    public Optional<DwarfUnit> skeleton() {
        if (info.isSplit() && !isSkeletonKnown) {
            var id = splitId();
            skeleton = id.isEmpty() ? null : info.skeleton(id.getAsLong()).orElse(null);
            isSkeletonKnown = true;
        }
        return Optional.ofNullable(skeleton);
    }

    /** {@return its header} */
    public UnitHeader header() {
        return header;
    }

    /** {@return its first entry, which describes the unit} */
    public Die root() {
        var known = root;
        if (known == null) {
            var first = Math.toIntExact(header.firstDieOffset() - header.offset());
            known = Die.read(this, first);
            if (known == null) {
                throw bytes().malformed(first, "the unit has no entry");
            }
            root = known;
        }
        return known;
    }

    UnitBytes bytes() {
        var reference = bytes;
        var known = reference == null ? null : reference.get();
        return known != null ? known : load();
    }

    private synchronized UnitBytes load() {
        var loaded = UnitBytes.of(info.sections().section(kind), header);
        bytes = new SoftReference<>(loaded);
        return loaded;
    }

    AbbreviationTable abbreviations() {
        var known = abbreviations;
        if (known == null) {
            known = AbbreviationTable.parse(section(DwarfSection.ABBREV), header.abbrevOffset());
            abbreviations = known;
        }
        return known;
    }

    /**
     * {@return the entry at an offset of the section}
     *
     * @throws org.wyrm.base.error.MalformedDataException if there is none
     */
    public Die die(long offset) {
        if (offset < header.firstDieOffset() || offset >= header.endOffset()) {
            throw bytes().section.malformed(offset, "no entry of the unit at 0x%x is here".formatted(header.offset()));
        }
        var at = (int) (offset - header.offset());
        var die = Die.read(this, at);
        if (die == null) {
            throw bytes().malformed(at, "a reference leads to the end of a list of entries");
        }
        return die;
    }

    Die local(long unitOffset, Die referring) {
        if (unitOffset < header.firstDieOffset() - header.offset()
                || unitOffset >= header.endOffset() - header.offset()) {
            throw referring.malformed(
                    "it refers to 0x%x, which is not in its unit".formatted(header.offset() + unitOffset));
        }
        return die(header.offset() + unitOffset);
    }

    /** {@return the index after a list of entries and all below them, when it starts at an index} */
    int skipChildren(int start) {
        var depth = 1;
        var at = start;
        while (depth > 0) {
            if (at == bytes().end) {
                throw bytes().malformed(at, "the entries from 0x%x on have no end".formatted(header.offset() + start));
            }
            var die = Die.read(this, at);
            if (die == null) {
                depth--;
                at = bytes().skipLeb128(at);
            } else if (die.siblingIndex() != 0) {
                at = die.siblingIndex();
            } else {
                depth++;
                at = die.endIndex();
            }
        }
        return at;
    }

    /** {@return where the numbers of this unit's index of texts start} */
    private long stringOffsetsBase() {
        var base = root().number(DW_AT_str_offsets_base);
        if (base.isPresent()) {
            return base.getAsLong();
        }
        // In split DWARF 5 they start after the header of the only table; before, there was no header.
        return header.encoding().version() >= 5 ? 2L * header.encoding().offsetByteSize() : 0;
    }

    private String indexedText(long index) {
        return text(section(DwarfSection.STR), indexedTextOffset(index));
    }

    private long indexedTextOffset(long index) {
        var section = section(DwarfSection.STR_OFFSETS);
        var size = header.encoding().offsetByteSize();
        if (index < 0 || index > section.byteSize() / size) {
            throw section.malformed(0, "there is no text " + Long.toUnsignedString(index));
        }
        var at = stringOffsetsBase() + index * size;
        return size == 4 ? section.u32(at) : section.u64(at);
    }

    /** {@return the address with a number, from {@code .debug_addr}} */
    public long address(long index) {
        return addresses().address(index);
    }

    private AddressTable addresses() {
        var known = addresses;
        if (known == null) {
            var encoding = header.encoding();
            var section = section(DwarfSection.ADDR);
            var base = skeleton()
                    .orElse(this)
                    .root()
                    .number(encoding.version() >= 5 ? DW_AT_addr_base : DW_AT_GNU_addr_base);
            // Where the base is not said, the table is mostly the only one.
            var start = base.orElse(encoding.version() >= 5 ? 2L * encoding.offsetByteSize() : 0);
            known = section.byteSize() == 0 ? AddressTable.none() : AddressTable.of(section, start, encoding);
            addresses = known;
        }
        return known;
    }

    RangeList ranges(long value, boolean isIndex) {
        var encoding = header.encoding();
        var section = encoding.version() >= 5 ? DwarfSection.RNGLISTS : DwarfSection.RANGES;
        var lists = new RangeLists(section(section), encoding, addresses(), info.zeroAddress());
        return lists.read(rangesOffset(lists, value, isIndex), lowPc().orElse(0));
    }

    private long rangesOffset(RangeLists lists, long value, boolean isIndex) {
        if (isIndex) {
            return lists.offset(root().number(DW_AT_rnglists_base).orElse(offsetsStart()), value);
        }
        // GCC's base is said by the skeleton, but not meant for its own ranges.
        var base = header.encoding().version() >= 5 ? Optional.<DwarfUnit>empty() : skeleton();
        return value
                + base.map(unit -> unit.root().number(DW_AT_GNU_ranges_base).orElse(0))
                        .orElse(0L);
    }

    LocationList locations(long value, boolean isIndex) {
        var encoding = header.encoding();
        var isOld = encoding.version() < 5;
        var section = section(isOld ? DwarfSection.LOC : DwarfSection.LOCLISTS);
        var lists = isOld && info.isSplit()
                ? LocationLists.ofGnuSplit(section, encoding, addresses(), info.zeroAddress())
                : LocationLists.of(section, encoding, addresses(), info.zeroAddress());
        var offset = isIndex ? lists.offset(root().number(DW_AT_loclists_base).orElse(offsetsStart()), value) : value;
        return lists.read(offset, lowPc().orElse(0));
    }

    /** In split DWARF there is one table of offsets, after the header of its section. */
    private long offsetsStart() {
        return header.encoding().offsetByteSize() == 4 ? 12 : 20;
    }

    boolean isDead(long address) {
        return info.zeroAddress().isDead(address, header.encoding().addressByteSize());
    }

    /** {@return the address that the unit's ranges and locations count from, if it says one} */
    public OptionalLong lowPc() {
        var own = root().address(DW_AT_low_pc);
        return own.isEmpty() && skeleton().isPresent() ? skeleton().get().lowPc() : own;
    }

    /**
     * {@return the text that the value of a form leads to}
     *
     * @param form any for texts but DW_FORM_string, whose text is in its place
     */
    public String text(int form, long value) {
        return switch (form) {
            case DW_FORM_strp -> text(section(DwarfSection.STR), value);
            case DW_FORM_line_strp -> text(section(DwarfSection.LINE_STR), value);
            case DW_FORM_strp_sup, DW_FORM_GNU_strp_alt ->
                text(
                        info.sections()
                                .supplementary()
                                .orElseThrow(() ->
                                        bytes().malformed(0, "a text is in the supplementary file, which is not there"))
                                .section(DwarfSection.STR),
                        value);
            case DW_FORM_strx, DW_FORM_strx1, DW_FORM_strx2, DW_FORM_strx3, DW_FORM_strx4, DW_FORM_GNU_str_index ->
                indexedText(value);
            default -> throw bytes().malformed(0, "form 0x%x is not one of texts".formatted(form));
        };
    }

    /**
     * {@return where the text of a form is in {@code .debug_str}: also where the form gives only its number}
     *
     * @param form {@code DW_FORM_strp}, {@code DW_FORM_strx*} or {@code DW_FORM_GNU_str_index}; empty for any other
     */
    public OptionalLong textOffset(int form, long value) {
        return switch (form) {
            case DW_FORM_strp -> OptionalLong.of(value);
            case DW_FORM_strx, DW_FORM_strx1, DW_FORM_strx2, DW_FORM_strx3, DW_FORM_strx4, DW_FORM_GNU_str_index ->
                OptionalLong.of(indexedTextOffset(value));
            default -> OptionalLong.empty();
        };
    }

    /** {@return the unit that has its line table: that of a split unit is its skeleton's, if it has none of its own} */
    private DwarfUnit lineUnit() {
        return root().has(DW_AT_stmt_list) ? this : skeleton().orElse(this);
    }

    /** {@return the header of its line table, if it has one} */
    public Optional<LineHeader> lineHeader() {
        var unit = lineUnit();
        var offset = unit.root().number(DW_AT_stmt_list);
        return offset.isEmpty()
                ? Optional.empty()
                : Optional.of(LineHeader.parse(
                        unit.section(DwarfSection.LINE),
                        offset.getAsLong(),
                        header.encoding().addressByteSize()));
    }

    /** {@return where its line table has its texts} */
    public LineStrings lineStrings() {
        var unit = lineUnit();
        return new LineStrings(unit.section(DwarfSection.LINE_STR), unit.section(DwarfSection.STR), unit::indexedText);
    }

    /**
     * {@return the path of a file of its line table, joined to the folder of its compilation}
     *
     * @param names that {@code file} is one of
     */
    public String filePath(LineHeader lines, LineNames names, int file) {
        // From DWARF 5 on, the line table has the folder of the compilation itself.
        var directory = lines.encoding().version() >= 5 ? "" : root().string(DW_AT_comp_dir);
        if (directory == null) {
            directory = lineUnit().root().string(DW_AT_comp_dir);
        }
        return lines.path(names, file, lineStrings(), directory == null ? "" : directory);
    }

    /** {@return the path as people know it: from the folder of the unit's compilation on, if the file is below that} */
    public String sourcePath(String path) {
        var directory = root().string(DW_AT_comp_dir);
        return directory != null
                        && path.length() > directory.length() + 1
                        && path.startsWith(directory)
                        && path.charAt(directory.length()) == '/'
                ? path.substring(directory.length() + 1)
                : path;
    }

    /** {@return the text at an offset of a section of texts} */
    static String text(ByteSlice texts, long offset) {
        for (var wanted = TEXT_CHUNK_BYTES; ; wanted *= 4) {
            var left = texts.byteSize() - offset;
            var chunk = texts.toArray(offset, left <= 0 ? 1 : Math.min(left, wanted));
            for (var end = 0; end < chunk.length; end++) {
                if (chunk[end] == 0) {
                    return new String(chunk, 0, end, StandardCharsets.UTF_8);
                }
            }
            if (chunk.length == left || wanted > 1 << 24) {
                throw texts.malformed(offset, "the text has no end");
            }
        }
    }

    @Override
    public String toString() {
        return "unit at 0x%x".formatted(header.offset());
    }
}
