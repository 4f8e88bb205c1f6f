package org.wyrm.dwarf;

import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwLineExtendedOpcode;
import org.wyrm.dwarf.constants.DwLineStandardOpcode;

/**
 * Runs a line number program, row by row: after each {@link #next} that says so, the registers are those of a row.
 *
 * <pre>{@code
 * var program = new LineProgram(header);
 * while (program.next()) {
 *     use(program.address(), program.file(), program.line());
 * }
 * }</pre>
 *
 * <p>Nothing is kept of a row. Opcodes of vendors are passed over by the lengths that the header or they themselves
 * declare. Confined to one thread.
 *
 * @dwarf 6.2.5 The Line Number Program
 */
public final class LineProgram {
    /** In {@link #flags}: a recommended place for a breakpoint. */
    public static final int IS_STATEMENT = 1;

    /** In {@link #flags}: the begin of a basic block. */
    public static final int BASIC_BLOCK = 1 << 1;

    /** In {@link #flags}: the first address after a sequence. */
    public static final int END_SEQUENCE = 1 << 2;

    /** In {@link #flags}: a place for a breakpoint on entry to a function. */
    public static final int PROLOGUE_END = 1 << 3;

    /** In {@link #flags}: a place for a breakpoint on exit from a function. */
    public static final int EPILOGUE_BEGIN = 1 << 4;

    private static final DwLineStandardOpcode[] STANDARD = DwLineStandardOpcode.values();
    private static final DwLineExtendedOpcode[] EXTENDED = DwLineExtendedOpcode.values();

    private final LineHeader header;
    private final SectionCursor cursor;
    private final long addressMask;
    private final int opcodeBase;
    private final int lineBase;
    private final int lineRange;
    private final int operationsPerInstruction;
    private final int minimumInstructionByteSize;
    private final int firstFlags;
    private LineNames.@Nullable Builder definedFiles;

    private long address;
    private int operationIndex;
    private int file;
    private int line;
    private int column;
    private int isa;
    private int discriminator;
    private int flags;

    /** Starts before the first row. */
    public LineProgram(LineHeader header) {
        this.header = header;
        var unit = header.unit();
        cursor = new SectionCursor(unit, header.programOffset(), SectionCursor.LARGE_WINDOW);
        addressMask = header.addressMask();
        opcodeBase = header.opcodeBase();
        lineBase = header.lineBase();
        lineRange = header.lineRange();
        operationsPerInstruction = header.maximumOperationsPerInstruction();
        minimumInstructionByteSize = header.minimumInstructionByteSize();
        firstFlags = header.defaultIsStatement() ? IS_STATEMENT : 0;
        startSequence();
    }

    private void startSequence() {
        address = 0;
        operationIndex = 0;
        file = 1;
        line = 1;
        column = 0;
        isa = 0;
        discriminator = 0;
        flags = firstFlags;
    }

    /**
     * Goes to the next row.
     *
     * @return whether there is one
     * @throws MalformedDataException if a rule of the format is broken
     */
    public boolean next() {
        if ((flags & END_SEQUENCE) != 0) {
            startSequence();
        }
        flags &= IS_STATEMENT;
        discriminator = 0;
        for (var opcode = cursor.u8OrEnd(); opcode >= 0; opcode = cursor.u8OrEnd()) {
            if (opcode >= opcodeBase) {
                runSpecial(opcode);
                return true;
            }
            if (opcode == 0 ? runExtended() : runStandard(opcode)) {
                return true;
            }
        }
        return false;
    }

    private void runSpecial(int opcode) {
        var adjusted = opcode - opcodeBase;
        var advance = operationAdvance(adjusted);
        line += lineBase + adjusted - advance * lineRange;
        advance(advance);
    }

    private int operationAdvance(int adjustedOpcode) {
        if (lineRange == 0) {
            throw cursor.malformed(cursor.position() - 1, "a special opcode, and the header has line_range 0");
        }
        return adjustedOpcode / lineRange;
    }

    private void advance(long operations) {
        if (operationsPerInstruction == 1) {
            address = address + minimumInstructionByteSize * operations & addressMask;
        } else {
            advanceByInstructions(operations);
        }
    }

    // DWARF 5 §6.2.5.1: a VLIW instruction has several operations.
    private void advanceByInstructions(long operations) {
        var sum = operationIndex + operations;
        var instructions = Long.divideUnsigned(sum, operationsPerInstruction);
        address = address + minimumInstructionByteSize * instructions & addressMask;
        operationIndex = (int) (sum - instructions * operationsPerInstruction);
    }

