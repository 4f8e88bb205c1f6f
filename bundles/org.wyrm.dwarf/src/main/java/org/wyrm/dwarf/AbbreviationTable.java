package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwForm.DW_FORM_implicit_const;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The abbreviations of a unit: for each code a tag, whether children follow, and the names and forms of attributes.
 * Immutable and thread-safe, once read.
 *
 * <p>Producers number them from 1 on, so a code mostly is an index.
 *
 * @dwarf 7.5.3 Abbreviations Tables
 */
public final class AbbreviationTable {
    private static final int MAX_CHUNK_BYTES = 1 << 12;

    /** Codes below this are looked up in an array. */
    private static final int MAX_DENSE_CODE = 1 << 16;

    /** Far more than producers make: they keep what a table of a few bytes per abbreviation takes in memory small. */
    private static final int MAX_COUNT = 1 << 18;

    /** The same for the time that one entry takes, as there are forms without a byte. */
    private static final int MAX_ATTRIBUTES_OF_ONE = 1 << 10;

    private int count;
    private int[] tags = new int[64];
    private boolean[] hasChildren = new boolean[64];

    /** By abbreviation: where its attributes are in the bytes that were read. */
    private int[] attributesAt = new int[64];

    private int[] attributesEnd = new int[64];

    /** By abbreviation: its first attribute, or below 0 for one whose attributes were not decoded; and their end. */
    private int[] firstAttribute = new int[64];

    private int[] endAttribute = new int[64];
    private int attributeCount;
    private int[] names = new int[256];
    private int[] forms = new int[256];
    private long[] implicitValues = new long[256];

    /** By code: its index, plus 1. */
    private int[] dense = new int[64];

    private @Nullable Map<Long, Integer> sparse;

    /** The bytes of the table, as far as they were read. */
    private byte[] raw = new byte[MAX_CHUNK_BYTES];

    AbbreviationTable() {}

    /**
     * Reads the table at an offset of {@code .debug_abbrev}.
     *
     * @throws MalformedDataException if it breaks a rule or does not end
     */
    public static AbbreviationTable parse(ByteSlice section, long offset) {
        var table = new AbbreviationTable();
        table.read(section, offset);
        for (var index = 0; index < table.count; index++) {
            table.decode(index);
        }
        table.raw = new byte[0];
        return table;
    }

    /**
     * Takes another table in place of this one: only for the one thread that knows this. Attributes are decoded when they
     * are asked for: who looks for names never meets most of the abbreviations, as they are of what is in functions.
     */
    void read(ByteSlice section, long offset) {
        count = 0;
        attributeCount = 0;
        Arrays.fill(dense, 0);
        sparse = null;
        new Parser(section, offset, this).parse();
    }

    /** {@return the index of a code's abbreviation, or below 0 if there is none} */
    int index(long code) {
        if (code >= 0 && code < dense.length) {
            return dense[(int) code] - 1;
        }
        return sparse == null ? -1 : sparse.getOrDefault(code, -1);
    }

    int count() {
        return count;
    }

    /** {@return the bytes of the table, until the next one is read} */
    byte[] raw() {
        return raw;
    }

    /** {@return where the attributes of an abbreviation are in {@link #raw}} */
    int attributesAt(int index) {
        return attributesAt[index];
    }

    int attributesEnd(int index) {
        return attributesEnd[index];
    }

    int tag(int index) {
        return tags[index];
    }

    boolean hasChildren(int index) {
        return hasChildren[index];
    }

    /** {@return the index of the first attribute of an abbreviation} */
    int firstAttribute(int index) {
        if (firstAttribute[index] < 0) {
            decode(index);
        }
        return firstAttribute[index];
    }

    /** {@return the index after the last attribute of an abbreviation whose first one was asked for} */
    int endAttribute(int index) {
        return endAttribute[index];
    }

    int attributeName(int attribute) {
        return names[attribute];
    }

    int form(int attribute) {
        return forms[attribute];
    }

    /** {@return the value of an attribute of the form DW_FORM_implicit_const} */
    long implicitValue(int attribute) {
        return implicitValues[attribute];
    }

