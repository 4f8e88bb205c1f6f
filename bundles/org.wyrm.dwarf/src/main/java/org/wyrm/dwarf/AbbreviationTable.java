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
    private int[] firstAttribute = new int[65];
    private int attributeCount;
    private int[] names = new int[256];
    private int[] forms = new int[256];
    private long[] implicitValues = new long[256];

    /** By code: its index, plus 1. */
    private int[] dense = new int[64];

    private @Nullable Map<Long, Integer> sparse;

    /** What is read of the section at a time. */
    private final byte[] chunk = new byte[MAX_CHUNK_BYTES];

    AbbreviationTable() {}

    /**
     * Reads the table at an offset of {@code .debug_abbrev}.
     *
     * @throws MalformedDataException if it breaks a rule or does not end
     */
    public static AbbreviationTable parse(ByteSlice section, long offset) {
        var table = new AbbreviationTable();
        table.read(section, offset);
        return table;
    }

    /** Takes another table in place of this one: only for the one thread that knows this. */
    void read(ByteSlice section, long offset) {
        count = 0;
        attributeCount = 0;
        Arrays.fill(dense, 0);
        sparse = null;
        new Parser(section, offset, chunk).parse(this);
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

    /** {@return by code, as far as it reaches: the index of its abbreviation, plus 1} */
    int[] denseIndexes() {
        return dense;
    }

    int tag(int index) {
        return tags[index];
    }

    boolean hasChildren(int index) {
        return hasChildren[index];
    }

    /** {@return the index of the first attribute of an abbreviation; that of the next one is its end} */
    int firstAttribute(int index) {
        return firstAttribute[index];
    }

    int attributeName(int attribute) {
        return names[attribute];
    }

    int form(int attribute) {
        return forms[attribute];
    }

    /** {@return the names of attributes by their index; for whoever reads this again and again, until the next table} */
    int[] attributeNames() {
        return names;
    }

    /** {@return the forms of attributes by their index, likewise} */
    int[] forms() {
        return forms;
    }

    /** {@return the value of an attribute of the form DW_FORM_implicit_const} */
    long implicitValue(int attribute) {
        return implicitValues[attribute];
    }

    private void add(long code, int tag, boolean children) {
        if (count == tags.length) {
            tags = Arrays.copyOf(tags, count * 2);
            hasChildren = Arrays.copyOf(hasChildren, count * 2);
            firstAttribute = Arrays.copyOf(firstAttribute, count * 2 + 1);
        }
        tags[count] = tag;
        hasChildren[count] = children;
        firstAttribute[count] = attributeCount;
        count++;
        firstAttribute[count] = attributeCount;
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
        firstAttribute[count] = attributeCount;
    }

    /** Reads from arrays, chunk by chunk: this is a good part of the time that an index of a kernel takes. */
    private static final class Parser {
        private static final int MAX_NUMBER = 0xffff;

        private final ByteSlice section;
        private final byte[] chunk;
        private int chunkEnd;
        private long chunkOffset;
        private int at;

        Parser(ByteSlice section, long offset, byte[] chunk) {
            this.section = section;
            this.chunkOffset = offset;
            this.chunk = chunk;
        }

        void parse(AbbreviationTable table) {
            boolean more;
            do {
                more = parseOne(table);
            } while (more);
        }

        private boolean parseOne(AbbreviationTable table) {
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
            table.add(code, tag, children == 1);
            while (true) {
                var name = number("attribute");
                var form = number("form");
                if (name == 0 && form == 0) {
                    return true;
                }
                if (table.attributeCount - table.firstAttribute[table.count - 1] == MAX_ATTRIBUTES_OF_ONE) {
                    throw section.malformed(
                            start, "the abbreviation has more than %d attributes".formatted(MAX_ATTRIBUTES_OF_ONE));
                }
                table.addAttribute(name, form, form == DW_FORM_implicit_const ? sleb128() : 0);
            }
        }

        private long position() {
            return chunkOffset + at;
        }

        private int u8() {
            if (at == chunkEnd) {
                fill();
            }
            return chunk[at++] & 0xff;
        }

        private void fill() {
            chunkOffset += at;
            at = 0;
            // At the end, or past it, one byte more is asked for: it is said where that would be.
            chunkEnd = Math.clamp(section.byteSize() - chunkOffset, 1, MAX_CHUNK_BYTES);
            section.copyTo(chunk, chunkOffset, chunkEnd);
        }

        private int number(String what) {
            var known = chunk;
            var index = at;
            if (index < chunkEnd && known[index] >= 0) {
                at = index + 1;
                return known[index];
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

        private long sleb128() {
            var start = position();
            long value = 0;
            for (var shift = 0; ; shift += 7) {
                var next = u8();
                var bits = next & 0x7f;
                // From bit 63 on, all are the sign.
                if (shift > 63 || shift == 63 && bits != 0 && bits != 0x7f) {
                    throw section.malformed(start, "the LEB128 number has more than 64 bits");
                }
                value |= (long) bits << shift;
                if (next < 0x80) {
                    return shift < 57 && (next & 0x40) != 0 ? value | -1L << shift + 7 : value;
                }
            }
        }
    }
}
