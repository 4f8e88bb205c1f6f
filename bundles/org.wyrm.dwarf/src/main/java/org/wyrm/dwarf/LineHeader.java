package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * What a line table says before its program: how the program is written, and the names of directories and files.
 *
 * <pre>
 * unit_length                         4, or 0xffffffff and 8
 * version                             2; 2 to 5
 * address_size, segment_selector_size 1 each, from version 5
 * header_length                       4 or 8; from after itself to the program
 * minimum_instruction_length          1
 * maximum_operations_per_instruction  1, from version 4
 * default_is_stmt                     1
 * line_base                           1, signed
 * line_range, opcode_base             1 each
 * standard_opcode_lengths             opcode_base - 1
 * until version 4:
 *   include_directories               strings, ended by an empty one
 *   file_names                        each a string, directory, time, size (LEB128), ended by an empty string
 * from version 5, for directories and then for files:
 *   format_count, formats             1, pairs of content type and form (LEB128)
 *   count, entries                    LEB128, fields by the formats
 * </pre>
 *
 * <p>Cheap: no text is made, names are offsets. Immutable and thread-safe.
 *
 * @dwarf 6.2.4 The Line Number Program Header
 */
public final class LineHeader {
    private static final int MIN_VERSION = 2;
    private static final int MAX_VERSION = 5;

    private final ByteSlice unit;
    private final long offset;
    private final long programOffset;
    private final UnitEncoding encoding;
    private final int minimumInstructionByteSize;
    private final int maximumOperationsPerInstruction;
    private final boolean defaultIsStatement;
    private final int lineBase;
    private final int lineRange;
    private final int opcodeBase;
    private final byte[] standardOpcodeLengths;
    private final LineNames directories;
    private final LineNames files;

    private LineHeader(ByteSlice line, long offset, int addressByteSize) {
        this.offset = offset;
        var start = new UnitLength(line, offset);
        var offsetByteSize = start.offsetByteSize();
        unit = line.slice(0, start.endOffset());
        var cursor = new SectionCursor(unit, start.contentOffset(), 4 * SectionCursor.SMALL_WINDOW);
        var version = cursor.u16();
        if (version < MIN_VERSION || version > MAX_VERSION) {
            throw unit.malformed(cursor.position() - 2, "version " + version + " of a line table is not known");
        }
        encoding = new UnitEncoding(version, offsetByteSize, version < 5 ? addressByteSize : addressByteSize(cursor));
        var headerByteSize = cursor.unsigned(offsetByteSize);
        if (headerByteSize < 0 || headerByteSize > cursor.remainingByteSize()) {
            throw unit.malformed(
                    cursor.position() - offsetByteSize,
                    "the header has %s bytes, %d are left"
                            .formatted(Long.toUnsignedString(headerByteSize), cursor.remainingByteSize()));
        }
        programOffset = cursor.position() + headerByteSize;

        minimumInstructionByteSize = cursor.u8();
        maximumOperationsPerInstruction = version < 4 ? 1 : cursor.u8();
        if (maximumOperationsPerInstruction == 0) {
            throw unit.malformed(cursor.position() - 1, "an instruction has no operations");
        }
        defaultIsStatement = cursor.u8() != 0;
        lineBase = (byte) cursor.u8();
        lineRange = cursor.u8();
        opcodeBase = cursor.u8();
        if (opcodeBase == 0) {
            throw unit.malformed(cursor.position() - 1, "the first special opcode is 0, which is no opcode");
        }
        standardOpcodeLengths = new byte[opcodeBase];
        for (var opcode = 1; opcode < opcodeBase; opcode++) {
            standardOpcodeLengths[opcode] = (byte) cursor.u8();
        }
        var names = new LineNamesReader(line, cursor, encoding);
        directories = version < 5 ? names.readDirectoriesOfVersion2() : names.readTable();
        files = version < 5 ? names.readFilesOfVersion2() : names.readTable();
        if (cursor.position() > programOffset) {
            throw unit.malformed(
                    programOffset, "the program starts here, the header goes on to 0x%x".formatted(cursor.position()));
        }
    }

