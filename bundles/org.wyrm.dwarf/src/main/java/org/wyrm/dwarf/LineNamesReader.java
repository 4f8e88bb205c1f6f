package org.wyrm.dwarf;

import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwLineContentType;

/**
 * Reads the tables of directories and files in the header of a line table.
 *
 * @dwarf 6.2.4.1 Standard Content Descriptions
 */
final class LineNamesReader {
    // The forms that DWARF 5 §6.2.4.1 gives to names and numbers of a line table, and those to go over others by.
    private static final int DW_FORM_block2 = 0x03;
    private static final int DW_FORM_block4 = 0x04;
    private static final int DW_FORM_data2 = 0x05;
    private static final int DW_FORM_data4 = 0x06;
    private static final int DW_FORM_data8 = 0x07;
    /** More than any producer writes: what a header only says takes no memory beyond. */
    private static final long MOST_EXPECTED = 1 << 14;

    private static final int DW_FORM_string = 0x08;
    private static final int DW_FORM_block = 0x09;
    private static final int DW_FORM_block1 = 0x0a;
    private static final int DW_FORM_data1 = 0x0b;
    private static final int DW_FORM_flag = 0x0c;
    private static final int DW_FORM_sdata = 0x0d;
    private static final int DW_FORM_strp = 0x0e;
    private static final int DW_FORM_udata = 0x0f;
    private static final int DW_FORM_sec_offset = 0x17;
    private static final int DW_FORM_strx = 0x1a;
    private static final int DW_FORM_strp_sup = 0x1d;
    private static final int DW_FORM_data16 = 0x1e;
    private static final int DW_FORM_line_strp = 0x1f;
    private static final int DW_FORM_strx1 = 0x25;
    private static final int DW_FORM_strx2 = 0x26;
    private static final int DW_FORM_strx3 = 0x27;
    private static final int DW_FORM_strx4 = 0x28;

    private static final DwLineContentType[] CONTENT_TYPES = DwLineContentType.values();

    private final ByteSlice line;
    private final SectionCursor cursor;
    private final int offsetByteSize;

    LineNamesReader(ByteSlice line, SectionCursor cursor, UnitEncoding encoding) {
        this.line = line;
        this.cursor = cursor;
        offsetByteSize = encoding.offsetByteSize();
    }

    LineNames readDirectoriesOfVersion2() {
        var directories = new LineNames.Builder(line, 1, LineStringForm.IN_PLACE);
        for (var start = cursor.position(); cursor.u8() != 0; start = cursor.position()) {
            directories.add();
            directories.nameOffset(nameOffset(start, start));
            cursor.skipString();
        }
        return directories.build();
    }

    LineNames readFilesOfVersion2() {
        var files = new LineNames.Builder(line, 1, LineStringForm.IN_PLACE);
        while (cursor.u8() != 0) {
            cursor.seek(cursor.position() - 1);
            readFileOfVersion2(files);
        }
        return files.build();
    }

    /** Reads one file of DWARF 2 to 4, as it is in the header and in {@code DW_LNE_define_file}. */
    void readFileOfVersion2(LineNames.Builder files) {
        files.add();
        files.nameOffset(nameOffset(cursor.position(), cursor.position()));
        cursor.skipString();
        files.directoryIndex(cursor.uleb128AsInt("the number of a directory,"));
        files.modificationTime(cursor.uleb128());
        files.byteSize(cursor.uleb128());
    }

    /** Reads a table of DWARF 5. */
    LineNames readTable() {
        var formatStart = cursor.position();
        var fieldCount = cursor.u8();
        var contentTypes = new @Nullable DwLineContentType[fieldCount];
        var forms = new int[fieldCount];
        LineStringForm nameForm = null;
        for (var field = 0; field < fieldCount; field++) {
            contentTypes[field] = contentType(cursor.uleb128());
            var formStart = cursor.position();
            forms[field] = cursor.uleb128AsInt("form");
            if (contentTypes[field] == DwLineContentType.DW_LNCT_path) {
                if (nameForm != null) {
                    throw cursor.malformed(formStart, "an entry has two names");
                }
                nameForm = nameForm(forms[field], formStart);
            }
        }
        var countStart = cursor.position();
        var count = cursor.uleb128();
        if (nameForm == null) {
            if (count == 0) {
                return new LineNames.Builder(line, 0, LineStringForm.LINE_STRING).build();
            }
            throw cursor.malformed(formatStart, "the entries have no names");
        }
        // Every entry has a name, and so at least one byte.
        if (count < 0 || count > cursor.remainingByteSize()) {
            throw cursor.malformed(
                    countStart,
                    "%s entries cannot be in %d bytes"
                            .formatted(Long.toUnsignedString(count), cursor.remainingByteSize()));
        }
        var names = new LineNames.Builder(line, 0, nameForm, (int) Math.min(count, MOST_EXPECTED));
        if (isUsual(contentTypes, forms)) {
            readUsual(names, count, fieldCount == 2);
            return names.build();
        }
        for (var entry = 0L; entry < count; entry++) {
            names.add();
            for (var field = 0; field < fieldCount; field++) {
                readField(names, contentTypes[field], forms[field]);
            }
        }
        return names.build();
    }

