package org.wyrm.dwarf;

import static org.wyrm.dwarf.ScanCode.*;
import static org.wyrm.dwarf.constants.DwForm.*;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * Goes over the named entries of units, fast: what an index of a kernel's hundred million bytes is made by. Reports
 * types, functions, variables, enumerators, name spaces and modules; all else is skipped, and what is below an entry, unless
 * {@link #descend} asks for it.
 *
 * <p>Confined to one thread; its fields tell of the entry last reported.
 */
public final class UnitScanner {
    // Of a way: what to do with an entry; above that, its number or its size.
    private static final int WAY_BITS = 2;
    private static final int WAY_MASK = 3;

    /** To go over it: it is not reported and has no children. The size in bytes is above, with that of the code. */
    private static final int PASS_OVER = 1;

    /** To go to its sibling: it is not reported. The size is above, and above that where the sibling is told. */
    private static final int PASS_SIBLING = 2;

    /** To report it by its layout. */
    private static final int REPORT = 3;

    private static final int PASS_SIZE_MASK = 0xfff;
    private static final int PASS_SIBLING_SHIFT = 14;

    private static final int REMEMBERED_BITS = 14;

    /** Of whose units entries are remembered, if of any. */
    private final @Nullable DwarfInfo repetitive;

    private final Files files;

    /** The keys of entries that need not be reported again: most of those of a C program are found here. */
    private final long[] remembered;

    private DwarfInfo info;
    private DwarfSection kind = DwarfSection.INFO;
    private UnitHeader header;
    private UnitBytes bytes;
    private final AbbreviationTable table = new AbbreviationTable();
    private boolean hasTable;
    private long tableOffset;
    private @Nullable ByteSlice tableSection;
    private ScanCode scanCode;

    private UnitEncoding encoding;
    private byte[] buffer = new byte[1 << 16];

    /** By abbreviation: its number in the code, plus 1; 0 for one that was not met yet. */
    private int[] numbers = new int[64];

    /** By codes of one byte: what to do with an entry, or 0 if that takes more than a step. */
    private final int[] ways = new int[1 << 7];

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

    /** Tells the source files of the present unit. */
    public interface Files {
        /** {@return the number of a file, the same in all units, by its number in this one; 0 if there is none} */
        int number(long file);
    }

    /** Makes a scanner that reports every entry; {@link #start} gives it a unit. */
    public UnitScanner() {
        this(null, file -> 0, new long[0]);
    }

    /**
     * Makes a scanner that passes over what it is told to {@link #remember}.
     *
     * @param repetitive whose units have the same entries again and again
     */
    public UnitScanner(DwarfInfo repetitive, Files files) {
        this(repetitive, files, new long[1 << REMEMBERED_BITS]);
    }

    @SuppressWarnings("NullAway.Init")
    private UnitScanner(@Nullable DwarfInfo repetitive, Files files, long[] remembered) {
        this.repetitive = repetitive;
        this.files = files;
        this.remembered = remembered;
    }

    /** {@return the bytes of the unit, to be read only until the next one; at index 0 is its header} */
    public byte[] data() {
        return bytes.bytes;
    }

    /** Goes to the first entry below that of a unit. */
    public DwarfUnit start(DwarfInfo of, DwarfSection section, UnitHeader unit) {
        if (of != info) {
            hasTable = false;
        }
        info = of;
        kind = section;
        header = unit;
        encoding = unit.encoding();
        load(of.sections().section(section));
        var whole = new DwarfUnit(info, kind, header, bytes, table);
        var abbreviations = whole.section(DwarfSection.ABBREV);
        if (!hasTable || tableOffset != unit.abbrevOffset() || tableSection != abbreviations) {
            hasTable = false;
            table.read(abbreviations, unit.abbrevOffset());
            hasTable = true;
            tableOffset = unit.abbrevOffset();
            tableSection = abbreviations;
            forget();
        }
        var bigEndian = of.sections().order() == ByteOrder.BIG_ENDIAN;
        if (scanCode == null || !scanCode.serves(encoding, bigEndian)) {
            scanCode = new ScanCode(encoding, bigEndian);
            forget();
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

    /** Forgets what the abbreviations of the unit before this one are. */
    private void forget() {
        if (numbers.length < table.count()) {
            numbers = new int[table.count() * 2];
        } else {
            Arrays.fill(numbers, 0, table.count(), 0);
        }
        Arrays.fill(ways, 0);
    }

    /** {@return the number of an abbreviation in the code} Most are never met: those of what is in functions. */
    private int meet(ScanCode known, long abbreviation, int index) {
        var number = known.number(table, index);
        numbers[index] = number + 1;
        if (abbreviation >= 0 && abbreviation < ways.length) {
            ways[(int) abbreviation] = way(known, number);
        }
        return number;
    }

    private static int way(ScanCode known, int number) {
        var layout = known.layouts[number];
        var traits = known.traits[number];
        if (layout == ScanCode.NO_LAYOUT) {
            return 0;
        }
        if ((traits & ScanCode.REPORTED_TRAIT) != 0) {
            return number << WAY_BITS | REPORT;
        }
        var byteSize = 1 + ((int) layout & ScanCode.SIZE_MASK);
        var sibling = (int) (layout >>> ScanCode.SIBLING_SHIFT) & ScanCode.PLACE_MASK;
        if ((traits & ScanCode.CHILDREN_TRAIT) == 0) {
            return byteSize << WAY_BITS | PASS_OVER;
        }
        return sibling == 0 ? 0 : sibling << PASS_SIBLING_SHIFT | byteSize << WAY_BITS | PASS_SIBLING;
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
        var known = ways;
        var end = unit.end;
        var at = position;
        while (at < end) {
            int first = data[at];
            // What most entries are: not to be reported, without children, or with a way past them.
            var way = first > 0 ? known[first] : 0;
            if ((way & WAY_MASK) == PASS_OVER) {
                at += way >>> WAY_BITS;
                continue;
            }
            position = at;
            if ((way & WAY_MASK) == PASS_SIBLING) {
                var sibling = s32(data, at + (way >>> PASS_SIBLING_SHIFT));
                checkSibling(at + (way >>> WAY_BITS & PASS_SIZE_MASK), sibling);
                at = sibling;
                continue;
            }
            if (way != 0) {
                if (readLaidOut(way >>> WAY_BITS, at)) {
                    return true;
                }
                at = position;
                continue;
            }
            if (first == 0) {
                if (!endList(at + 1)) {
                    return false;
                }
            } else if (readUsual(first, at)) {
                return true;
            }
            at = position;
        }
        position = at;
        if (at > end) {
            throw unit.malformed(end, "the last entry goes on past the end of its unit");
        }
        // Some producers leave out the end of the unit's own children, but no other one.
        if (skipDepth > 0 || depth > 0) {
            throw unit.malformed(unit.end, "a list of entries has no end");
        }
        return false;
    }

    /** {@return whether entries may follow} */
    private boolean endList(int next) {
        position = next;
        if (skipDepth > 0) {
            skipDepth--;
        } else if (depth == 0) {
            return false;
        } else {
            ascend();
        }
        return true;
    }

    /** {@return whether the entry, of whose code the first byte is given, is one to report} */
    private boolean readUsual(int first, int start) {
        var at = start;
        long abbreviation = first;
        if (first < 0) {
            abbreviation = bytes.uleb128(at);
            at = bytes.skipLeb128(at) - 1;
            if (abbreviation == 0) {
                // The end of a list, in more bytes than it needs: its last one says so.
                position = at;
                return false;
            }
        }
        var index = table.index(abbreviation);
        if (index < 0) {
            throw bytes.malformed(start, "there is no abbreviation " + Long.toUnsignedString(abbreviation));
        }
        var known = scanCode;
        var number = numbers[index] - 1;
        if (number < 0) {
            number = meet(known, abbreviation, index);
        }
        return known.layouts[number] != ScanCode.NO_LAYOUT ? readLaidOut(number, at) : read(known, number, at + 1);
    }

    /**
     * Passes over entries like the one last reported from now on: of the same kind, name, source file, line and size, that
     * have a place and only declare as it does. Its name must be in {@code .debug_str}.
     */
    public void remember() {
        var key = key(name, file, line, byteSize, tag, declaration, placed);
        if (key != 0) {
            remembered[(int) (key >>> Long.SIZE - REMEMBERED_BITS)] = key;
        }
    }

    private boolean isRemembered(long key) {
        return key != 0 && remembered[(int) (key >>> Long.SIZE - REMEMBERED_BITS)] == key;
    }

    /** {@return what such entries share; 0 if they are not to be remembered} */
    private long key(
            long ofName, long ofFile, long ofLine, long ofSize, int ofTag, boolean isDeclaration, boolean isPlaced) {
        if (repetitive != info || depth > 0) {
            return 0;
        }
        var number = ofFile == 0 ? 0 : files.number(ofFile);
        if (ofFile != 0 && number == 0) {
            return 0;
        }
        var traits = ofTag | (isDeclaration ? 1 << 16 : 0) | (isPlaced ? 1 << 17 : 0) | ofSize << 18;
        var mixed = ofName * 0xd6e8_feb8_6659_fd93L
                + ofLine * 0xff51_afd7_ed55_8ccdL
                + number * 0x9e37_79b9_7f4a_7c15L
                + traits * 0xc4ce_b9fe_1a85_ec53L;
        mixed = (mixed ^ mixed >>> 32) * 0x9e37_79b9_7f4a_7c15L;
        return (mixed ^ mixed >>> 29) * 0xbf58_476d_1ce4_e5b9L;
    }

    private void checkSibling(int next, int sibling) {
        if (sibling <= next || sibling > bytes.end) {
            throw bytes.malformed(
                    position,
                    "its sibling is said to be at 0x%x".formatted(header.offset() + Integer.toUnsignedLong(sibling)));
        }
    }

    /** {@return whether the entry, whose parts have their places behind a byte, is one to report} */
    private boolean readLaidOut(int number, int at) {
        var known = scanCode;
        var layout = known.layouts[number];
        var traits = known.traits[number];
        var data = bytes.bytes;
        // Read before the end is checked: what lies past the unit's is not used then.
        var siblingAt = (int) (layout >>> ScanCode.SIBLING_SHIFT) & ScanCode.PLACE_MASK;
        var sibling = siblingAt == 0 ? 0 : s32(data, at + siblingAt) & 0xffff_ffffL;
        var end = at + 1 + ((int) layout & ScanCode.SIZE_MASK);
        if ((traits & ScanCode.REPORTED_TRAIT) == 0 || skipDepth > 0) {
            finish(traits, end, sibling);
            return false;
        }
        var nameAt = (int) layout >>> ScanCode.NAME_SHIFT & ScanCode.PLACE_MASK;
        var ofName = nameAt == 0 ? 0 : s32(data, at + nameAt) & 0xffff_ffffL;
        var fileAt = (int) layout >>> ScanCode.FILE_SHIFT & ScanCode.PLACE_MASK;
        long ofFile = fileAt == 0 ? 0 : number(data, at + fileAt, (layout & ScanCode.FILE_DATA2_FLAG) != 0);
        var lineAt = (int) layout >>> ScanCode.LINE_SHIFT;
        long ofLine = lineAt == 0 ? 0 : number(data, at + lineAt, (layout & ScanCode.LINE_DATA2_FLAG) != 0);
        var sizeAt = (int) (layout >>> ScanCode.BYTE_SIZE_SHIFT) & ScanCode.PLACE_MASK;
        long ofSize = sizeAt == 0 ? 0 : number(data, at + sizeAt, (layout & ScanCode.BYTE_SIZE_DATA2_FLAG) != 0);
        if ((layout & ScanCode.FIXED_FLAG) != 0) {
            // What an abbreviation gives all its entries, they have not.
            var fixed = known.fixed;
            var fixedAt = number * ScanCode.FIXED;
            ofFile |= fixed[fixedAt + ScanCode.FIXED_FILE];
            ofLine |= fixed[fixedAt + ScanCode.FIXED_LINE];
            ofSize |= fixed[fixedAt + ScanCode.FIXED_BYTE_SIZE];
        }
        var isDeclaration = (layout & ScanCode.DECLARED_FLAG) != 0;
        var isPlaced = (layout & ScanCode.PLACED_FLAG) != 0;
        if (nameAt != 0
                && isRemembered(key(ofName, ofFile, ofLine, ofSize, ScanCode.tag(traits), isDeclaration, isPlaced))) {
            finish(traits, end, sibling);
            return false;
        }
        nameForm = nameAt == 0 ? 0 : DW_FORM_strp;
        name = ofName;
        file = ofFile;
        line = ofLine;
        byteSize = ofSize;
        declaration = isDeclaration;
        placed = isPlaced;
        abstractInstance = false;
        originForm = 0;
        return finish(traits, end, sibling);
    }

    // Small enough, each, for the first compiler to put them where they are called.

    private static int number(byte[] data, int at, boolean isData2) {
        return isData2 ? u16(data, at) : data[at] & 0xff;
    }

    private static int s32(byte[] data, int at) {
        return u16(data, at) | u16(data, at + 2) << 16;
    }

    // Big-endian units take the forms of any order, see ScanCode.

    private static int u16(byte[] data, int at) {
        return data[at] & 0xff | (data[at + 1] & 0xff) << 8;
    }

    /** {@return whether the entry is one to report} */
    private boolean read(ScanCode known, int number, int from) {
        clear();
        var code = known.code;
        var sibling = 0L;
        var unit = bytes;
        var data = unit.bytes;
        var at = from;
        for (var step = known.starts[number]; ; step++) {
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
                    name = s32(data, at) & 0xffff_ffffL;
                    at += 4;
                }
                case SIBLING_REF4 -> {
                    sibling = s32(data, at) & 0xffff_ffffL;
                    at += 4;
                }
                case FILE_DATA1 -> file = data[at++] & 0xff;
                case FILE_DATA2 -> {
                    file = u16(data, at);
                    at += 2;
                }
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
                case FILE_CONST -> file = known.constants[operand];
                case LINE_CONST -> line = known.constants[operand];
                case SIZE_CONST -> byteSize = known.constants[operand];
                case DECLARATION_CONST -> declaration = known.constants[operand] != 0;
                case INLINE_CONST -> abstractInstance = known.constants[operand] != 0;
                case SIBLING -> {
                    sibling = Die.value(unit, at, operand, encoding);
                    at = Die.end(unit, at, operand, encoding);
                }
                case END -> {
                    return finish(known.traits[number], at, sibling);
                }
                case INDIRECT -> at = readIndirect(known, operand, at);
                default -> at = readForm(instruction & (1 << OPCODE_BITS) - 1, operand, at);
            }
        }
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
            case INLINE -> abstractInstance = Die.value(bytes, at, form, encoding) != 0;
            // A type that is in a unit of its own: what is here is its declaration.
            case SIGNATURE -> declaration = true;
            default -> {}
        }
        return Die.end(bytes, at, form, encoding);
    }

    private int readIndirect(ScanCode known, int attribute, int at) {
        var form = (int) Math.min(bytes.uleb128(at), 0xffff);
        if (form == DW_FORM_indirect || form == DW_FORM_implicit_const) {
            throw bytes.malformed(at, "an indirect form stands for form 0x%x".formatted(form));
        }
        var opcode = known.opcode(attribute, form, true);
        var generic = switch (opcode) {
            case NAME_STRP4 -> NAME;
            case FILE_DATA1, FILE_DATA2 -> FILE;
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

    private boolean finish(int traits, int end, long sibling) {
        var entry = position;
        if (end > bytes.end) {
            throw bytes.malformed(entry, "the entry goes on past the end of its unit");
        }
        hasChildren = (traits & ScanCode.CHILDREN_TRAIT) != 0;
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
        tag = ScanCode.tag(traits);
        offset = header.offset() + entry;
        return (traits & ScanCode.REPORTED_TRAIT) != 0 && skipDepth - (hasChildren && sibling == 0 ? 1 : 0) == 0;
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
