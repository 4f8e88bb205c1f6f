package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * A debugging information entry: a tag and attributes. What its attributes refer to is followed when it is asked for.
 * Immutable and thread-safe.
 *
 * @dwarf 2.1 The Debugging Information Entry (DIE)
 */
public final class Die {
    private final DwarfUnit unit;
    private final int at;
    private final int abbreviation;
    private final long[] values;

    /** The form of each attribute, where one is DW_FORM_indirect; else those of the abbreviation. */
    private final int @Nullable [] forms;

    private final int end;

    private Die(DwarfUnit unit, int at, int abbreviation, long[] values, int @Nullable [] forms, int end) {
        this.unit = unit;
        this.at = at;
        this.abbreviation = abbreviation;
        this.values = values;
        this.forms = forms;
        this.end = end;
    }

    /** {@return the entry at an index of a unit, or null where a list of children ends} */
    static @Nullable Die read(DwarfUnit unit, int at) {
        var bytes = unit.bytes();
        var code = bytes.uleb128(at);
        var next = bytes.skipLeb128(at);
        if (code == 0) {
            return null;
        }
        var table = unit.abbreviations();
        var abbreviation = table.index(code);
        if (abbreviation < 0) {
            throw bytes.malformed(at, "there is no abbreviation " + Long.toUnsignedString(code));
        }
        var first = table.firstAttribute(abbreviation);
        var count = table.endAttribute(abbreviation) - first;
        var values = new long[count];
        int[] forms = null;
        for (var i = 0; i < count; i++) {
            var form = table.form(first + i);
            if (form == DW_FORM_indirect) {
                form = (int) Math.min(bytes.uleb128(next), 0xffff);
                next = bytes.skipLeb128(next);
                if (form == DW_FORM_indirect || form == DW_FORM_implicit_const) {
                    throw bytes.malformed(next, "an indirect form stands for form 0x%x".formatted(form));
                }
                if (forms == null) {
                    forms = new int[count];
                    for (var j = 0; j < count; j++) {
                        forms[j] = table.form(first + j);
                    }
                }
                forms[i] = form;
            }
            values[i] = form == DW_FORM_implicit_const
                    ? table.implicitValue(first + i)
                    : value(bytes, next, form, unit.header().encoding());
            next = end(bytes, next, form, unit.header().encoding());
        }
        return new Die(unit, at, abbreviation, values, forms, next);
    }

    /** {@return the number that a form holds; of bytes, where they start and in the upper half how many they are} */
    static long value(UnitBytes bytes, int at, int form, UnitEncoding encoding) {
        return switch (form) {
            case DW_FORM_data1, DW_FORM_ref1, DW_FORM_flag, DW_FORM_strx1, DW_FORM_addrx1 -> bytes.u8(at);
            case DW_FORM_data2, DW_FORM_ref2, DW_FORM_strx2, DW_FORM_addrx2 -> bytes.u16(at);
            case DW_FORM_strx3, DW_FORM_addrx3 -> bytes.u24(at);
            case DW_FORM_data4, DW_FORM_ref4, DW_FORM_strx4, DW_FORM_addrx4, DW_FORM_ref_sup4 -> bytes.u32(at);
            case DW_FORM_data8, DW_FORM_ref8, DW_FORM_ref_sig8, DW_FORM_ref_sup8 -> bytes.u64(at);
            case DW_FORM_udata,
                    DW_FORM_ref_udata,
                    DW_FORM_strx,
                    DW_FORM_addrx,
                    DW_FORM_loclistx,
                    DW_FORM_rnglistx,
                    DW_FORM_GNU_addr_index,
                    DW_FORM_GNU_str_index -> bytes.uleb128(at);
            case DW_FORM_sdata -> bytes.sleb128(at);
            case DW_FORM_strp,
                    DW_FORM_line_strp,
                    DW_FORM_strp_sup,
                    DW_FORM_sec_offset,
                    DW_FORM_GNU_ref_alt,
                    DW_FORM_GNU_strp_alt -> bytes.unsigned(at, encoding.offsetByteSize());
            // DWARF 2 wrote it with the size of an address.
            case DW_FORM_ref_addr ->
                bytes.unsigned(at, encoding.version() == 2 ? encoding.addressByteSize() : encoding.offsetByteSize());
            case DW_FORM_addr -> bytes.unsigned(at, encoding.addressByteSize());
            case DW_FORM_flag_present -> 1;
            case DW_FORM_string -> at | (long) (bytes.stringEnd(at) - at) << 32;
            case DW_FORM_data16 -> at | 16L << 32;
            case DW_FORM_block1 -> block(bytes, at + 1, bytes.u8(at));
            case DW_FORM_block2 -> block(bytes, at + 2, bytes.u16(at));
            case DW_FORM_block4 -> block(bytes, at + 4, bytes.u32(at));
            case DW_FORM_block, DW_FORM_exprloc -> block(bytes, bytes.skipLeb128(at), bytes.uleb128(at));
            default -> throw bytes.malformed(at, "form 0x%x is not known".formatted(form));
        };
    }

