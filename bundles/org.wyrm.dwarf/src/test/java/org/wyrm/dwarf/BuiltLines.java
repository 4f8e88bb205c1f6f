package org.wyrm.dwarf;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** Line tables for tests, of each version, and what is read of them. */
final class BuiltLines {
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    static final int[] STANDARD_LENGTHS = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};

    // DWARF 5, table 7.25 ff.: the opcodes, spelled out here so that a test shows its bytes.
    static final int COPY = 1;
    static final int ADVANCE_PC = 2;
    static final int ADVANCE_LINE = 3;
    static final int SET_FILE = 4;
    static final int SET_COLUMN = 5;
    static final int NEGATE_STMT = 6;
    static final int SET_BASIC_BLOCK = 7;
    static final int CONST_ADD_PC = 8;
    static final int FIXED_ADVANCE_PC = 9;
    static final int SET_PROLOGUE_END = 10;
    static final int SET_EPILOGUE_BEGIN = 11;
    static final int SET_ISA = 12;

    private BuiltLines() {}

    /** The header's numbers that a test may want otherwise. */
    record Shape(
            ByteOrder order,
            UnitEncoding encoding,
            int minimumInstruction,
            int maximumOperations,
            int lineRange,
            int[] opcodeLengths) {
        static Shape of(int version) {
            return new Shape(LITTLE, new UnitEncoding(version, 4, 8), 1, 1, 14, STANDARD_LENGTHS);
        }

        Shape withOpcodeLengths(int... lengths) {
            return new Shape(order, encoding, minimumInstruction, maximumOperations, lineRange, lengths);
        }
    }

    static SectionBuilder builder(Shape shape) {
        return new SectionBuilder(shape.order, shape.encoding.offsetByteSize());
    }

    /** {@return a line table with names by {@code names} and a program} */
    static byte[] table(Shape shape, Part names, Part program) {
        var version = shape.encoding.version();
        return builder(shape)
                .unit(unit -> {
                    unit.u16(version);
                    if (version >= 5) {
                        unit.u8(shape.encoding.addressByteSize()).u8(0);
                    }
                    unit.withLength(header -> {
                        header.u8(shape.minimumInstruction);
                        if (version >= 4) {
                            header.u8(shape.maximumOperations);
                        }
                        header.u8(1).u8(-5).u8(shape.lineRange).u8(shape.opcodeLengths.length + 1);
                        header.u8s(shape.opcodeLengths);
                        names.addTo(header);
                    });
                    program.addTo(unit);
                })
                .build();
    }

    static Part names(int version) {
        return version < 5 ? BuiltLines::namesOfVersion2 : BuiltLines::namesOfVersion5;
    }

    static void namesOfVersion2(SectionBuilder header) {
        header.string("/usr/include").string("lib").u8(0);
        header.string("a.c").uleb(0).uleb(0).uleb(0);
        header.string("stdio.h").uleb(1).uleb(300).uleb(4000);
        header.string("b.h").uleb(2).uleb(0).uleb(0).u8(0);
    }

    /** The names of {@link #namesOfVersion2}, all kinds of fields, and one of a vendor. */
    static void namesOfVersion5(SectionBuilder header) {
        header.u8(1).uleb(1).uleb(0x08); // DW_LNCT_path as DW_FORM_string
        header.uleb(3).string("/work").string("/usr/include").string("lib");
        header.u8(6);
        header.uleb(1).uleb(0x1f); // DW_LNCT_path as DW_FORM_line_strp
        header.uleb(2).uleb(0x0b); // DW_LNCT_directory_index as DW_FORM_data1
        header.uleb(3).uleb(0x06); // DW_LNCT_timestamp as DW_FORM_data4
        header.uleb(4).uleb(0x0f); // DW_LNCT_size as DW_FORM_udata
        header.uleb(5).uleb(0x1e); // DW_LNCT_MD5 as DW_FORM_data16
        header.uleb(0x2001).uleb(0x0a); // DW_LNCT_LLVM_source as DW_FORM_block1
        header.uleb(3);
        header.offset(1).u8(0).u32(0).uleb(0).u8s(digest(1)).u8(2).u8s(9, 9);
        header.offset(5).u8(1).u32(300).uleb(4000).u8s(digest(2)).u8(0);
        header.offset(13).u8(2).u32(0).uleb(0).u8s(digest(3)).u8(1).u8(9);
    }

    static int[] digest(int first) {
        return IntStream.range(first, first + 16).toArray();
    }

    static LineStrings strings() {
        return new LineStrings(
                slice("\0a.c\0stdio.h\0b.h\0".getBytes(StandardCharsets.UTF_8), LITTLE),
                slice("\0\0x.c\0".getBytes(StandardCharsets.UTF_8), LITTLE),
                index -> "string " + index);
    }

    static ByteSlice slice(byte[] bytes, ByteOrder order) {
        return ByteSlice.of(".debug_line", bytes, order);
    }

    static LineHeader header(byte[] bytes) {
        return LineHeader.parse(slice(bytes, LITTLE), 0, 8);
    }

    static LineTable decode(byte[] bytes) {
        return LineTable.decode(header(bytes), ZeroAddress.IS_DEAD);
    }

    static SectionBuilder setAddress(SectionBuilder program, long address) {
        return program.u8s(0, 9, 2).u64(address);
    }

    static SectionBuilder endSequence(SectionBuilder program) {
        return program.u8s(0, 1, 1);
    }

    /** {@return the rows of a program of DWARF 4 that starts at 0x1000 and ends four bytes after the last row} */
    static List<LineRow> rows(Shape shape, Part part) {
        return rowsOf(table(shape, names(shape.encoding.version()), program -> {
            setAddress(program, 0x1000);
            part.addTo(program);
            endSequence(program.u8(ADVANCE_PC).uleb(4));
        }));
    }

    static List<LineRow> rowsOf(byte[] bytes) {
        var table = decode(bytes);
        return IntStream.range(0, table.rowCount()).mapToObj(table::row).toList();
    }

    static LineRow row(long address, int file, int line) {
        return new LineRow(address, 0, file, line, 0, 0, 0, LineProgram.IS_STATEMENT);
    }

    /** {@return a line table with names, and a program with each opcode} */
    static byte[] sound(int version) {
        return table(Shape.of(version), names(version), program -> {
            setAddress(program, 0x1000)
                    .u8(SET_FILE)
                    .uleb(2)
                    .u8(SET_COLUMN)
                    .uleb(500)
                    .u8(NEGATE_STMT);
            program.u8(SET_ISA).uleb(2).u8(SET_BASIC_BLOCK).u8(SET_PROLOGUE_END).u8(SET_EPILOGUE_BEGIN);
            program.u8s(0, 3, 4)
                    .uleb(1000)
                    .u8(ADVANCE_LINE)
                    .sleb(-200)
                    .u8(COPY)
                    .u8(0x4b)
                    .u8(CONST_ADD_PC);
            program.u8(0).block(op -> op.u8(3).string("new.c").uleb(2).uleb(0).uleb(9));
            endSequence(
                    program.u8(FIXED_ADVANCE_PC).u16(5).u8(COPY).u8(ADVANCE_PC).uleb(300));
            endSequence(setAddress(program, 0x800).u8(0x4b).u8(0x4b));
        });
    }
}