    /**
     * Decodes a header.
     *
     * @param line {@code .debug_line}
     * @param offset of the line table in it: the unit's {@code DW_AT_stmt_list}
     * @param addressByteSize of the unit; from version 5, the header has its own
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static LineHeader parse(ByteSlice line, long offset, int addressByteSize) {
        return new LineHeader(line, offset, addressByteSize);
    }

    private static int addressByteSize(SectionCursor cursor) {
        var byteSize = cursor.u8();
        if (byteSize != 4 && byteSize != 8) {
            throw cursor.malformed(cursor.position() - 1, "an address of " + byteSize + " bytes is not known");
        }
        if (cursor.u8() != 0) {
            throw cursor.malformed(cursor.position() - 1, "addresses with segments are not known");
        }
        return byteSize;
    }

    /** {@return where the line table is in {@code .debug_line}} */
    public long offset() {
        return offset;
    }

    /** {@return where the line table ends in {@code .debug_line}, which is where the next begins} */
    public long endOffset() {
        return unit.byteSize();
    }

    /** {@return where the program starts in {@code .debug_line}} */
    public long programOffset() {
        return programOffset;
    }

    /** {@return how the numbers are written} */
    public UnitEncoding encoding() {
        return encoding;
    }

    /** {@return by what an advance of one operation multiplies, in bytes} */
    public int minimumInstructionByteSize() {
        return minimumInstructionByteSize;
    }

    /** {@return how many operations an instruction may have; 1 but for VLIW} */
    public int maximumOperationsPerInstruction() {
        return maximumOperationsPerInstruction;
    }

    /** {@return whether a sequence starts with rows that are statements} */
    public boolean defaultIsStatement() {
        return defaultIsStatement;
    }

    /** {@return the least that a special opcode adds to the line} */
    public int lineBase() {
        return lineBase;
    }

    /** {@return how many numbers a special opcode may add to the line; 0 if there is none} */
    public int lineRange() {
        return lineRange;
    }

    /** {@return the first special opcode} */
    public int opcodeBase() {
        return opcodeBase;
    }

    /** {@return how many LEB128 operands a standard opcode has, by the header} */
    public int operandCount(int standardOpcode) {
        return standardOpcodeLengths[standardOpcode] & 0xff;
    }

    /** {@return the directories; 0 is the unit's own: from DWARF 5 with its name, before without} */
    public LineNames directories() {
        return directories;
    }

    /** {@return the files; a program of DWARF 2 to 4 may add some, see {@link LineProgram#files}} */
    public LineNames files() {
        return files;
    }

    /**
     * {@return the path of a file, as far as it is known: absolute if one of its parts is}
     *
     * @param names {@link #files} or those of {@link LineProgram#files}
     * @param unitDirectory the unit's {@code DW_AT_comp_dir}, empty if it has none
     * @throws MalformedDataException if a name does not lie in its section
     */
    public String path(LineNames names, int file, LineStrings strings, String unitDirectory) {
        var name = names.name(file, strings);
        var directory = names.directoryIndex(file);
        var base = directories.has(0) ? joined(unitDirectory, directories.name(0, strings)) : unitDirectory;
        if (directory == 0) {
            return joined(base, name);
        }
        if (!directories.has(directory)) {
            throw unit.malformed(
                    offset,
                    "file %d is in directory %d, the table has %d"
                            .formatted(file, directory, directories.endIndex() - directories.firstIndex()));
        }
        return joined(joined(base, directories.name(directory, strings)), name);
    }

    private static String joined(String directory, String path) {
        if (path.startsWith("/") || directory.isEmpty()) {
            return path;
        }
        return path.isEmpty() ? directory : directory + "/" + path;
    }

    /** {@return the highest address} */
    long addressMask() {
        return new CodeBounds(encoding.addressByteSize(), ZeroAddress.IS_CODE).highest();
    }

    /** {@return the bytes of the section up to the table's end} */
    ByteSlice unit() {
        return unit;
    }
}