    private static long block(UnitBytes bytes, int start, long byteSize) {
        bytes.skip(start, byteSize);
        return start | byteSize << 32;
    }

    /** {@return where the value of a form ends} */
    static int end(UnitBytes bytes, int at, int form, UnitEncoding encoding) {
        var fixed = fixedSize(form, encoding);
        if (fixed >= 0) {
            return bytes.skip(at, fixed);
        }
        return switch (form) {
            case DW_FORM_string -> bytes.stringEnd(at) + 1;
            case DW_FORM_block1 -> bytes.skip(at + 1, bytes.u8(at));
            case DW_FORM_block2 -> bytes.skip(at + 2, bytes.u16(at));
            case DW_FORM_block4 -> bytes.skip(at + 4, bytes.u32(at));
            case DW_FORM_block, DW_FORM_exprloc -> bytes.skip(bytes.skipLeb128(at), bytes.uleb128(at));
            default -> {
                if (!isLeb128(form)) {
                    throw bytes.malformed(at, "form 0x%x is not known".formatted(form));
                }
                yield bytes.skipLeb128(at);
            }
        };
    }

    /** {@return whether a form is one LEB128 number} */
    static boolean isLeb128(int form) {
        return switch (form) {
            case DW_FORM_udata,
                    DW_FORM_sdata,
                    DW_FORM_ref_udata,
                    DW_FORM_strx,
                    DW_FORM_addrx,
                    DW_FORM_loclistx,
                    DW_FORM_rnglistx,
                    DW_FORM_GNU_addr_index,
                    DW_FORM_GNU_str_index -> true;
            default -> false;
        };
    }

    /** {@return whether a form is a reference to an entry of the same unit} */
    static boolean isLocalReference(int form) {
        return switch (form) {
            case DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_udata -> true;
            default -> false;
        };
    }

    /** {@return how many bytes a form has, or -1 where they tell it themselves, as LEB128 numbers do} */
    static int fixedSize(int form, UnitEncoding encoding) {
        return switch (form) {
            case DW_FORM_flag_present, DW_FORM_implicit_const -> 0;
            case DW_FORM_data1, DW_FORM_ref1, DW_FORM_flag, DW_FORM_strx1, DW_FORM_addrx1 -> 1;
            case DW_FORM_data2, DW_FORM_ref2, DW_FORM_strx2, DW_FORM_addrx2 -> 2;
            case DW_FORM_strx3, DW_FORM_addrx3 -> 3;
            case DW_FORM_data4, DW_FORM_ref4, DW_FORM_strx4, DW_FORM_addrx4, DW_FORM_ref_sup4 -> 4;
            case DW_FORM_data8, DW_FORM_ref8, DW_FORM_ref_sig8, DW_FORM_ref_sup8 -> 8;
            case DW_FORM_data16 -> 16;
            case DW_FORM_addr -> encoding.addressByteSize();
            case DW_FORM_ref_addr -> encoding.version() == 2 ? encoding.addressByteSize() : encoding.offsetByteSize();
            case DW_FORM_strp,
                    DW_FORM_line_strp,
                    DW_FORM_strp_sup,
                    DW_FORM_sec_offset,
                    DW_FORM_GNU_ref_alt,
                    DW_FORM_GNU_strp_alt -> encoding.offsetByteSize();
            default -> -1;
        };
    }

    /** {@return the unit that it is in} */
    public DwarfUnit unit() {
        return unit;
    }

    /** {@return where it is in its section, in bytes} */
    public long offset() {
        return unit.header().offset() + at;
    }

    /** {@return what it describes, {@code DW_TAG_*}} */
    public int tag() {
        return unit.abbreviations().tag(abbreviation);
    }