    /** {@return whether an entry is an offset of 32 bits, or that and the number of a directory} As gcc makes them. */
    private boolean isUsual(@Nullable DwLineContentType[] contentTypes, int[] forms) {
        return offsetByteSize == Integer.BYTES
                && contentTypes[0] == DwLineContentType.DW_LNCT_path
                && (forms[0] == DW_FORM_line_strp || forms[0] == DW_FORM_strp)
                && (forms.length == 1
                        || forms.length == 2
                                && contentTypes[1] == DwLineContentType.DW_LNCT_directory_index
                                && forms[1] == DW_FORM_udata);
    }

    private void readUsual(LineNames.Builder names, long count, boolean haveDirectories) {
        for (var entry = 0L; entry < count; entry++) {
            names.add();
            names.nameOffset(cursor.s32());
            if (haveDirectories) {
                names.directoryIndex(directoryIndex(DW_FORM_udata));
            }
        }
    }

    private static @Nullable DwLineContentType contentType(long number) {
        return number >= 1 && number <= CONTENT_TYPES.length ? CONTENT_TYPES[(int) number - 1] : null;
    }

    private LineStringForm nameForm(int form, long formStart) {
        return switch (form) {
            case DW_FORM_string -> LineStringForm.IN_PLACE;
            case DW_FORM_line_strp -> LineStringForm.LINE_STRING;
            case DW_FORM_strp -> LineStringForm.STRING;
            case DW_FORM_strx, DW_FORM_strx1, DW_FORM_strx2, DW_FORM_strx3, DW_FORM_strx4 ->
                LineStringForm.INDEXED_STRING;
            default -> throw cursor.malformed(formStart, "form 0x%x cannot hold a name".formatted(form));
        };
    }

    private void readField(LineNames.Builder names, @Nullable DwLineContentType contentType, int form) {
        if (contentType == null) {
            skip(form);
            return;
        }
        switch (contentType) {
            case DW_LNCT_path -> names.nameOffset(readNameOffset(form));
            case DW_LNCT_directory_index -> names.directoryIndex(directoryIndex(form));
            case DW_LNCT_timestamp -> {
                // DWARF 5 allows a block here, and does not say what is in it.
                if (form == DW_FORM_block) {
                    skip(form);
                } else {
                    names.modificationTime(number(form));
                }
            }
            case DW_LNCT_size -> names.byteSize(number(form));
            case DW_LNCT_MD5 -> {
                if (form != DW_FORM_data16) {
                    throw notAllowed(form);
                }
                names.digestOffset(nameOffset(cursor.position(), cursor.position()));
                cursor.skip(16);
            }
        }
    }

    private int readNameOffset(int form) {
        var start = cursor.position();
        return switch (form) {
            case DW_FORM_string -> {
                cursor.skipString();
                yield nameOffset(start, start);
            }
            case DW_FORM_line_strp, DW_FORM_strp -> nameOffset(cursor.unsigned(offsetByteSize), start);
            case DW_FORM_strx -> nameOffset(cursor.uleb128(), start);
            case DW_FORM_strx1 -> cursor.u8();
            case DW_FORM_strx2 -> cursor.u16();
            case DW_FORM_strx3 -> (int) cursor.unsigned(3);
            case DW_FORM_strx4 -> cursor.s32();
            default -> throw notAllowed(form);
        };
    }

    /** {@return an offset as the unsigned number of 32 bits that it is kept as} */
    private int nameOffset(long offset, long start) {
        if (offset < 0 || offset > 0xffff_ffffL) {
            throw cursor.malformed(start, "offset 0x%x is over 4 GiB".formatted(offset));
        }
        return (int) offset;
    }

    private int directoryIndex(int form) {
        var start = cursor.position();
        var index = number(form);
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw cursor.malformed(
                    start, "the number of a directory, %s is too large".formatted(Long.toUnsignedString(index)));
        }
        return (int) index;
    }

    private long number(int form) {
        return switch (form) {
            case DW_FORM_udata -> cursor.uleb128();
            case DW_FORM_data1 -> cursor.u8();
            case DW_FORM_data2 -> cursor.u16();
            case DW_FORM_data4 -> cursor.u32();
            case DW_FORM_data8 -> cursor.u64();
            default -> throw notAllowed(form);
        };
    }

    /** Goes over a field that a vendor has added. */
    private void skip(int form) {
        switch (form) {
            case DW_FORM_udata, DW_FORM_sdata, DW_FORM_strx -> cursor.uleb128();
            case DW_FORM_data1, DW_FORM_flag, DW_FORM_strx1 -> cursor.skip(1);
            case DW_FORM_data2, DW_FORM_strx2 -> cursor.skip(2);
            case DW_FORM_strx3 -> cursor.skip(3);
            case DW_FORM_data4, DW_FORM_strx4 -> cursor.skip(4);
            case DW_FORM_data8 -> cursor.skip(8);
            case DW_FORM_data16 -> cursor.skip(16);
            case DW_FORM_line_strp, DW_FORM_strp, DW_FORM_sec_offset, DW_FORM_strp_sup -> cursor.skip(offsetByteSize);
            case DW_FORM_string -> cursor.skipString();
            case DW_FORM_block -> cursor.skip(cursor.uleb128());
            case DW_FORM_block1 -> cursor.skip(cursor.u8());
            case DW_FORM_block2 -> cursor.skip(cursor.u16());
            case DW_FORM_block4 -> cursor.skip(cursor.u32());
            default -> throw notAllowed(form);
        }
    }

    private MalformedDataException notAllowed(int form) {
        return cursor.malformed(cursor.position(), "form 0x%x has no place in a line table".formatted(form));
    }
}
