package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.BuiltLines.*;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What each opcode of a line program does. */
class LineProgramTest {
    @Test
    void aSpecialOneAdvancesAddressAndLine() {
        // 0x4b - 13 = 62 = 4 * 14 + 6: 4 bytes and -5 + 6 lines on.
        assertThat(rows(Shape.of(4), program -> program.u8(0x4b).u8(13)))
                .startsWith(row(0x1004, 1, 2), row(0x1004, 1, -3))
                .hasSize(3);
    }

    @Test
    void instructionsAreMultiplied() {
        var shape = new Shape(LITTLE, new UnitEncoding(4, 4, 8), 4, 1, 14, STANDARD_LENGTHS);

        var rows = rows(shape, program -> {
            program.u8(0x4b).u8(ADVANCE_PC).uleb(2).u8(COPY);
            program.u8(CONST_ADD_PC).u8(COPY).u8(FIXED_ADVANCE_PC).u16(5).u8(COPY);
        });

        // (255 - 13) / 14 is 17; a fixed advance is not multiplied.
        assertThat(rows.stream().map(LineRow::address)).containsExactly(0x1010L, 0x1018L, 0x105cL, 0x1061L, 0x1071L);
    }

    @Test
    void ofInstructionsWithSeveralOperationsCountThem() {
        var shape = new Shape(LITTLE, new UnitEncoding(4, 4, 8), 16, 3, 14, STANDARD_LENGTHS);

        var rows = rows(shape, program -> {
            program.u8(0x4b).u8(ADVANCE_PC).uleb(4).u8(COPY);
            program.u8(CONST_ADD_PC).u8(COPY).u8(FIXED_ADVANCE_PC).u16(16).u8(COPY);
        });

        assertThat(rows.stream().map(row -> row.address() + ":" + row.operationIndex()))
                .containsExactly("4112:1", "4128:2", "4224:1", "4240:0", "4256:1");
    }

    @Test
    void setTheRegisters() {
        var rows = rows(Shape.of(4), program -> {
            program.u8(SET_FILE)
                    .uleb(300)
                    .u8(SET_COLUMN)
                    .uleb(500)
                    .u8(NEGATE_STMT)
                    .u8(SET_ISA)
                    .uleb(2);
            program.u8(SET_BASIC_BLOCK).u8(SET_PROLOGUE_END).u8(SET_EPILOGUE_BEGIN);
            program.u8s(0, 3, 4).uleb(1000).u8(ADVANCE_LINE).sleb(-2).u8(COPY).u8(0x4b);
        });

        assertThat(rows.get(0))
                .isEqualTo(new LineRow(
                        0x1000,
                        0,
                        300,
                        -1,
                        500,
                        1000,
                        2,
                        LineProgram.BASIC_BLOCK | LineProgram.PROLOGUE_END | LineProgram.EPILOGUE_BEGIN));
        assertThat(rows.get(0).isPrologueEnd()).isTrue();
        assertThat(rows.get(1)).isEqualTo(new LineRow(0x1004, 0, 300, 0, 500, 0, 2, 0));
        assertThat(rows.get(2).isEndOfSequence()).isTrue();
    }

    @Test
    void startEachSequenceAnew() {
        var bytes = table(Shape.of(4), names(4), program -> {
            setAddress(program, 0x2000)
                    .u8(SET_FILE)
                    .uleb(3)
                    .u8(SET_COLUMN)
                    .uleb(5)
                    .u8(NEGATE_STMT);
            endSequence(program.u8s(0, 2, 4).u8(7).u8(0x4b).u8(0x4b));
            setAddress(program, 0x1000);
            endSequence(program.u8(0x4b).u8(0x4b));
        });

        assertThat(decode(bytes).find(0x1004)).contains(row(0x1004, 1, 2));
        assertThat(decode(bytes).find(0x2004)).map(LineRow::discriminator).contains(7);
    }

    @Test
    void ofVendorsArePassedOverByTheirLengths() {
        var shape = Shape.of(4).withOpcodeLengths(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2);

        var rows = rows(shape, program -> {
            program.u8(13)
                    .uleb(1000)
                    .uleb(0x4b)
                    .u8s(0, 4, 0x80, COPY, COPY, COPY)
                    .u8s(0, 1, 0xff);
            program.u8(COPY);
        });

        assertThat(rows).hasSize(2).startsWith(row(0x1000, 1, 1));
    }

    @Test
    void fewerThanTheStandardOnesLeaveMoreSpecialOnes() {
        // DWARF 2 had nine: here 10 is the first special opcode, and not DW_LNS_set_prologue_end.
        var shape = Shape.of(2).withOpcodeLengths(0, 1, 1, 1, 1, 0, 0, 0, 1);

        assertThat(rows(shape, program -> program.u8(10))).startsWith(row(0x1000, 1, -4));
    }

    @Test
    void knownExtendedOnesMayBeLonger() {
        var rows = rows(Shape.of(4), program -> program.u8s(0, 5, 4, 7, 0, 0, 0).u8(COPY));

        assertThat(rows.get(0).discriminator()).isEqualTo(7);
    }

    @Test
    void defineFiles() {
        var table = decode(table(Shape.of(4), names(4), program -> {
            setAddress(program, 0x1000)
                    .u8(0)
                    .block(op -> op.u8(3).string("new.c").uleb(2).uleb(0).uleb(9));
            endSequence(program.u8(SET_FILE).uleb(4).u8(COPY).u8(0x4b));
        }));

        assertThat(table.files().name(4, strings())).isEqualTo("new.c");
        assertThat(table.files().byteSize(4)).hasValue(9);
        assertThat(table.files().name(1, strings())).isEqualTo("a.c");
        assertThat(table.header().files().has(4)).isFalse();
    }

    @Test
    void defineFilesAlsoWhereTheHeaderHasNone() {
        var table = decode(table(Shape.of(4), names -> names.u8(0).u8(0), program -> {
            setAddress(program, 0x1000)
                    .u8(0)
                    .block(op -> op.u8(3).string("new.c").uleb(2).uleb(0).uleb(9));
            endSequence(program.u8(COPY).u8(0x4b));
        }));

        assertThat(table.files().name(1, strings())).isEqualTo("new.c");
        assertThat(table.files().directoryIndex(1)).isEqualTo(2);
    }

    @Test
    void addressesOfFourBytesWrap() {
        var shape = new Shape(LITTLE, new UnitEncoding(4, 4, 4), 1, 1, 14, STANDARD_LENGTHS);
        var bytes = table(
                shape,
                names(4),
                program -> program.u8s(0, 5, 2)
                        .u32(0xffff_fff0L)
                        .u8(COPY)
                        .u8(FIXED_ADVANCE_PC)
                        .u16(0x20)
                        .u8(COPY));
        var program = new LineProgram(LineHeader.parse(slice(bytes, LITTLE), 0, 4));
        var addresses = new ArrayList<Long>();
        while (program.next()) {
            addresses.add(program.address());
        }

        assertThat(addresses).containsExactly(0xffff_fff0L, 0x10L);
    }
}