    private int find(int name) {
        var table = unit.abbreviations();
        var first = table.firstAttribute(abbreviation);
        for (var i = 0; i < values.length; i++) {
            if (table.attributeName(first + i) == name) {
                return i;
            }
        }
        return -1;
    }

    private int formAt(int index) {
        var known = forms;
        return known != null
                ? known[index]
                : unit.abbreviations().form(unit.abbreviations().firstAttribute(abbreviation) + index);
    }

    /** {@return whether it has an attribute, {@code DW_AT_*}} */
    public boolean has(int name) {
        return find(name) >= 0;
    }

    /** {@return how an attribute is written, {@code DW_FORM_*}; 0 if there is none} */
    public int form(int name) {
        var index = find(name);
        return index < 0 ? 0 : formAt(index);
    }

    /** {@return whether it has an attribute that is a flag, and set} */
    public boolean flag(int name) {
        var index = find(name);
        return index >= 0 && values[index] != 0;
    }

    /**
     * {@return an attribute that is a number, an offset or an index, as it is written: unsigned, but for the forms that
     * have a sign}
     *
     * @throws MalformedDataException if it is none of these
     */
    public OptionalLong number(int name) {
        var index = find(name);
        if (index < 0) {
            return OptionalLong.empty();
        }
        return switch (formAt(index)) {
            case DW_FORM_string,
                    DW_FORM_data16,
                    DW_FORM_block1,
                    DW_FORM_block2,
                    DW_FORM_block4,
                    DW_FORM_block,
                    DW_FORM_exprloc -> throw malformed("attribute 0x%x is not a number".formatted(name));
            default -> OptionalLong.of(values[index]);
        };
    }

    /** {@return what an attribute holds in its form, as {@link #value} has it; 0 if there is none} */
    long rawValue(int name) {
        var index = find(name);
        return index < 0 ? 0 : values[index];
    }

    /** {@return an attribute that is an address, looked up in {@code .debug_addr} where it is an index} */
    public OptionalLong address(int name) {
        var index = find(name);
        if (index < 0) {
            return OptionalLong.empty();
        }
        return switch (formAt(index)) {
            case DW_FORM_addr -> OptionalLong.of(values[index]);
            case DW_FORM_addrx,
                    DW_FORM_addrx1,
                    DW_FORM_addrx2,
                    DW_FORM_addrx3,
                    DW_FORM_addrx4,
                    DW_FORM_GNU_addr_index -> OptionalLong.of(unit.address(values[index]));
            default -> throw malformed("attribute 0x%x is not an address".formatted(name));
        };
    }

    /** {@return an attribute that is a text, or null if there is none} */
    public @Nullable String string(int name) {
        var index = find(name);
        if (index < 0) {
            return null;
        }
        var value = values[index];
        var form = formAt(index);
        return form == DW_FORM_string
                ? new String(
                        unit.bytes().bytes, (int) value, (int) (value >>> 32), java.nio.charset.StandardCharsets.UTF_8)
                : unit.text(form, value);
    }

    /** {@return the bytes of an attribute that is a block or an expression, or null if it is none} */
    public @Nullable ByteSlice block(int name) {
        var index = find(name);
        if (index < 0) {
            return null;
        }
        return switch (formAt(index)) {
            case DW_FORM_data16, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4, DW_FORM_block, DW_FORM_exprloc ->
                unit.bytes().section.slice(unit.header().offset() + (int) values[index], values[index] >>> 32);
            default -> null;
        };
    }

    /**
     * {@return the entry that an attribute refers to, or null if there is no such attribute}
     *
     * @throws MalformedDataException if there is no entry
     */
    public @Nullable Die reference(int name) {
        var index = find(name);
        if (index < 0) {
            return null;
        }
        var value = values[index];
        return switch (formAt(index)) {
            case DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_udata -> unit.local(value, this);
            case DW_FORM_ref_addr -> unit.info().die(value);
            case DW_FORM_ref_sig8 -> unit.info().typeOf(value, this);
            case DW_FORM_ref_sup4, DW_FORM_ref_sup8, DW_FORM_GNU_ref_alt ->
                unit.info()
                        .supplementary()
                        .orElseThrow(() -> malformed("it refers to the supplementary file, which is not there"))
                        .die(value);
            default -> throw malformed("attribute 0x%x is not a reference".formatted(name));
        };
    }

