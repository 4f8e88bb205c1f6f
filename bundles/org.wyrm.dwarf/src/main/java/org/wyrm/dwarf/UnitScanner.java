package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * Goes over the named entries of units, fast: what an index of a kernel's hundred million bytes is made by. Reports
 * types, functions, variables, enumerators, name spaces and modules; all else is skipped, and what is below an entry, unless
 * {@link #descend} asks for it.
 *
 * <p>Each abbreviation is first translated to a few instructions: to skip so many bytes, to note a name, to end.
 *
 * <p>Confined to one thread; its fields tell of the entry last reported.
 */
public final class UnitScanner {
    private static final int SKIP = 0;
    private static final int SKIP_LEB128 = 1;
    private static final int SKIP_FORM = 2;
    private static final int NAME = 3;
    private static final int NAME_STRP4 = 4;
    private static final int SIBLING = 5;
    private static final int SIBLING_REF4 = 6;
    private static final int FILE = 7;
    private static final int FILE_DATA1 = 8;
    private static final int LINE = 9;
    private static final int LINE_DATA1 = 10;
    private static final int LINE_DATA2 = 11;
    private static final int SIZE = 12;
    private static final int DECLARATION = 13;
    private static final int ORIGIN = 14;
    private static final int PLACED = 15;
    private static final int SIGNATURE = 16;
    private static final int INLINE = 17;
    private static final int FILE_CONST = 18;
    private static final int LINE_CONST = 19;
    private static final int SIZE_CONST = 20;
    private static final int INDIRECT = 21;
    private static final int END = 22;
    private static final int SIZE_DATA1 = 23;
    private static final int DECLARED = 24;
    private static final int SKIP_BLOCK = 25;
    private static final int PLACED_BLOCK = 26;
    private static final int SIZE_DATA2 = 27;
    private static final int DECLARATION_CONST = 28;
    private static final int INLINE_CONST = 29;
    private static final int SPECIFICATION = 30;

    private static final int OPCODE_BITS = 5;

    /** So many bytes may be read past the end of a unit before it is noticed; an instruction reads at most 8. */
    private static final int SLACK_BYTES = 256;

    private static final int MAX_UNCHECKED = SLACK_BYTES / 8 - 1;

    private static final int NAME_BITS = 8;
    private static final int SIZE_SHIFT = 8;
    private static final int SIZE_VARIES = 255;
    private static final int FORM_BITS = 6;

    private static final int LAYOUT_INTS = 9;
    private static final int LAYOUT_SIZE = 0;
    private static final int LAYOUT_NAME = 1;
    private static final int LAYOUT_FILE = 2;
    private static final int LAYOUT_LINE = 3;
    private static final int LAYOUT_BYTE_SIZE = 4;
    private static final int LAYOUT_SIBLING = 5;
    private static final int LAYOUT_FLAGS = 6;

    /** How to pass an entry that is not reported, 0 if it takes more than a step. */
    private static final int LAYOUT_PASS = 7;

    private static final int LAYOUT_TAG = 8;

    /** In place of a size: the abbreviation was not met yet; -1 stands for one that has no layout. */
    private static final int LAYOUT_UNKNOWN = -2;

    private static final int PASS_OVER = 1;
    private static final int PASS_SIBLING = 2;

    private static final int FLAG_DECLARED = 1;
    private static final int FLAG_PLACED = 2;
    private static final int FLAG_REPORTED = 4;
    private static final int FLAG_CHILDREN = 8;

    /** Of a place in a layout: how many bits say how many bytes are there; 3 stands for a constant. */
    private static final int PLACE_BITS = 2;

    private static final int PLACE_CONSTANT = 3;
    private static final int MAX_LAYOUT_BYTES = SLACK_BYTES - 8;

    private DwarfInfo info;
    private DwarfSection kind = DwarfSection.INFO;
    private UnitHeader header;
    private UnitBytes bytes;
    private final AbbreviationTable table = new AbbreviationTable();
    private boolean hasTable;
    private long tableOffset;
    private @Nullable ByteSlice tableSection;

    /** What the instructions are for. */
    private @Nullable UnitEncoding tableEncoding;

    private @Nullable UnitEncoding opcodeEncoding;

    private UnitEncoding encoding;
    private boolean bigEndian;
    private byte[] buffer = new byte[1 << 16];
    private int[] code = new int[1 << 12];
    private int codeSize;

    /** By abbreviation: its first instruction. */
    private int[] start = new int[64];

    /**
     * By abbreviation, {@link #LAYOUT_INTS} numbers: of one whose forms all have a size, where the parts lie that are
     * looked for. Most are of this kind, and read several times faster so than step by step.
     */
    private int[] layouts = new int[64 * LAYOUT_INTS];

    /**
     * By name, form and whether entries are reported: the instruction, plus 1, and above it the size that the form has in
     * bytes, or 255 if it varies; 0 for what was not met yet.
     */
    private final short[] opcodes = new short[2 << NAME_BITS + FORM_BITS];

    private int position;
    private int childrenAt;
    private int skipDepth;

    /** Of the entries that this one is below of, where the next one is said to be; 0 if nothing is said. */
    private int[] siblings = new int[16];

    /** How many of the reported entries this one is below of. */
    public int depth;

    /** What the entry describes. */
    public int tag;

    /** Where the entry is in its section. */
    public long offset;

    /** The form of its name, 0 if it has none. */
    public int nameForm;

    /** Its name: where it is in the section of texts, its number there, or for DW_FORM_string, its index in {@link #data}. */
    public long name;

    /** Its DW_AT_decl_file, DW_AT_decl_line, DW_AT_byte_size; 0 where it has none. */
    public long file;

    public long line;
    public long byteSize;

    /** Whether it only declares. */
    public boolean declaration;

    /** Whether it has an address, a location or a value. */
    public boolean placed;

    /** Whether it is the abstract instance of a function. */
    public boolean abstractInstance;

    /**
     * The form of its DW_AT_abstract_origin, else of its DW_AT_specification, 0 if it has neither, and where that leads
     * to.
     */
    public int originForm;

    public long origin;

    /** Whether entries are below it. */
    public boolean hasChildren;

    /** Makes a scanner; {@link #start} gives it a unit. */
    @SuppressWarnings("NullAway.Init")
    public UnitScanner() {}

    /** {@return the bytes of the unit, to be read only until the next one; at index 0 is its header} */
    public byte[] data() {
        return bytes.bytes;
    }

    /** Goes to the first entry below that of a unit. */
    public DwarfUnit start(DwarfInfo of, DwarfSection section, UnitHeader unit) {
        if (of != info) {
            hasTable = false;
            opcodeEncoding = null;
        }
        info = of;
        kind = section;
        header = unit;
        encoding = unit.encoding();
        bigEndian = of.sections().order() == java.nio.ByteOrder.BIG_ENDIAN;
        load(of.sections().section(section));
        var whole = new DwarfUnit(info, kind, header, bytes, table);
        var abbreviations = whole.section(DwarfSection.ABBREV);
        if (!hasTable || tableOffset != unit.abbrevOffset() || tableSection != abbreviations) {
            hasTable = false;
            table.read(abbreviations, unit.abbrevOffset());
            hasTable = true;
            tableOffset = unit.abbrevOffset();
            tableSection = abbreviations;
            tableEncoding = null;
        }
        if (!encoding.equals(tableEncoding)) {
            translate();
            tableEncoding = encoding;
        }
        depth = 0;
        skipDepth = 0;
        position = whole.root().hasChildren() ? whole.root().endIndex() : bytes.end;
        return whole;
    }

    private void load(ByteSlice section) {
        var byteSize = header.endOffset() - header.offset();
        if (byteSize > Integer.MAX_VALUE - (1 << 20)) {
            throw section.malformed(header.offset(), "the unit has %d bytes, over 2 GiB".formatted(byteSize));
        }
        if (buffer.length < byteSize + SLACK_BYTES) {
            buffer = new byte[(int) byteSize + ((int) Math.min(byteSize, 1 << 20) >> 1) + SLACK_BYTES];
        }
        section.copyTo(buffer, 0, header.offset(), (int) byteSize);
        bytes = new UnitBytes(section, header.offset(), buffer, (int) byteSize);
    }

    private void translate() {
        codeSize = 0;
        if (start.length < table.count()) {
            start = new int[table.count() * 2];
            layouts = new int[table.count() * 2 * LAYOUT_INTS];
        }
        if (!encoding.equals(opcodeEncoding)) {
            Arrays.fill(opcodes, (short) 0);
            opcodeEncoding = encoding;
        }
        for (var base = 0; base < table.count() * LAYOUT_INTS; base += LAYOUT_INTS) {
            layouts[base + LAYOUT_SIZE] = LAYOUT_UNKNOWN;
            layouts[base + LAYOUT_PASS] = 0;
        }
    }

    /** Most abbreviations are never met: those of what is in functions. */
    private void translateMet(int index) {
        if (!layOut(index, isReported(table.tag(index)))) {
            start[index] = codeSize;
            translate(index);
        }
    }

    /** {@return whether an abbreviation has a layout; if not, it needs instructions} */
    private boolean layOut(int index, boolean reported) {
        var base = index * LAYOUT_INTS;
        var layout = layouts;
        Arrays.fill(layout, base, base + LAYOUT_PASS, -1);
        layout[base + LAYOUT_PASS] = 0;
        var byteSize = 0;
        var children = table.hasChildren(index);
        var flags = (reported ? FLAG_REPORTED : 0) | (children ? FLAG_CHILDREN : 0);
        var seen = 0L;
        var first = table.firstAttribute(index);
        var end = table.endAttribute(index);
        var names = table.attributeNames();
        var forms = table.forms();
        for (var at = first; at < end; at++) {
            var known = cachedOpcode(names[at], forms[at], reported);
            var fixed = known >>> SIZE_SHIFT;
            if (fixed == SIZE_VARIES || byteSize > MAX_LAYOUT_BYTES) {
                return false;
            }
            var bit = bit(names[at]);
            var opcode = (seen & bit) != 0 ? SKIP : (known & (1 << SIZE_SHIFT) - 1) - 1;
            seen |= bit;
            switch (opcode) {
                case SKIP -> {}
                case NAME_STRP4 -> layout[base + LAYOUT_NAME] = byteSize;
                case SIBLING_REF4 -> layout[base + LAYOUT_SIBLING] = byteSize;
                case FILE_DATA1 -> layout[base + LAYOUT_FILE] = byteSize << PLACE_BITS | 1;
                case FILE_CONST -> layout[base + LAYOUT_FILE] = at << PLACE_BITS | PLACE_CONSTANT;
                case LINE_DATA1 -> layout[base + LAYOUT_LINE] = byteSize << PLACE_BITS | 1;
                case LINE_DATA2 -> layout[base + LAYOUT_LINE] = byteSize << PLACE_BITS | 2;
                case LINE_CONST -> layout[base + LAYOUT_LINE] = at << PLACE_BITS | PLACE_CONSTANT;
                case SIZE_DATA1 -> layout[base + LAYOUT_BYTE_SIZE] = byteSize << PLACE_BITS | 1;
                case SIZE_DATA2 -> layout[base + LAYOUT_BYTE_SIZE] = byteSize << PLACE_BITS | 2;
                case SIZE_CONST -> layout[base + LAYOUT_BYTE_SIZE] = at << PLACE_BITS | PLACE_CONSTANT;
                case DECLARED -> flags |= FLAG_DECLARED;
                case PLACED -> flags |= FLAG_PLACED;
                default -> {
                    return false;
                }
            }
            byteSize += fixed;
        }
        layout[base + LAYOUT_FLAGS] = flags;
        layout[base + LAYOUT_SIZE] = byteSize;
        layout[base + LAYOUT_PASS] =
                reported ? 0 : !children ? PASS_OVER : layout[base + LAYOUT_SIBLING] >= 0 ? PASS_SIBLING : 0;
        layout[base + LAYOUT_TAG] = table.tag(index);
        return true;
    }

    /**
     * {@return a bit for the name of an attribute, by which to see that an abbreviation has it a second time: the first
     * one counts} It is 0 for the names of which the order does not matter.
     */
    private static long bit(int name) {
        return name < Long.SIZE ? 1L << name : 0;
    }

    /** {@return the instruction for an attribute, plus 1, and the size of its form, as in {@link #opcodes}} */
    private int cachedOpcode(int name, int form, boolean reported) {
        var key = (reported ? 1 : 0) << NAME_BITS + FORM_BITS | name << FORM_BITS | form;
        var isCached = name < 1 << NAME_BITS && form < 1 << FORM_BITS;
        if (isCached && opcodes[key] != 0) {
            return opcodes[key] & 0xffff;
        }
        var fixed = Die.fixedSize(form, encoding);
        var made = (fixed < 0 ? SIZE_VARIES : fixed) << SIZE_SHIFT | opcode(name, form, reported) + 1;
        if (isCached) {
            opcodes[key] = (short) made;
        }
        return made;
    }

    private static boolean isReported(int tag) {
        return switch (tag) {
            case DW_TAG_structure_type,
                    DW_TAG_class_type,
                    DW_TAG_union_type,
                    DW_TAG_enumeration_type,
                    DW_TAG_typedef,
                    DW_TAG_base_type,
                    DW_TAG_unspecified_type,
                    DW_TAG_subprogram,
                    DW_TAG_variable,
                    DW_TAG_enumerator,
                    DW_TAG_namespace,
                    DW_TAG_module -> true;
            default -> false;
        };
    }

    private void translate(int index) {
        var reported = isReported(table.tag(index));
        var pending = 0;
        var unchecked = 0;
        var seen = 0L;
        for (var at = table.firstAttribute(index); at < table.endAttribute(index); at++) {
            var form = table.form(at);
            var fixed = form == DW_FORM_indirect ? -1 : Die.fixedSize(form, encoding);
            // What is not reported is only skipped, and so is what is there a second time.
            var bit = bit(table.attributeName(at));
            var counts = (seen & bit) == 0;
            var opcode = counts
                    ? opcode(table.attributeName(at), form, reported)
                    : form == DW_FORM_indirect ? INDIRECT : skip(form);
            seen |= bit;
            if (opcode == SKIP && fixed >= 0) {
                pending += fixed;
                continue;
            }
            if (pending > 0) {
                emit(SKIP, pending);
                pending = 0;
            }
            if (++unchecked % MAX_UNCHECKED == 0) {
                emit(SKIP, 0);
            }
            emit(opcode == SKIP ? SKIP_FORM : opcode, operand(opcode, at, form, reported && counts));
        }
        if (pending > 0) {
            emit(SKIP, pending);
        }
        emit(END, 0);
    }

    private int operand(int opcode, int attribute, int form, boolean counts) {
        return switch (opcode) {
            case FILE_CONST, LINE_CONST, SIZE_CONST, DECLARATION_CONST, INLINE_CONST -> attribute;
            // What does not count is skipped, as an attribute without a meaning is.
            case INDIRECT -> counts ? table.attributeName(attribute) : 0;
            default -> form;
        };
    }

    private void emit(int opcode, int operand) {
        if (codeSize == code.length) {
            code = Arrays.copyOf(code, codeSize * 2);
        }
        code[codeSize++] = operand << OPCODE_BITS | opcode;
    }

    private int opcode(int name, int form, boolean reported) {
        if (form == DW_FORM_indirect) {
            return INDIRECT;
        }
        if (name == DW_AT_sibling) {
            return form == DW_FORM_ref4 && !bigEndian
                    ? SIBLING_REF4
                    : Die.isLocalReference(form) ? SIBLING : skip(form);
        }
        if (!reported) {
            return skip(form);
        }
        var isConstant = form == DW_FORM_implicit_const;
        return switch (name) {
            case DW_AT_name -> form == DW_FORM_strp && encoding.offsetByteSize() == 4 && !bigEndian ? NAME_STRP4 : NAME;
            case DW_AT_decl_file -> isConstant ? FILE_CONST : form == DW_FORM_data1 ? FILE_DATA1 : FILE;
            case DW_AT_decl_line ->
                isConstant
                        ? LINE_CONST
                        : form == DW_FORM_data1 ? LINE_DATA1 : form == DW_FORM_data2 && !bigEndian ? LINE_DATA2 : LINE;
            case DW_AT_byte_size ->
                isConstant
                        ? SIZE_CONST
                        : form == DW_FORM_data1
                                ? SIZE_DATA1
                                : form == DW_FORM_data2 && !bigEndian ? SIZE_DATA2 : isBlock(form) ? skip(form) : SIZE;
            case DW_AT_declaration ->
                form == DW_FORM_flag_present ? DECLARED : isConstant ? DECLARATION_CONST : DECLARATION;
            case DW_AT_abstract_origin -> ORIGIN;
            case DW_AT_specification -> SPECIFICATION;
            case DW_AT_location, DW_AT_low_pc, DW_AT_ranges, DW_AT_const_value ->
                form == DW_FORM_exprloc ? PLACED_BLOCK : PLACED;
            case DW_AT_inline -> isConstant ? INLINE_CONST : INLINE;
            case DW_AT_signature -> SIGNATURE;
            default -> skip(form);
        };
    }

    private static int skip(int form) {
        return Die.isLeb128(form) ? SKIP_LEB128 : form == DW_FORM_exprloc ? SKIP_BLOCK : SKIP;
    }

    private static boolean isBlock(int form) {
        return switch (form) {
            case DW_FORM_block, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4, DW_FORM_exprloc -> true;
            default -> false;
        };
    }

    /**
     * Goes to the next entry to report.
     *
     * @return false after the last one
     * @throws MalformedDataException if an entry breaks a rule
     */
    public boolean next() {
        var unit = bytes;
        var data = unit.bytes;
        var known = layouts;
        var indexes = table.denseIndexes();
        var end = unit.end;
        while (position < end) {
            var at = position;
            int first = data[at++];
            if (first > 0 && first < indexes.length) {
                // What most entries are: not to be reported, without children, or with a way past them.
                var base = (indexes[first] - 1) * LAYOUT_INTS;
                if (base >= 0 && known[base + LAYOUT_PASS] != 0) {
                    var next = at + known[base + LAYOUT_SIZE];
                    if (known[base + LAYOUT_PASS] == PASS_SIBLING) {
                        var sibling = (int) u32(data, at + known[base + LAYOUT_SIBLING]);
                        checkSibling(next, sibling);
                        next = sibling;
                    }
                    position = next;
                    continue;
                }
            }
            if (first == 0) {
                position = at;
                if (skipDepth > 0) {
                    skipDepth--;
                } else if (depth == 0) {
                    return false;
                } else {
                    ascend();
                }
                continue;
            }
            long abbreviation = first;
            if (first < 0) {
                abbreviation = unit.uleb128(at - 1);
                at = unit.skipLeb128(at - 1);
                if (abbreviation == 0) {
                    // The end of a list, in more bytes than it needs: its last one says so.
                    position = at - 1;
                    continue;
                }
            }
            var index = table.index(abbreviation);
            if (index < 0) {
                throw unit.malformed(position, "there is no abbreviation " + Long.toUnsignedString(abbreviation));
            }
            var layout = index * LAYOUT_INTS;
            if (known[layout + LAYOUT_SIZE] == LAYOUT_UNKNOWN) {
                translateMet(index);
            }
            if (known[layout + LAYOUT_SIZE] >= 0 ? readLaidOut(layout, at) : read(index, at)) {
                return true;
            }
        }
        if (position > end) {
            throw unit.malformed(end, "the last entry goes on past the end of its unit");
        }
        // Some producers leave out the end of the unit's own children, but no other one.
        if (skipDepth > 0 || depth > 0) {
            throw unit.malformed(unit.end, "a list of entries has no end");
        }
        return false;
    }

    private void checkSibling(int next, int sibling) {
        if (sibling <= next || sibling > bytes.end) {
            throw bytes.malformed(
                    position,
                    "its sibling is said to be at 0x%x".formatted(header.offset() + Integer.toUnsignedLong(sibling)));
        }
    }

    /** {@return whether the entry, whose parts have their places, is one to report} */
    private boolean readLaidOut(int base, int at) {
        var layout = layouts;
        var data = bytes.bytes;
        var end = at + layout[base + LAYOUT_SIZE];
        var siblingAt = layout[base + LAYOUT_SIBLING];
        // Read before the end is checked: what lies past the unit's is not used then.
        var sibling = siblingAt < 0 ? 0L : u32(data, at + siblingAt);
        var flags = layout[base + LAYOUT_FLAGS];
        if ((flags & FLAG_REPORTED) != 0 && skipDepth == 0) {
            var nameAt = layout[base + LAYOUT_NAME];
            nameForm = nameAt < 0 ? 0 : DW_FORM_strp;
            name = nameAt < 0 ? 0 : u32(data, at + nameAt);
            file = number(data, at, layout[base + LAYOUT_FILE]);
            line = number(data, at, layout[base + LAYOUT_LINE]);
            byteSize = number(data, at, layout[base + LAYOUT_BYTE_SIZE]);
            declaration = (flags & FLAG_DECLARED) != 0;
            placed = (flags & FLAG_PLACED) != 0;
            abstractInstance = false;
            originForm = 0;
        }
        return finish(
                layout[base + LAYOUT_TAG], (flags & FLAG_CHILDREN) != 0, (flags & FLAG_REPORTED) != 0, end, sibling);
    }

    private long number(byte[] data, int at, int place) {
        if (place < 0) {
            return 0;
        }
        var where = place >>> PLACE_BITS;
        return switch (place & PLACE_CONSTANT) {
            case 1 -> data[at + where] & 0xff;
            case 2 -> u16(data, at + where);
            default -> table.implicitValue(where);
        };
    }

    /** {@return whether the entry is one to report} */
    private boolean read(int index, int from) {
        clear();
        var sibling = 0L;
        var unit = bytes;
        var data = unit.bytes;
        var at = from;
        for (var step = start[index]; ; step++) {
            var instruction = code[step];
            var operand = instruction >>> OPCODE_BITS;
            switch (instruction & (1 << OPCODE_BITS) - 1) {
                case SKIP -> {
                    at += operand;
                    if (at > unit.end) {
                        throw unit.malformed(position, "the entry goes on past the end of its unit");
                    }
                }
                case SKIP_LEB128 -> {
                    while (at < unit.end && data[at] < 0) {
                        at++;
                    }
                    at = unit.skip(at, 1);
                }
                case NAME_STRP4 -> {
                    nameForm = DW_FORM_strp;
                    name = u32(data, at);
                    at += 4;
                }
                case SIBLING_REF4 -> {
                    sibling = u32(data, at);
                    at += 4;
                }
                case FILE_DATA1 -> file = data[at++] & 0xff;
                case LINE_DATA1 -> line = data[at++] & 0xff;
                case LINE_DATA2 -> {
                    line = u16(data, at);
                    at += 2;
                }
                case SIZE_DATA1 -> byteSize = data[at++] & 0xff;
                case SIZE_DATA2 -> {
                    byteSize = u16(data, at);
                    at += 2;
                }
                case DECLARED -> declaration = true;
                case SKIP_BLOCK, PLACED_BLOCK -> {
                    placed |= (instruction & (1 << OPCODE_BITS) - 1) == PLACED_BLOCK;
                    var blockSize = at < unit.end ? data[at] : -1;
                    at = blockSize >= 0 ? unit.skip(at + 1, blockSize) : Die.end(unit, at, DW_FORM_exprloc, encoding);
                }
                case FILE_CONST -> file = table.implicitValue(operand);
                case LINE_CONST -> line = table.implicitValue(operand);
                case SIZE_CONST -> byteSize = table.implicitValue(operand);
                case SIBLING -> {
                    sibling = Die.value(unit, at, operand, encoding);
                    at = Die.end(unit, at, operand, encoding);
                }
                case END -> {
                    return finish(
                            table.tag(index), table.hasChildren(index), isReported(table.tag(index)), at, sibling);
                }
                case INDIRECT -> at = readIndirect(operand, at);
                default -> at = readForm(instruction & (1 << OPCODE_BITS) - 1, operand, at);
            }
        }
    }

    // Big-endian units take the forms of any order, see opcode().

    private static int u16(byte[] data, int at) {
        return data[at] & 0xff | (data[at + 1] & 0xff) << 8;
    }

    private static long u32(byte[] data, int at) {
        return (data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16 | data[at + 3] << 24)
                & 0xffff_ffffL;
    }

    private void clear() {
        nameForm = 0;
        name = 0;
        file = 0;
        line = 0;
        byteSize = 0;
        declaration = false;
        placed = false;
        abstractInstance = false;
        originForm = 0;
    }

    private int readForm(int opcode, int form, int at) {
        switch (opcode) {
            case NAME -> {
                nameForm = form;
                name = Die.value(bytes, at, form, encoding);
            }
            case FILE -> file = Die.value(bytes, at, form, encoding);
            case LINE -> line = Die.value(bytes, at, form, encoding);
            case SIZE -> byteSize = Die.value(bytes, at, form, encoding);
            case DECLARATION -> declaration = form == DW_FORM_flag_present || Die.value(bytes, at, form, encoding) != 0;
            case ORIGIN -> {
                originForm = form;
                origin = Die.value(bytes, at, form, encoding);
            }
            case SPECIFICATION -> {
                if (originForm == 0) {
                    originForm = form;
                    origin = Die.value(bytes, at, form, encoding);
                }
            }
            case PLACED -> placed = true;
            case DECLARATION_CONST -> {
                declaration = table.implicitValue(form) != 0;
                return at;
            }
            case INLINE_CONST -> {
                abstractInstance = table.implicitValue(form) != 0;
                return at;
            }
            case INLINE -> abstractInstance = Die.value(bytes, at, form, encoding) != 0;
            // A type that is in a unit of its own: what is here is its declaration.
            case SIGNATURE -> declaration = true;
            default -> {}
        }
        return Die.end(bytes, at, form, encoding);
    }

    private int readIndirect(int attribute, int at) {
        var form = (int) Math.min(bytes.uleb128(at), 0xffff);
        if (form == DW_FORM_indirect || form == DW_FORM_implicit_const) {
            throw bytes.malformed(at, "an indirect form stands for form 0x%x".formatted(form));
        }
        var opcode = opcode(attribute, form, true);
        var generic = switch (opcode) {
            case NAME_STRP4 -> NAME;
            case FILE_DATA1 -> FILE;
            case LINE_DATA1, LINE_DATA2 -> LINE;
            case SIZE_DATA1, SIZE_DATA2 -> SIZE;
            case DECLARED -> DECLARATION;
            case PLACED_BLOCK -> PLACED;
            // A sibling is only looked for where its form is known before.
            case SKIP_BLOCK, SKIP_LEB128, SIBLING, SIBLING_REF4 -> SKIP_FORM;
            default -> opcode;
        };
        return readForm(generic, form, bytes.skipLeb128(at));
    }

    private boolean finish(int ofTag, boolean children, boolean reported, int end, long sibling) {
        var entry = position;
        if (end > bytes.end) {
            throw bytes.malformed(entry, "the entry goes on past the end of its unit");
        }
        hasChildren = children;
        childrenAt = end;
        position = end;
        if (hasChildren) {
            if (sibling == 0) {
                skipDepth++;
            } else if (sibling <= end || sibling > bytes.end) {
                throw bytes.malformed(entry, "its sibling is said to be at 0x%x".formatted(header.offset() + sibling));
            } else {
                position = (int) sibling;
            }
        }
        tag = ofTag;
        offset = header.offset() + entry;
        return reported && skipDepth - (children && sibling == 0 ? 1 : 0) == 0;
    }

    /** Goes on with what is below the entry last reported, instead of what comes after that. */
    public void descend() {
        if (hasChildren) {
            if (depth == siblings.length) {
                siblings = Arrays.copyOf(siblings, depth * 2);
            }
            siblings[depth] = position == childrenAt ? 0 : position;
            position = childrenAt;
            skipDepth = 0;
            depth++;
        }
    }

    /** Leaves the list of entries that {@link #descend} went to, at its end. */
    private void ascend() {
        depth--;
        var sibling = siblings[depth];
        if (sibling != 0 && sibling != position) {
            throw bytes.malformed(
                    position,
                    "a list of entries ends here, its parent's sibling is said to be at 0x%x"
                            .formatted(header.offset() + sibling));
        }
    }
}
