package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.Arrays;

/**
 * What {@link UnitScanner} makes of abbreviations: for one whose forms all have a size, a layout, which tells where the
 * parts lie that are looked for; for any other a few instructions. Most are of the first kind, and read several times
 * faster so than step by step.
 *
 * <p>Units have mostly the same abbreviations, only by other codes: each is translated once, and stands here by a number.
 *
 * <p>Confined to one thread.
 */
final class ScanCode {
    static final int SKIP = 0;
    static final int SKIP_LEB128 = 1;
    static final int SKIP_FORM = 2;
    static final int NAME = 3;
    static final int NAME_STRP4 = 4;
    static final int SIBLING = 5;
    static final int SIBLING_REF4 = 6;
    static final int FILE = 7;
    static final int FILE_DATA1 = 8;
    static final int FILE_DATA2 = 9;
    static final int FILE_CONST = 10;
    static final int LINE = 11;
    static final int LINE_DATA1 = 12;
    static final int LINE_DATA2 = 13;
    static final int LINE_CONST = 14;
    static final int SIZE = 15;
    static final int SIZE_DATA1 = 16;
    static final int SIZE_DATA2 = 17;
    static final int SIZE_CONST = 18;
    static final int DECLARATION = 19;
    static final int DECLARATION_CONST = 20;
    static final int DECLARED = 21;
    static final int ORIGIN = 22;
    static final int SPECIFICATION = 23;
    static final int PLACED = 24;
    static final int PLACED_BLOCK = 25;
    static final int SKIP_BLOCK = 26;
    static final int SIGNATURE = 27;
    static final int INLINE = 28;
    static final int INLINE_CONST = 29;
    static final int INDIRECT = 30;
    static final int END = 31;

    static final int OPCODE_BITS = 5;

    /** So many bytes may be read past the end of a unit before it is noticed; an instruction reads at most 8. */
    static final int SLACK_BYTES = 256;

    private static final int MAX_UNCHECKED = SLACK_BYTES / 8 - 1;

    /** In a layout: the size of the entry in bytes, without its code. */
    static final int SIZE_MASK = 0xff;

    private static final int MAX_LAYOUT_BYTES = SLACK_BYTES - 8;

    // And from which bit on it is told where a part starts, in bytes, plus 1; 0 stands for a part that is not there.
    static final int NAME_SHIFT = 8;
    static final int FILE_SHIFT = 16;
    static final int LINE_SHIFT = 24;
    static final int BYTE_SIZE_SHIFT = 32;
    static final int SIBLING_SHIFT = 40;
    static final int PLACE_MASK = 0xff;

    /** Whether these numbers have two bytes. */
    static final long FILE_DATA2_FLAG = 1L << 48;

    static final long LINE_DATA2_FLAG = 1L << 49;
    static final long BYTE_SIZE_DATA2_FLAG = 1L << 50;
    static final long DECLARED_FLAG = 1L << 51;
    static final long PLACED_FLAG = 1L << 52;

    /** Whether a number is the same for all entries, see {@link #fixed}. */
    static final long FIXED_FLAG = 1L << 53;

    /** What {@link #traits} has beside the tag. */
    static final int CHILDREN_TRAIT = 1 << 16;

    static final int REPORTED_TRAIT = 1 << 17;
    private static final int TAG_MASK = 0xffff;

    /** In place of a layout: there are instructions. */
    static final long NO_LAYOUT = -1;

    static final int FIXED = 3;
    static final int FIXED_FILE = 0;
    static final int FIXED_LINE = 1;
    static final int FIXED_BYTE_SIZE = 2;

    /** A file has a few thousand; one that has more is none that a compiler made, and costs time, but no memory. */
    private static final int MAX_KEPT = 1 << 14;

    private static final int SLOTS = 1 << 14;
    private static final int MAX_PROBES = 8;

    private final UnitEncoding encoding;
    private final boolean bigEndian;

    private int count;

    /** By number: the layout, or {@link #NO_LAYOUT}. */
    long[] layouts = new long[256];

    /** By number: the first instruction. */
    int[] starts = new int[256];

    /** By number: the tag, and whether there are children. */
    int[] traits = new int[256];

    /** By number: file, line and size, where these are the abbreviation's own. */
    long[] fixed = new long[256 * FIXED];

    int[] code = new int[1 << 12];
    private int codeSize;

    /** Values that are in abbreviations, which instructions refer to. */
    long[] constants = new long[64];

    private int constantCount;

    /** By hash: numbers, plus 1; and of what bytes each is the translation. */
    private final short[] slots = new short[SLOTS];

    private byte[] known = new byte[1 << 13];
    private int knownEnd;
    private int[] knownAt = new int[257];