    /**
     * {@return the addresses of its code, in one piece or several; none for what has no code}
     *
     * @throws MalformedDataException if they are malformed
     * @dwarf 2.17 Code Addresses, Ranges and Base Addresses
     */
    public RangeList ranges() {
        if (has(DW_AT_ranges)) {
            return unit.ranges(number(DW_AT_ranges).orElse(0), form(DW_AT_ranges) == DW_FORM_rnglistx);
        }
        var ranges = new RangeList.Builder();
        var start = address(DW_AT_low_pc);
        if (start.isPresent() && has(DW_AT_high_pc) && !unit.isDead(start.getAsLong())) {
            // Since DWARF 4 a number is a size.
            var end = switch (form(DW_AT_high_pc)) {
                case DW_FORM_addr,
                        DW_FORM_addrx,
                        DW_FORM_addrx1,
                        DW_FORM_addrx2,
                        DW_FORM_addrx3,
                        DW_FORM_addrx4,
                        DW_FORM_GNU_addr_index -> address(DW_AT_high_pc).orElseThrow();
                default -> start.getAsLong() + number(DW_AT_high_pc).orElseThrow();
            };
            if (Long.compareUnsigned(end, start.getAsLong()) > 0) {
                ranges.add(start.getAsLong(), end);
            }
        }
        return ranges.build();
    }

    /**
     * {@return the list of an attribute that says where a value is, by where the code is; empty if it is no list}
     *
     * @throws MalformedDataException if the list is malformed
     * @dwarf 2.6.2 Location Lists
     */
    public Optional<LocationList> locations(int name) {
        return switch (form(name)) {
            case DW_FORM_loclistx -> Optional.of(unit.locations(rawValue(name), true));
            case DW_FORM_sec_offset -> Optional.of(unit.locations(rawValue(name), false));
            // Before DWARF 4 the form of an offset was that of a number.
            case DW_FORM_data4, DW_FORM_data8 ->
                unit.header().encoding().version() < 4
                        ? Optional.of(unit.locations(rawValue(name), false))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** {@return whether entries below it follow} */
    public boolean hasChildren() {
        return unit.abbreviations().hasChildren(abbreviation);
    }

    /** {@return the entries right below it, in their order, each read when it is come to} */
    public Iterable<Die> children() {
        return () -> new Children(this);
    }

    int endIndex() {
        return end;
    }

    /**
     * {@return where the entry after this one and all below it starts, as far as that is known without a look at those
     * below it; else 0}
     */
    int siblingIndex() {
        if (!hasChildren()) {
            return end;
        }
        var sibling = find(DW_AT_sibling);
        // One whose form is only beside it counts for none, and so does 0.
        if (sibling < 0
                || values[sibling] == 0
                || !isLocalReference(
                        unit.abbreviations().form(unit.abbreviations().firstAttribute(abbreviation) + sibling))) {
            return 0;
        }
        var next = values[sibling];
        // The list below it has one byte at least.
        if (next <= end || next > unit.bytes().end) {
            throw malformed(
                    "its sibling is said to be at 0x%x".formatted(unit.header().offset() + next));
        }
        return (int) next;
    }

    private int nextSibling() {
        var sibling = siblingIndex();
        return sibling != 0 ? sibling : unit.skipChildren(end);
    }

    private static final class Children implements Iterator<Die> {
        private final DwarfUnit unit;
        private @Nullable Die last;
        private int next;
        private boolean isRead;
        private @Nullable Die found;

        Children(Die parent) {
            unit = parent.unit;
            next = parent.end;
            isRead = !parent.hasChildren();
        }

        @Override
        public boolean hasNext() {
            if (!isRead) {
                isRead = true;
                if (last != null) {
                    next = last.nextSibling();
                }
                // Some producers leave out the end of the unit's own children.
                found = next == unit.bytes().end ? null : read(unit, next);
            }
            return found != null;
        }

        @Override
        public Die next() {
            if (!hasNext() || found == null) {
                throw new NoSuchElementException();
            }
            var die = found;
            last = die;
            found = null;
            isRead = false;
            return die;
        }
    }

    /**
     * Makes the error for a broken rule of this entry.
     *
     * @param rule the rule broken, as a clause
     */
    public MalformedDataException malformed(String rule) {
        return unit.bytes().malformed(at, rule);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Die die && die.unit == unit && die.at == at;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(offset());
    }

    @Override
    public String toString() {
        return "DIE of tag 0x%x at 0x%x".formatted(tag(), offset());
    }
}
