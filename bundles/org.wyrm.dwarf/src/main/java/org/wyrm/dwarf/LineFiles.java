package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwForm.*;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The names of files in the header of a line table, as numbers: to tell files from one another without reading a name.
 * Reused from unit to unit; confined to one thread.
 *
 * @dwarf 6.2.4 The Line Number Program Header
 */
public final class LineFiles {
    private static final int DW_LNCT_path = 1;
    private static final int DW_LNCT_directory_index = 2;
    private static final int MAX_FORMATS = 255;

    private DwarfUnit unit;
    private UnitBytes bytes;
    private int at;
    private int directoryCount;
    private int fileCount;
    private int[] directoryForms = new int[64];
    private long[] directories = new long[64];
    private int[] fileForms = new int[256];
    private long[] files = new long[256];
    private int[] directoryOfFile = new int[256];

    /** Makes an empty one; {@link #read} fills it. */
    @SuppressWarnings("NullAway.Init")
    public LineFiles() {}

    /**
     * Reads the header of a unit's line table.
     *
     * @param offset of the table in {@code .debug_line}
     * @throws org.wyrm.base.error.MalformedDataException if it breaks a rule
     */
    public void read(DwarfUnit of, long offset) {
        unit = of;
        directoryCount = 0;
        fileCount = 0;
        var section = of.info().sections().section(DwarfSection.LINE);
        var length = section.u32(offset);
        var offsetByteSize = length == 0xffff_ffffL ? 8 : 4;
        var start = offsetByteSize == 8 ? 12 : 4;
        var byteSize = offsetByteSize == 8 ? section.u64(offset + 4) : length;
        if (byteSize < 0 || byteSize > section.byteSize() - offset - start) {
            throw section.malformed(offset, "the line table goes on past the end of the section");
        }
        var version = section.u16(offset + start);
        if (version < 2 || version > 5) {
            throw section.malformed(offset + start, "a line table of version %d is none of 2 to 5".formatted(version));
        }
        var lengthAt = start + (version >= 5 ? 4 : 2);
        var headerByteSize = offsetByteSize == 8 ? section.u64(offset + lengthAt) : section.u32(offset + lengthAt);
        var headerEnd = lengthAt + offsetByteSize + headerByteSize;
        if (headerByteSize < 0 || headerEnd > byteSize + start || headerEnd > 1 << 28) {
            throw section.malformed(offset + lengthAt, "the header goes on past the end of its table");
        }
        bytes = header(section, offset, (int) headerEnd);
        // After its own length: minimum_instruction_length, since 4 maximum_operations, default_is_stmt, line_base,
        // line_range, opcode_base and the operand counts of the standard opcodes.
        at = lengthAt + offsetByteSize + (version >= 4 ? 5 : 4);
        var opcodeBase = bytes.u8(at);
        at = bytes.skip(at + 1, Math.max(0, opcodeBase - 1));
        if (version >= 5) {
            var encoding = new UnitEncoding(
                    version, offsetByteSize, of.header().encoding().addressByteSize());
            readEntries(encoding, true);
            readEntries(encoding, false);
        } else {
            readOld();
        }
    }

    private static UnitBytes header(ByteSlice section, long offset, int byteSize) {
        return new UnitBytes(section, offset, section.toArray(offset, byteSize), byteSize);
    }

    private void readEntries(UnitEncoding encoding, boolean isDirectory) {
        var formatCount = bytes.u8(at++);
        var types = new int[Math.min(formatCount, MAX_FORMATS)];
        var forms = new int[types.length];
        for (var format = 0; format < types.length; format++) {
            types[format] = (int) Math.min(bytes.uleb128(at), 0xffff);
            at = bytes.skipLeb128(at);
            forms[format] = (int) Math.min(bytes.uleb128(at), 0xffff);
            at = bytes.skipLeb128(at);
        }
        var count = bytes.uleb128(at);
        at = bytes.skipLeb128(at);
        if (count < 0 || count > bytes.end - at && formatCount > 0) {
            throw bytes.malformed(at, Long.toUnsignedString(count) + " files do not fit");
        }
        for (var entry = 0L; entry < count && formatCount > 0; entry++) {
            readEntry(encoding, types, forms, isDirectory);
        }
    }