    ScanCode(UnitEncoding encoding, boolean bigEndian) {
        this.encoding = encoding;
        this.bigEndian = bigEndian;
    }

    /** {@return whether this is for units of such numbers, and has room for one more} */
    boolean serves(UnitEncoding of, boolean isBigEndian) {
        return count < MAX_KEPT && bigEndian == isBigEndian && encoding.equals(of);
    }

    /** {@return the number of an abbreviation, which may be new} */
    int number(AbbreviationTable table, int index) {
        var raw = table.raw();
        var from = table.attributesAt(index);
        var to = table.attributesEnd(index);
        var wanted = table.tag(index) | (table.hasChildren(index) ? CHILDREN_TRAIT : 0);
        var hash = wanted;
        for (var at = from; at < to; at++) {
            hash = hash * 31 + raw[at];
        }
        var slot = hash * 0x9e37_79b1 >>> Integer.SIZE - 14;
        for (var probes = 0; probes < MAX_PROBES && slots[slot] != 0; probes++) {
            var number = slots[slot] - 1;
            if ((traits[number] & ~REPORTED_TRAIT) == wanted
                    && Arrays.equals(raw, from, to, known, knownAt[number], knownAt[number + 1])) {
                return number;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        var number = add(table, index, wanted);
        if (slots[slot] == 0 && number < MAX_KEPT) {
            slots[slot] = (short) (number + 1);
        }
        return number;
    }

    private int add(AbbreviationTable table, int index, int abbreviationTraits) {
        var number = count;
        if (number == layouts.length) {
            layouts = Arrays.copyOf(layouts, number * 2);
            starts = Arrays.copyOf(starts, number * 2);
            traits = Arrays.copyOf(traits, number * 2);
            fixed = Arrays.copyOf(fixed, number * 2 * FIXED);
            knownAt = Arrays.copyOf(knownAt, number * 2 + 1);
        }
        var byteSize = table.attributesEnd(index) - table.attributesAt(index);
        if (known.length - knownEnd < byteSize) {
            known = Arrays.copyOf(known, Math.max(known.length * 2, knownEnd + byteSize));
        }
        System.arraycopy(table.raw(), table.attributesAt(index), known, knownEnd, byteSize);
        knownEnd += byteSize;
        knownAt[number + 1] = knownEnd;
        count++;
        var reported = isReported(table, index);
        traits[number] = abbreviationTraits | (reported ? REPORTED_TRAIT : 0);
        layouts[number] = layout(table, index, reported, number * FIXED);
        if (layouts[number] == NO_LAYOUT) {
            starts[number] = codeSize;
            translate(table, index, reported);
        }
        return number;
    }

    static int tag(int traits) {
        return traits & TAG_MASK;
    }

    /** {@return whether entries of it are reported} What has no name, even from another entry, is none that is looked for. */
    private static boolean isReported(AbbreviationTable table, int index) {
        return switch (table.tag(index)) {
            case DW_TAG_enumeration_type, DW_TAG_namespace -> true;
            case DW_TAG_structure_type,
                    DW_TAG_class_type,
                    DW_TAG_union_type,
                    DW_TAG_typedef,
                    DW_TAG_base_type,
                    DW_TAG_unspecified_type,
                    DW_TAG_subprogram,
                    DW_TAG_variable,
                    DW_TAG_enumerator,
                    DW_TAG_module -> mayHaveName(table, index);
            default -> false;
        };
    }

    private static boolean mayHaveName(AbbreviationTable table, int index) {
        for (var at = table.firstAttribute(index); at < table.endAttribute(index); at++) {
            switch (table.attributeName(at)) {
                case DW_AT_name, DW_AT_abstract_origin, DW_AT_specification -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private long layout(AbbreviationTable table, int index, boolean reported, int fixedAt) {
        Arrays.fill(fixed, fixedAt, fixedAt + FIXED, 0);
        var layout = 0L;
        var byteSize = 0;
        var seen = 0L;
        var first = table.firstAttribute(index);
        for (var at = first; at < table.endAttribute(index); at++) {
            var name = table.attributeName(at);
            var form = table.form(at);
            var formByteSize = Die.fixedSize(form, encoding);
            if (formByteSize < 0 || byteSize > MAX_LAYOUT_BYTES) {
                return NO_LAYOUT;
            }
            var bit = bit(name);
            var opcode = (seen & bit) != 0 ? SKIP : opcode(name, form, reported);
            seen |= bit;
            var place = byteSize + 1L;
            switch (opcode) {
                case SKIP -> {}
                case NAME_STRP4 -> layout |= place << NAME_SHIFT;
                case SIBLING_REF4 -> layout |= place << SIBLING_SHIFT;
                case FILE_DATA1 -> layout |= place << FILE_SHIFT;
                case FILE_DATA2 -> layout |= place << FILE_SHIFT | FILE_DATA2_FLAG;
                case LINE_DATA1 -> layout |= place << LINE_SHIFT;
                case LINE_DATA2 -> layout |= place << LINE_SHIFT | LINE_DATA2_FLAG;
                case SIZE_DATA1 -> layout |= place << BYTE_SIZE_SHIFT;
                case SIZE_DATA2 -> layout |= place << BYTE_SIZE_SHIFT | BYTE_SIZE_DATA2_FLAG;
                case FILE_CONST -> fixed[fixedAt + FIXED_FILE] = table.implicitValue(at);
                case LINE_CONST -> fixed[fixedAt + FIXED_LINE] = table.implicitValue(at);
                case SIZE_CONST -> fixed[fixedAt + FIXED_BYTE_SIZE] = table.implicitValue(at);
                case DECLARED -> layout |= DECLARED_FLAG;
                case PLACED -> layout |= PLACED_FLAG;
                default -> {
                    return NO_LAYOUT;
                }
            }
            byteSize += formByteSize;
        }
        if (byteSize > MAX_LAYOUT_BYTES) {
            return NO_LAYOUT;
        }
        var hasFixed = (fixed[fixedAt] | fixed[fixedAt + FIXED_LINE] | fixed[fixedAt + FIXED_BYTE_SIZE]) != 0;
        return layout | (hasFixed ? FIXED_FLAG : 0) | byteSize;
    }

    /**
     * {@return a bit for the name of an attribute, by which to see that an abbreviation has it a second time: the first
     * one counts} It is 0 for the names of which the order does not matter.
     */
    private static long bit(int name) {
        return name < Long.SIZE ? 1L << name : 0;
    }

    private void translate(AbbreviationTable table, int index, boolean reported) {
        var pending = 0;
        var unchecked = 0;
        var seen = 0L;
        for (var at = table.firstAttribute(index); at < table.endAttribute(index); at++) {
            var name = table.attributeName(at);
            var form = table.form(at);
            var formByteSize = form == DW_FORM_indirect ? -1 : Die.fixedSize(form, encoding);
            // What is not reported is only skipped, and so is what is there a second time.
            var bit = bit(name);
            var counts = (seen & bit) == 0;
            var opcode = counts ? opcode(name, form, reported) : form == DW_FORM_indirect ? INDIRECT : skip(form);
            seen |= bit;
            if (opcode == SKIP && formByteSize >= 0) {
                pending += formByteSize;
                continue;
            }
            if (pending > 0) {
                emit(SKIP, pending);
                pending = 0;
            }
            if (++unchecked % MAX_UNCHECKED == 0) {
                emit(SKIP, 0);
            }
            emit(
                    opcode == SKIP ? SKIP_FORM : opcode,
                    switch (opcode) {
                        case FILE_CONST, LINE_CONST, SIZE_CONST, DECLARATION_CONST, INLINE_CONST ->
                            constant(table.implicitValue(at));
                        // What does not count is skipped, as an attribute without a meaning is.
                        case INDIRECT -> reported && counts ? name : 0;
                        default -> form;
                    });
        }
        if (pending > 0) {
            emit(SKIP, pending);
        }
        emit(END, 0);
    }

    private int constant(long value) {
        if (constantCount == constants.length) {
            constants = Arrays.copyOf(constants, constantCount * 2);
        }
        constants[constantCount] = value;
        return constantCount++;
    }

    private void emit(int opcode, int operand) {
        if (codeSize == code.length) {
            code = Arrays.copyOf(code, codeSize * 2);
        }
        code[codeSize++] = operand << OPCODE_BITS | opcode;
    }

    /** {@return the instruction for an attribute} */
    int opcode(int name, int form, boolean reported) {
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
        var isData2 = form == DW_FORM_data2 && !bigEndian;
        return switch (name) {
            case DW_AT_name -> form == DW_FORM_strp && encoding.offsetByteSize() == 4 && !bigEndian ? NAME_STRP4 : NAME;
            case DW_AT_decl_file ->
                isConstant ? FILE_CONST : form == DW_FORM_data1 ? FILE_DATA1 : isData2 ? FILE_DATA2 : FILE;
            case DW_AT_decl_line ->
                isConstant ? LINE_CONST : form == DW_FORM_data1 ? LINE_DATA1 : isData2 ? LINE_DATA2 : LINE;
            case DW_AT_byte_size ->
                isConstant
                        ? SIZE_CONST
                        : form == DW_FORM_data1 ? SIZE_DATA1 : isData2 ? SIZE_DATA2 : isBlock(form) ? skip(form) : SIZE;
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
}
