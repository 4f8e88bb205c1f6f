package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

class LineTableTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int[] STANDARD_LENGTHS = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};

    // DWARF 5, table 7.25 ff.: the opcodes, spelled out here so that a test shows its bytes.
    private static final int COPY = 1;
    private static final int ADVANCE_PC = 2;
    private static final int ADVANCE_LINE = 3;
    private static final int SET_FILE = 4;
    private static final int SET_COLUMN = 5;
    private static final int NEGATE_STMT = 6;
    private static final int SET_BASIC_BLOCK = 7;
    private static final int CONST_ADD_PC = 8;
    private static final int FIXED_ADVANCE_PC = 9;
    private static final int SET_PROLOGUE_END = 10;
    private static final int SET_EPILOGUE_BEGIN = 11;
    private static final int SET_ISA = 12;

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

    private static SectionBuilder builder(Shape shape) {
        return new SectionBuilder(shape.order, shape.encoding.offsetByteSize());
    }

    /** {@return a line table with names by {@code names} and a program} */
    private static byte[] table(Shape shape, Part names, Part program) {
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

    private static Part names(int version) {
        return version < 5 ? LineTableTest::namesOfVersion2 : LineTableTest::namesOfVersion5;
    }

    private static void namesOfVersion2(SectionBuilder header) {
        header.string("/usr/include").string("lib").u8(0);
        header.string("a.c").uleb(0).uleb(0).uleb(0);
        header.string("stdio.h").uleb(1).uleb(300).uleb(4000);
        header.string("b.h").uleb(2).uleb(0).uleb(0).u8(0);
    }

    /** The names of {@link #namesOfVersion2}, all kinds of fields, and one of a vendor. */
    private static void namesOfVersion5(SectionBuilder header) {
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

    private static int[] digest(int first) {
        return IntStream.range(first, first + 16).toArray();
    }

    private static LineStrings strings() {
        return new LineStrings(
                slice("\0a.c\0stdio.h\0b.h\0".getBytes(StandardCharsets.UTF_8), LITTLE),
                slice("\0\0x.c\0".getBytes(StandardCharsets.UTF_8), LITTLE),
                index -> "string " + index);
    }

    private static ByteSlice slice(byte[] bytes, ByteOrder order) {
        return ByteSlice.of(".debug_line", bytes, order);
    }

    private static LineHeader header(byte[] bytes) {
        return LineHeader.parse(slice(bytes, LITTLE), 0, 8);
    }

    private static LineTable decode(byte[] bytes) {
        return LineTable.decode(header(bytes), ZeroAddress.IS_DEAD);
    }

    private static SectionBuilder setAddress(SectionBuilder program, long address) {
        return program.u8s(0, 9, 2).u64(address);
    }

    private static SectionBuilder endSequence(SectionBuilder program) {
        return program.u8s(0, 1, 1);
    }

    /** {@return the rows of a program of DWARF 4 that starts at 0x1000 and ends four bytes after the last row} */
    private static List<LineRow> rows(Shape shape, Part part) {
        return rowsOf(table(shape, names(shape.encoding.version()), program -> {
            setAddress(program, 0x1000);
            part.addTo(program);
            endSequence(program.u8(ADVANCE_PC).uleb(4));
        }));
    }

    private static List<LineRow> rowsOf(byte[] bytes) {
        var table = decode(bytes);
        return IntStream.range(0, table.rowCount()).mapToObj(table::row).toList();
    }

    private static LineRow row(long address, int file, int line) {
        return new LineRow(address, 0, file, line, 0, 0, 0, LineProgram.IS_STATEMENT);
    }

    static Stream<Arguments> shapes() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> IntStream.rangeClosed(2, 5)
                        .boxed()
                        .flatMap(version -> Stream.of(4, 8)
                                .flatMap(offset -> Stream.of(4, 8)
                                        .map(address -> Arguments.of(new Shape(
                                                order,
                                                new UnitEncoding(version, offset, address),
                                                1,
                                                1,
                                                14,
                                                STANDARD_LENGTHS))))));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyVersionFormatOrderAndAddressSizeIsRead(Shape shape) {
        var encoding = shape.encoding;
        var bytes = table(shape, names(encoding.version()), program -> {
            program.u8s(0, 1 + encoding.addressByteSize(), 2).number(0x1000, encoding.addressByteSize());
            program.u8(SET_FILE).uleb(2).u8(ADVANCE_LINE).sleb(299).u8(COPY);
            endSequence(program.u8(ADVANCE_PC).uleb(0x20));
        });
        var header = LineHeader.parse(slice(bytes, shape.order), 0, encoding.addressByteSize());

        assertThat(header.encoding()).isEqualTo(encoding);
        assertThat(header.endOffset()).isEqualTo(bytes.length);
        assertThat(header.files().endIndex() - header.files().firstIndex()).isEqualTo(3);
        assertThat(header.files().firstIndex()).isEqualTo(encoding.version() < 5 ? 1 : 0);
        assertThat(LineTable.decode(header, ZeroAddress.IS_DEAD).find(0x101f)).contains(row(0x1000, 2, 300));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void bytesCutOffAnywhereAreRejectedWithTheirPlace(Shape shape) {
        var whole = table(shape, names(shape.encoding.version()), program -> {
            program.u8s(0, 1 + shape.encoding.addressByteSize(), 2).number(0x1000, shape.encoding.addressByteSize());
            endSequence(program.u8(0x4b)
                    .u8(FIXED_ADVANCE_PC)
                    .u16(700)
                    .u8(ADVANCE_LINE)
                    .sleb(-70));
        });

        Damage.truncated(whole).forEach(bytes -> {
            var thrown = assertThrows(
                    MalformedDataException.class,
                    () -> LineHeader.parse(slice(bytes, shape.order), 0, shape.encoding.addressByteSize()));
            assertThat(thrown.offsetBytes()).isBetween(0L, (long) bytes.length);
        });
    }

    /** The length before is made to fit what was cut, so that the cut is noticed where it is. */
    @ParameterizedTest
    @MethodSource("shapes")
    void tablesThatEndTooEarlyAreRejectedOrEmpty(Shape shape) {
        var whole = table(shape, names(shape.encoding.version()), program -> {
            program.u8s(0, 1 + shape.encoding.addressByteSize(), 2).number(0x1000, shape.encoding.addressByteSize());
            program.u8(0x4b)
                    .u8(FIXED_ADVANCE_PC)
                    .u16(700)
                    .u8(ADVANCE_LINE)
                    .sleb(-70)
                    .u8(COPY);
        });
        var lengthByteSize = shape.encoding.offsetByteSize() == 8 ? 12 : 4;

        for (var end = lengthByteSize; end <= whole.length; end++) {
            var cut = builder(shape);
            var part = java.util.Arrays.copyOfRange(whole, lengthByteSize, end);
            cut.unit(unit -> {
                for (var value : part) {
                    unit.u8(value);
                }
            });
            // A cut before the first row is a shorter table, of nothing.
            assertThat(sequenceCount(cut.build(), shape)).isZero();
        }
    }

    private static int sequenceCount(byte[] bytes, Shape shape) {
        try {
            var header = LineHeader.parse(slice(bytes, shape.order), 0, shape.encoding.addressByteSize());
            return LineTable.decode(header, ZeroAddress.IS_DEAD).sequenceCount();
        } catch (MalformedDataException expected) {
            assertThat(expected.offsetBytes()).isBetween(0L, (long) bytes.length);
            return 0;
        }
    }

    @Test
    void damagedNumbersAreRejectedOrRead() {
        for (var version = 2; version <= 5; version++) {
            var whole = table(Shape.of(version), names(version), program -> {
                setAddress(program, 0x1000).u8(0x4b);
                endSequence(program.u8(0x4b));
            });
            Damage.extremes(whole, 0, whole.length).forEach(LineTableTest::readAll);
        }
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

    /** Reads all that can be read, or meets the one error that may come out. */
    static void readAll(byte[] bytes) {
        try {
            var table = decode(bytes);
            for (var names : List.of(table.header().directories(), table.files())) {
                for (var index = names.firstIndex(); index < names.endIndex(); index++) {
                    names.name(index, strings());
                    names.md5(index);
                    names.byteSize(index);
                }
            }
            for (var index = 0; index < table.sequenceCount(); index++) {
                table.findRow(table.sequence(index).startAddress());
                table.find(table.sequence(index).endAddress() - 1);
            }
            var files = new BitSet();
            files.set(1);
            table.rowsOf(files, 1).forEach(table::endAddress);
            table.nearestLine(files, 1);
            for (var index = table.files().firstIndex(); index < table.files().endIndex(); index++) {
                table.header().path(table.files(), index, strings(), "/work");
            }
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no line table.
        }
    }

    @Nested
    class Names {
        @Test
        void ofVersion2AreReadWithTheirNumbers() {
            var header = header(table(Shape.of(2), names(2), program -> {}));
            var files = header.files();

            assertThat(files.form()).isEqualTo(LineStringForm.IN_PLACE);
            assertThat(files.name(2, strings())).isEqualTo("stdio.h");
            assertThat(files.directoryIndex(2)).isEqualTo(1);
            assertThat(files.modificationTime(2)).hasValue(300);
            assertThat(files.byteSize(2)).hasValue(4000);
            assertThat(files.byteSize(1)).isEmpty();
            assertThat(files.md5(1)).isEmpty();
            assertThat(header.directories().name(1, strings())).isEqualTo("/usr/include");
        }

        @Test
        void ofVersion5AreReadByTheirFormats() {
            var header = header(table(Shape.of(5), names(5), program -> {}));
            var files = header.files();

            assertThat(header.directories().form()).isEqualTo(LineStringForm.IN_PLACE);
            assertThat(header.directories().name(0, strings())).isEqualTo("/work");
            assertThat(files.form()).isEqualTo(LineStringForm.LINE_STRING);
            assertThat(files.nameOffset(1)).isEqualTo(5);
            assertThat(files.name(2, strings())).isEqualTo("b.h");
            assertThat(files.directoryIndex(2)).isEqualTo(2);
            assertThat(files.modificationTime(1)).hasValue(300);
            assertThat(files.byteSize(1)).hasValue(4000);
            assertThat(files.byteSize(2)).hasValue(0);
            assertThat(files.md5(1))
                    .hasValueSatisfying(digest ->
                            assertThat(digest).startsWith(2, 3).endsWith(17).hasSize(16));
        }

        @Test
        void pathsAreJoinedFromWhatIsNotAbsolute() {
            for (var version : List.of(4, 5)) {
                var header = header(table(Shape.of(version), names(version), program -> {}));
                var first = header.files().firstIndex();

                assertThat(IntStream.range(first, first + 3)
                                .mapToObj(file -> header.path(header.files(), file, strings(), "/work")))
                        .containsExactly("/work/a.c", "/usr/include/stdio.h", "/work/lib/b.h");
            }
        }

        @Test
        void aDirectoryThatIsNotInTheTableIsRejectedWhenAPathIsAskedFor() {
            var header = header(table(
                    Shape.of(4),
                    names -> names.u8(0).string("a.c").uleb(7).uleb(0).uleb(0).u8(0),
                    program -> {}));

            assertThatThrownBy(() -> header.path(header.files(), 1, strings(), "/work"))
                    .hasMessage(".debug_line+0x0: file 1 is in directory 7, the table has 0");
        }

        @Test
        void everyFormOfANameIsRead() {
            assertThat(nameOf(0x08, names -> names.string("in.c"))).isEqualTo("in.c");
            assertThat(nameOf(0x1f, names -> names.offset(5))).isEqualTo("stdio.h");
            assertThat(nameOf(0x0e, names -> names.offset(2))).isEqualTo("x.c");
            assertThat(nameOf(0x1a, names -> names.uleb(300))).isEqualTo("string 300");
            assertThat(nameOf(0x25, names -> names.u8(200))).isEqualTo("string 200");
            assertThat(nameOf(0x26, names -> names.u16(0xfffe))).isEqualTo("string 65534");
            assertThat(nameOf(0x27, names -> names.number(0xfffffe, 3))).isEqualTo("string 16777214");
            assertThat(nameOf(0x28, names -> names.u32(0xffff_fffeL))).isEqualTo("string 4294967294");
        }

        private String nameOf(int form, Part name) {
            return header(table(
                            Shape.of(5),
                            names -> {
                                names.u8(0).uleb(0).u8(1).uleb(1).uleb(form).uleb(1);
                                name.addTo(names);
                            },
                            program -> {}))
                    .files()
                    .name(0, strings());
        }

        @Test
        void everyFormOfANumberIsRead() {
            assertThat(directoryOf(0x0b, names -> names.u8(200))).isEqualTo(200);
            assertThat(directoryOf(0x05, names -> names.u16(60000))).isEqualTo(60000);
            assertThat(directoryOf(0x06, names -> names.u32(70000))).isEqualTo(70000);
            assertThat(directoryOf(0x07, names -> names.u64(70000))).isEqualTo(70000);
            assertThat(directoryOf(0x0f, names -> names.uleb(300))).isEqualTo(300);
        }

        private int directoryOf(int form, Part directory) {
            return header(table(
                            Shape.of(5),
                            names -> {
                                names.u8(0)
                                        .uleb(0)
                                        .u8(2)
                                        .uleb(2)
                                        .uleb(form)
                                        .uleb(1)
                                        .uleb(0x08)
                                        .uleb(1);
                                directory.addTo(names);
                                names.string("x");
                            },
                            program -> {}))
                    .files()
                    .directoryIndex(0);
        }

        @Test
        void fieldsOfVendorsArePassedOverByTheirForm() {
            var forms = new int[] {
                0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x17, 0x1a, 0x1d, 0x1e,
                0x1f, 0x25, 0x26, 0x27, 0x28
            };
            var header = header(table(
                    Shape.of(5),
                    names -> {
                        names.u8(0).uleb(0).u8(forms.length + 1);
                        for (var form : forms) {
                            names.uleb(0x2005).uleb(form);
                        }
                        names.uleb(1).uleb(0x08).uleb(1);
                        names.u16(1)
                                .u8(7)
                                .u32(2)
                                .u16(7)
                                .u16(7)
                                .u32(7)
                                .u64(7)
                                .string("seven")
                                .uleb(1)
                                .u8(7)
                                .u8(1)
                                .u8(7);
                        names.u8(7)
                                .u8(1)
                                .sleb(-700)
                                .offset(7)
                                .uleb(700)
                                .offset(7)
                                .uleb(700)
                                .offset(7);
                        names.u64(7)
                                .u64(7)
                                .offset(7)
                                .u8(7)
                                .u16(7)
                                .number(7, 3)
                                .u32(7)
                                .string("x.c");
                    },
                    program -> {}));

            assertThat(header.files().name(0, strings())).isEqualTo("x.c");
        }

        @Test
        void aNumberThatIsNotInTheTableIsTheCallersMistake() {
            var files = header(table(Shape.of(5), names(5), program -> {})).files();

            assertThat(files.has(3)).isFalse();
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> files.nameOffset(3))
                    .withMessageContaining("number 3");
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> files.nameOffset(-1));
        }
    }

    @Nested
    class Opcodes {
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
            assertThat(rows.stream().map(LineRow::address))
                    .containsExactly(0x1010L, 0x1018L, 0x105cL, 0x1061L, 0x1071L);
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
                program.u8s(0, 3, 4)
                        .uleb(1000)
                        .u8(ADVANCE_LINE)
                        .sleb(-2)
                        .u8(COPY)
                        .u8(0x4b);
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
            var rows = rows(
                    Shape.of(4), program -> program.u8s(0, 5, 4, 7, 0, 0, 0).u8(COPY));

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

    @Nested
    class Sequences {
        private LineTable twoSequences(long first, long second) {
            return decode(table(Shape.of(4), names(4), program -> {
                endSequence(setAddress(program, first).u8(COPY).u8(0x4b).u8(0x4b));
                endSequence(setAddress(program, second).u8(COPY).u8(0x4b).u8(0x4b));
            }));
        }

        @Test
        void areInTheOrderOfTheirAddresses() {
            var table = twoSequences(0xffff_ffff_8100_0000L, 0x1000);

            assertThat(table.sequence(0)).isEqualTo(new LineSequence(0x1000, 0x1008, 4, 7));
            assertThat(table.sequence(1))
                    .isEqualTo(new LineSequence(0xffff_ffff_8100_0000L, 0xffff_ffff_8100_0008L, 0, 3));
        }

        @Test
        void answerForTheirAddressesOnly() {
            var table = twoSequences(0x1000, 0x2000);

            assertThat(table.find(0xfff)).isEmpty();
            assertThat(table.find(0x1000)).contains(row(0x1000, 1, 1));
            assertThat(table.find(0x1003)).contains(row(0x1000, 1, 1));
            assertThat(table.find(0x1007)).contains(row(0x1004, 1, 2));
            assertThat(table.find(0x1008)).isEmpty();
            assertThat(table.find(0x2004)).contains(row(0x2004, 1, 2));
        }

        @Test
        void ofDeadCodeAreLeftOut() {
            for (var dead : List.of(0L, -1L, -2L)) {
                var table = twoSequences(dead, 0x2000);

                assertThat(table.sequenceCount()).isEqualTo(1);
                assertThat(table.leftOutCount()).isEqualTo(1);
                assertThat(table.rowCount()).isEqualTo(4);
                assertThat(table.find(0)).isEmpty();
                assertThat(table.find(0x2000)).contains(row(0x2000, 1, 1));
            }
        }

        @Test
        void atZeroCountWhereCodeIs() {
            var bytes = table(
                    Shape.of(4),
                    names(4),
                    program -> endSequence(setAddress(program, 0).u8(COPY).u8(0x4b)));

            assertThat(LineTable.decode(header(bytes), ZeroAddress.IS_CODE).find(3))
                    .contains(row(0, 1, 1));
        }

        @Test
        void ofNoByteAreLeftOut() {
            var table = decode(table(
                    Shape.of(4),
                    names(4),
                    program -> endSequence(setAddress(program, 0x1000).u8(COPY))));

            assertThat(table.sequenceCount()).isZero();
            assertThat(table.leftOutCount()).isEqualTo(1);
        }

        @Test
        void mayOverlap() {
            var table = decode(table(Shape.of(4), names(4), program -> {
                endSequence(setAddress(program, 0x1000).u8(COPY).u8(ADVANCE_PC).uleb(0x100));
                endSequence(setAddress(program, 0x1010).u8(0x4b).u8(0x4b));
            }));

            assertThat(table.find(0x1015)).contains(row(0x1014, 1, 2));
            assertThat(table.find(0x1080)).contains(row(0x1000, 1, 1));
        }

        @Test
        void whoseRowsAreInNoOrderArePutInOrder() {
            var table = decode(table(Shape.of(4), names(4), program -> {
                setAddress(program, 0x1010).u8s(0, 2, 4, 9).u8(COPY);
                setAddress(program, 0x1000).u8(ADVANCE_LINE).sleb(4).u8(COPY);
                endSequence(setAddress(program, 0x1020));
            }));

            assertThat(table.find(0x1001)).contains(row(0x1000, 1, 5));
            assertThat(table.find(0x1011)).map(LineRow::discriminator).contains(9);
            assertThat(table.sequence(0)).isEqualTo(new LineSequence(0x1000, 0x1020, 0, 2));
        }

        @Test
        void leftOutLeaveNothingBehind() {
            var table = decode(table(Shape.of(4), names(4), program -> {
                setAddress(program, 0).u8(SET_ISA).uleb(3).u8s(0, 2, 4, 9).u8(COPY);
                endSequence(program.u8(0x4b).u8(0x4b));
                endSequence(setAddress(program, 0x1000).u8(COPY).u8(0x4b).u8(0x4b));
            }));

            assertThat(table.row(0)).isEqualTo(row(0x1000, 1, 1));
        }

        @Test
        void ofSeveralRowsOfAnAddressTheLastHasTheCode() {
            var rows = table(Shape.of(4), names(4), program -> {
                setAddress(program, 0x1000).u8(COPY).u8(ADVANCE_LINE).sleb(6).u8(COPY);
                endSequence(program.u8(ADVANCE_PC).uleb(1));
            });

            assertThat(decode(rows).find(0x1000)).contains(row(0x1000, 1, 7));
        }
    }

    @Nested
    class Lines {
        /** Lines 1, 1, 2, 1 of file 1, each of 4 bytes; then line 2 with no byte, then line 9. */
        private final LineTable table = decode(table(Shape.of(4), names(4), program -> {
            setAddress(program, 0x1000).u8(COPY).u8(0x4a).u8(0x4b).u8(0x49);
            program.u8(ADVANCE_PC)
                    .uleb(4)
                    .u8(ADVANCE_LINE)
                    .sleb(1)
                    .u8(COPY)
                    .u8(ADVANCE_LINE)
                    .sleb(7)
                    .u8(COPY);
            endSequence(program.u8(ADVANCE_PC).uleb(4));
        }));

        private static BitSet file(int number) {
            var files = new BitSet();
            files.set(number);
            return files;
        }

        @Test
        void haveRowsWhereTheirCodeBegins() {
            assertThat(table.rowsOf(file(1), 1).mapToObj(row -> table.row(row).address()))
                    .containsExactly(0x1000L, 0x100cL);
            assertThat(table.rowsOf(file(1), 2).mapToObj(row -> table.row(row).address()))
                    .containsExactly(0x1008L);
            assertThat(table.rowsOf(file(2), 1)).isEmpty();
            assertThat(table.endAddress(3)).isEqualTo(0x1010);
        }

        @Test
        void withoutCodeHaveANearestOneThatHasSome() {
            assertThat(table.nearestLine(file(1), 2)).hasValue(2);
            assertThat(table.nearestLine(file(1), 3)).hasValue(9);
            assertThat(table.nearestLine(file(1), 10)).isEmpty();
            assertThat(table.nearestLine(file(2), 1)).isEmpty();
        }
    }

    @Nested
    class Broken {
        private void isRejected(byte[] bytes, String message) {
            assertThatThrownBy(() -> decode(bytes))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".debug_line+" + message);
        }

        private byte[] with(byte[] bytes, int at, int value) {
            bytes[at] = (byte) value;
            return bytes;
        }

        private byte[] sound(int version) {
            return table(Shape.of(version), names(version), program -> {});
        }

        private byte[] opcodes(int... bytes) {
            return table(Shape.of(4), names -> names.u8(0).u8(0), program -> program.u8s(bytes));
        }

        @Test
        void headersAreRejectedAtTheByte() {
            isRejected(with(sound(4), 4, 6), "0x4: version 6 of a line table is not known");
            isRejected(with(sound(4), 4, 1), "0x4: version 1 of a line table is not known");
            isRejected(with(sound(5), 6, 3), "0x6: an address of 3 bytes is not known");
            isRejected(with(sound(5), 7, 4), "0x7: addresses with segments are not known");
            isRejected(with(sound(4), 11, 0), "0xb: an instruction has no operations");
            isRejected(with(sound(4), 15, 0), "0xf: the first special opcode is 0, which is no opcode");
            isRejected(with(sound(4), 6, 1), "0xb: the program starts here, the header goes on to 0x4a");
        }

        @Test
        void lengthsThatDoNotFitAreRejected() {
            isRejected(
                    new SectionBuilder(LITTLE, 4).u32(100).u16(4).build(), "0x0: the unit has 100 bytes, 2 are left");
            isRejected(
                    new SectionBuilder(LITTLE, 4).u32(0xffff_fff3L).build(),
                    "0x0: the unit length 0xfffffff3 is reserved");
            isRejected(
                    new SectionBuilder(LITTLE, 8).u32(0xffff_ffffL).u64(-1).build(),
                    "0x0: the unit has 18446744073709551615 bytes, 0 are left");
            isRejected(
                    new SectionBuilder(LITTLE, 4)
                            .unit(unit -> unit.u16(4).u32(1))
                            .build(),
                    "0x6: the header has 1 bytes, 0 are left");
        }

        @Test
        void tablesOfNamesAreRejectedAtTheByte() {
            isRejected(entries(names -> names.u8(0).uleb(2)), "0x1e: the entries have no names");
            isRejected(entries(names -> names.u8(1).uleb(1).uleb(0x0b)), "0x20: form 0xb cannot hold a name");
            isRejected(entries(names -> names.u8(2).uleb(1).uleb(8).uleb(1).uleb(8)), "0x22: an entry has two names");
            isRejected(
                    entries(names -> names.u8(1).uleb(1).uleb(8).uleb(-1)),
                    "0x21: 18446744073709551615 entries cannot be in 0 bytes");
            isRejected(
                    entries(names ->
                            names.u8(2).uleb(1).uleb(8).uleb(2).uleb(8).uleb(1).string("")),
                    "0x25: form 0x8 has no place in a line table");
            isRejected(
                    entries(names ->
                            names.u8(2).uleb(5).uleb(6).uleb(1).uleb(8).uleb(1).u8(0)),
                    "0x24: form 0x6 has no place in a line table");
            isRejected(
                    entries(names -> names.u8(2)
                            .uleb(0x2001)
                            .uleb(0x16)
                            .uleb(1)
                            .uleb(8)
                            .uleb(1)
                            .u8(0)),
                    "0x25: form 0x16 has no place in a line table");
        }

        private byte[] entries(Part part) {
            return table(Shape.of(5), part, program -> {});
        }

        @Test
        void offsetsOver4GibAreRejected() {
            var shape = new Shape(LITTLE, new UnitEncoding(5, 8, 8), 1, 1, 14, STANDARD_LENGTHS);
            var bytes =
                    table(shape, names -> names.u8(1).uleb(1).uleb(0x1f).uleb(1).u64(0x1_0000_0000L), program -> {});

            isRejected(bytes, "0x2e: offset 0x100000000 is over 4 GiB");
        }

        @Test
        void programsAreRejectedAtTheOpcode() {
            isRejected(opcodes(0, 0), "0x1e: an extended opcode has 0 bytes, 0 are left");
            isRejected(opcodes(0, 9, 2), "0x1e: an extended opcode has 9 bytes, 1 are left");
            isRejected(opcodes(0, 3, 2, 1, 2), "0x21: an address of 2 bytes is not known");
            isRejected(opcodes(0, 2, 4, 0x80, 1), "0x1e: the extended opcode 4 has more than its 2 bytes");
            isRejected(opcodes(SET_FILE, 0xff, 0xff, 0xff, 0xff, 0x0f), "0x1f: file 4294967295 is too large");
            isRejected(opcodes(0x4b), "0x1f: the last sequence has no end");
            isRejected(
                    opcodes(ADVANCE_PC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2),
                    "0x1f: the LEB128 number has more than 64 bits");
        }

        @Test
        void specialOpcodesNeedALineRange() {
            isRejected(with(opcodes(0x4b), 14, 0), "0x1e: a special opcode, and the header has line_range 0");
            isRejected(with(opcodes(CONST_ADD_PC), 14, 0), "0x1e: a special opcode, and the header has line_range 0");
        }

        @Test
        void placesCountFromTheStartOfTheSection() {
            var bytes = new SectionBuilder(LITTLE, 4);
            bytes.u64(0);
            for (var value : opcodes(0, 0)) {
                bytes.u8(value);
            }

            assertThatThrownBy(() ->
                            LineTable.decode(LineHeader.parse(slice(bytes.build(), LITTLE), 8, 8), ZeroAddress.IS_DEAD))
                    .hasMessageStartingWith(".debug_line+0x26: ");
        }
    }
}