    private void readEntry(UnitEncoding encoding, int[] types, int[] forms, boolean isDirectory) {
        var pathForm = 0;
        var path = 0L;
        var directory = 0L;
        for (var format = 0; format < types.length; format++) {
            if (types[format] == DW_LNCT_path) {
                pathForm = forms[format];
                path = Die.value(bytes, at, forms[format], encoding);
            } else if (types[format] == DW_LNCT_directory_index) {
                directory = Die.value(bytes, at, forms[format], encoding);
            }
            at = Die.end(bytes, at, forms[format], encoding);
        }
        if (isDirectory) {
            addDirectory(pathForm, path);
        } else {
            addFile(pathForm, path, directory);
        }
    }

    /** Until version 4 both lists are texts that an empty one ends, and count from 1. */
    private void readOld() {
        addDirectory(0, 0);
        while (bytes.u8(at) != 0) {
            addDirectory(DW_FORM_string, inlineText());
        }
        at++;
        addFile(0, 0, 0);
        while (bytes.u8(at) != 0) {
            var name = inlineText();
            var directory = bytes.uleb128(at);
            at = bytes.skipLeb128(bytes.skipLeb128(bytes.skipLeb128(at)));
            addFile(DW_FORM_string, name, directory);
        }
    }

    private long inlineText() {
        var end = bytes.stringEnd(at);
        var text = at | (long) (end - at) << 32;
        at = end + 1;
        return text;
    }

    private void addDirectory(int form, long value) {
        if (directoryCount == directories.length) {
            directories = Arrays.copyOf(directories, directoryCount * 2);
            directoryForms = Arrays.copyOf(directoryForms, directoryCount * 2);
        }
        directories[directoryCount] = value;
        directoryForms[directoryCount++] = form;
    }

    private void addFile(int form, long value, long directory) {
        if (fileCount == files.length) {
            files = Arrays.copyOf(files, fileCount * 2);
            fileForms = Arrays.copyOf(fileForms, fileCount * 2);
            directoryOfFile = Arrays.copyOf(directoryOfFile, fileCount * 2);
        }
        files[fileCount] = value;
        fileForms[fileCount] = form;
        directoryOfFile[fileCount++] = (int) Math.min(directory, Integer.MAX_VALUE);
    }

    /** {@return how many files there are, a file 0 included where the version has none} */
    public int fileCount() {
        return fileCount;
    }

    /** {@return a number that two files of one object file share if they have the same name in the same directory} */
    public long identity(int file) {
        var directory = directoryOfFile[file];
        var ofDirectory = directory < directoryCount ? key(directoryForms[directory], directories[directory]) : 0;
        return ofDirectory * 0x9e37_79b9_7f4a_7c15L + key(fileForms[file], files[file]);
    }

    private long key(int form, long value) {
        if (form != DW_FORM_string) {
            return value + 1;
        }
        var hash = 1L;
        for (var index = (int) value; index < (int) value + (int) (value >>> 32); index++) {
            hash = hash * 0x100_0000_01b3L + bytes.bytes[index];
        }
        return hash;
    }

    /** {@return the path of a file: its directory, unless that is the one of the compilation, and its name} */
    public String path(int file) {
        var name = text(fileForms[file], files[file]);
        var directory = directoryOfFile[file];
        if (name.startsWith("/") || directory == 0 || directory >= directoryCount) {
            return name;
        }
        return text(directoryForms[directory], directories[directory]) + "/" + name;
    }

    private String text(int form, long value) {
        if (form == 0) {
            return "";
        }
        return form == DW_FORM_string
                ? new String(bytes.bytes, (int) value, (int) (value >>> 32), StandardCharsets.UTF_8)
                : unit.text(form, value);
    }
}