    private void add(long code, int tag, boolean children, int at) {
        if (count == tags.length) {
            tags = Arrays.copyOf(tags, count * 2);
            hasChildren = Arrays.copyOf(hasChildren, count * 2);
            attributesAt = Arrays.copyOf(attributesAt, count * 2);
            attributesEnd = Arrays.copyOf(attributesEnd, count * 2);
            firstAttribute = Arrays.copyOf(firstAttribute, count * 2);
            endAttribute = Arrays.copyOf(endAttribute, count * 2);
        }
        tags[count] = tag;
        hasChildren[count] = children;
        attributesAt[count] = at;
        firstAttribute[count] = -1;
        count++;
        if (code >= 0 && code < MAX_DENSE_CODE) {
            if (code >= dense.length) {
                dense = Arrays.copyOf(dense, Math.max((int) code + 1, dense.length * 2));
            }
            dense[(int) code] = count;
        } else {
            if (sparse == null) {
                sparse = new HashMap<>();
            }
            sparse.put(code, count - 1);
        }
    }

    private void addAttribute(int name, int form, long implicitValue) {
        if (attributeCount == names.length) {
            names = Arrays.copyOf(names, attributeCount * 2);
            forms = Arrays.copyOf(forms, attributeCount * 2);
            implicitValues = Arrays.copyOf(implicitValues, attributeCount * 2);
        }
        names[attributeCount] = name;
        forms[attributeCount] = form;
        implicitValues[attributeCount] = implicitValue;
        attributeCount++;
    }

    /** Decodes the attributes of an abbreviation, which were seen to be right when the table was read. */
    private void decode(int index) {
        firstAttribute[index] = attributeCount;
        var at = attributesAt[index];
        while (true) {
            var name = number(at);
            at = end(at);
            var form = number(at);
            at = end(at);
            if (name == 0 && form == 0) {
                endAttribute[index] = attributeCount;
                return;
            }
            var value = 0L;
            if (form == DW_FORM_implicit_const) {
                value = signed(at);
                at = end(at);
            }
            addAttribute(name, form, value);
        }
    }

    private int number(int at) {
        var value = raw[at] & 0x7f;
        for (var next = at; raw[next] < 0; next++) {
            value |= (raw[next + 1] & 0x7f) << 7 * (next + 1 - at);
        }
        return value;
    }

    private long signed(int at) {
        var value = 0L;
        var shift = 0;
        for (var next = at; ; next++, shift += 7) {
            value |= (raw[next] & 0x7fL) << shift;
            if (raw[next] >= 0) {
                return shift < 57 && (raw[next] & 0x40) != 0 ? value | -1L << shift + 7 : value;
            }
        }
    }

    private int end(int at) {
        var last = at;
        while (raw[last] < 0) {
            last++;
        }
        return last + 1;
    }

    /** Reads from an array, which it fills chunk by chunk: this is a good part of the time that an index takes. */
    private static final class Parser {
        private static final int MAX_NUMBER = 0xffff;

        /** In so many bytes, the value of an attribute has less than 64 bits. */
        private static final int MAX_USUAL_VALUE_BYTES = 8;

        private final ByteSlice section;
        private final long offset;
        private final AbbreviationTable table;
        private byte[] raw;
        private int rawEnd;
        private int at;

        Parser(ByteSlice section, long offset, AbbreviationTable table) {
            this.section = section;
            this.offset = offset;
            this.table = table;
            this.raw = table.raw;
        }

        void parse() {
            boolean more;
            do {
                parseUsual();
                more = parseOne();
            } while (more);
        }