    /** {@return whether there is a row now} */
    private boolean runStandard(int opcode) {
        if (opcode > STANDARD.length) {
            for (var operand = header.operandCount(opcode); operand > 0; operand--) {
                cursor.uleb128();
            }
            return false;
        }
        switch (STANDARD[opcode - 1]) {
            case DW_LNS_copy -> {
                return true;
            }
            case DW_LNS_advance_pc -> advance(cursor.uleb128());
            case DW_LNS_advance_line -> line += (int) cursor.sleb128();
            case DW_LNS_set_file -> file = cursor.uleb128AsInt("file");
            case DW_LNS_set_column -> column = cursor.uleb128AsInt("column");
            case DW_LNS_negate_stmt -> flags ^= IS_STATEMENT;
            case DW_LNS_set_basic_block -> flags |= BASIC_BLOCK;
            case DW_LNS_const_add_pc -> advance(operationAdvance(255 - opcodeBase));
            case DW_LNS_fixed_advance_pc -> {
                address = address + cursor.u16() & addressMask;
                operationIndex = 0;
            }
            case DW_LNS_set_prologue_end -> flags |= PROLOGUE_END;
            case DW_LNS_set_epilogue_begin -> flags |= EPILOGUE_BEGIN;
            case DW_LNS_set_isa -> isa = cursor.uleb128AsInt("instruction set");
        }
        return false;
    }

    /** {@return whether there is a row now} */
    private boolean runExtended() {
        var start = cursor.position() - 1;
        var byteSize = cursor.uleb128();
        if (byteSize <= 0 || byteSize > cursor.remainingByteSize()) {
            throw cursor.malformed(
                    start,
                    "an extended opcode has %s bytes, %d are left"
                            .formatted(Long.toUnsignedString(byteSize), cursor.remainingByteSize()));
        }
        var end = cursor.position() + byteSize;
        var opcode = cursor.u8();
        var isRow = opcode >= 1 && opcode <= EXTENDED.length && runExtended(EXTENDED[opcode - 1], byteSize - 1);
        if (cursor.position() > end) {
            throw cursor.malformed(
                    start, "the extended opcode %d has more than its %d bytes".formatted(opcode, byteSize));
        }
        cursor.seek(end);
        return isRow;
    }

    private boolean runExtended(DwLineExtendedOpcode opcode, long operandByteSize) {
        switch (opcode) {
            case DW_LNE_end_sequence -> {
                flags |= END_SEQUENCE;
                return true;
            }
            case DW_LNE_set_address -> {
                if (operandByteSize != 4 && operandByteSize != 8) {
                    throw cursor.malformed(
                            cursor.position(), "an address of " + operandByteSize + " bytes is not known");
                }
                address = cursor.unsigned((int) operandByteSize) & addressMask;
                operationIndex = 0;
            }
            case DW_LNE_define_file -> {
                // DWARF 5 has reserved the number.
                if (header.encoding().version() < 5) {
                    defineFile();
                }
            }
            case DW_LNE_set_discriminator -> discriminator = cursor.uleb128AsInt("discriminator");
        }
        return false;
    }

    private void defineFile() {
        if (definedFiles == null) {
            definedFiles = header.files().toBuilder();
        }
        new LineNamesReader(header.unit(), cursor, header.encoding()).readFileOfVersion2(definedFiles);
    }

    /** {@return the files of the header, and those that the program has added so far} */
    public LineNames files() {
        return definedFiles == null ? header.files() : definedFiles.build();
    }

    /** {@return the address} */
    public long address() {
        return address;
    }

    /** {@return which operation of the instruction it is; 0 but for VLIW} */
    public int operationIndex() {
        return operationIndex;
    }

    /** {@return the number of the file in {@link #files}, where it need not be} */
    public int file() {
        return file;
    }

    /** {@return the line, from 1; 0 for code of no line; unsigned} */
    public int line() {
        return line;
    }

    /** {@return the column, from 1; 0 if it is not known} */
    public int column() {
        return column;
    }

    /** {@return the instruction set, by the numbers of the architecture's ABI} */
    public int isa() {
        return isa;
    }

    /** {@return the number of the block among those of the same line} */
    public int discriminator() {
        return discriminator;
    }

    /** {@return {@link #IS_STATEMENT} and its like, together} */
    public int flags() {
        return flags;
    }

    /** {@return where the next opcode is in {@code .debug_line}} */
    long position() {
        return cursor.position();
    }

    /** Makes the error for a broken rule at an offset of {@code .debug_line}. */
    MalformedDataException malformed(long offset, String rule) {
        return cursor.malformed(offset, rule);
    }
}