        /** Goes over abbreviations of small numbers, which nearly all are, up to one that takes a closer look. */
        private void parseUsual() {
            var data = raw;
            var last = rawEnd - 1;
            for (var next = at; next < last - 4; ) {
                long code = data[next++];
                if (code < 0) {
                    code = code & 0x7f | (long) data[next++] << 7;
                }
                var tag = data[next];
                var children = data[next + 1];
                if (code <= 0
                        || tag <= 0
                        || (children | 1) != 1
                        || table.count == MAX_COUNT
                        || table.index(code) >= 0) {
                    return;
                }
                next += 2;
                var start = next;
                while (next < last && data[next] != 0) {
                    // A name may have two bytes.
                    next += data[next] < 0 ? 2 : 1;
                    if (data[next - 1] <= 0 || next >= last || data[next] <= 0) {
                        return;
                    }
                    next++;
                    if (data[next - 1] == DW_FORM_implicit_const) {
                        var value = next;
                        while (next < last && data[next] < 0) {
                            next++;
                        }
                        if (next - value > MAX_USUAL_VALUE_BYTES) {
                            return;
                        }
                        next++;
                    }
                }
                if (next >= last || data[next + 1] != 0 || next - start > MAX_ATTRIBUTES_OF_ONE) {
                    return;
                }
                next += 2;
                table.add(code, tag, children == 1, start);
                table.attributesEnd[table.count - 1] = next;
                at = next;
            }
        }

        private boolean parseOne() {
            var start = position();
            var code = uleb128();
            if (code == 0) {
                return false;
            }
            if (table.index(code) >= 0) {
                throw section.malformed(start, "abbreviation " + Long.toUnsignedString(code) + " is there twice");
            }
            var tag = number("tag");
            var children = u8();
            if (children > 1) {
                throw section.malformed(position() - 1, "the flag for children is %d".formatted(children));
            }
            if (table.count == MAX_COUNT) {
                throw section.malformed(start, "there are more than %d abbreviations".formatted(MAX_COUNT));
            }
            table.add(code, tag, children == 1, at);
            passAttributes(start);
            table.attributesEnd[table.count - 1] = at;
            return true;
        }

        private void passAttributes(long start) {
            for (var passed = 0; ; passed++) {
                var name = number("attribute");
                var form = number("form");
                if (passed > MAX_ATTRIBUTES_OF_ONE || passed == MAX_ATTRIBUTES_OF_ONE && (name | form) != 0) {
                    throw section.malformed(
                            start, "the abbreviation has more than %d attributes".formatted(MAX_ATTRIBUTES_OF_ONE));
                }
                if (name == 0 && form == 0) {
                    return;
                }
                if (form == DW_FORM_implicit_const) {
                    passSleb128();
                }
            }
        }

        private long position() {
            return offset + at;
        }

        private int u8() {
            if (at == rawEnd) {
                fill();
            }
            return raw[at++] & 0xff;
        }

        private void fill() {
            // At the end, or past it, one byte more is asked for: it is said where that would be.
            var wanted = (int) Math.clamp(section.byteSize() - position(), 1L, MAX_CHUNK_BYTES);
            if (rawEnd > raw.length - wanted) {
                raw = Arrays.copyOf(raw, Math.max(rawEnd + wanted, raw.length * 2));
                table.raw = raw;
            }
            section.copyTo(raw, rawEnd, position(), wanted);
            rawEnd += wanted;
        }

        private int number(String what) {
            if (at < rawEnd && raw[at] >= 0) {
                return raw[at++];
            }
            var start = position();
            var value = uleb128();
            if (value < 0 || value > MAX_NUMBER) {
                throw section.malformed(start, "the %s is 0x%x".formatted(what, value));
            }
            return (int) value;
        }

        private long uleb128() {
            var next = u8();
            return next < 0x80 ? next : longUleb128(next);
        }

        private long longUleb128(int first) {
            var start = position() - 1;
            long value = first & 0x7f;
            for (var shift = 7; ; shift += 7) {
                var next = u8();
                if (shift > 63 || shift == 63 && (next & 0x7e) != 0) {
                    throw section.malformed(start, "the LEB128 number has more than 64 bits");
                }
                value |= (next & 0x7fL) << shift;
                if (next < 0x80) {
                    return value;
                }
            }
        }

        private void passSleb128() {
            var start = position();
            for (var shift = 0; ; shift += 7) {
                var next = u8();
                var bits = next & 0x7f;
                // From bit 63 on, all are the sign.
                if (shift > 63 || shift == 63 && bits != 0 && bits != 0x7f) {
                    throw section.malformed(start, "the LEB128 number has more than 64 bits");
                }
                if (next < 0x80) {
                    return;
                }
            }
        }
    }
}
