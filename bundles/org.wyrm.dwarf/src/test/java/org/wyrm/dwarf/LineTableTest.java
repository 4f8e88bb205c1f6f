package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.wyrm.dwarf.BuiltLines.*;

import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;

class LineTableTest {
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
        var encoding = shape.encoding();
        var bytes = table(shape, names(encoding.version()), program -> {
            program.u8s(0, 1 + encoding.addressByteSize(), 2).number(0x1000, encoding.addressByteSize());
            program.u8(SET_FILE).uleb(2).u8(ADVANCE_LINE).sleb(299).u8(COPY);
            endSequence(program.u8(ADVANCE_PC).uleb(0x20));
        });
        var header = LineHeader.parse(slice(bytes, shape.order()), 0, encoding.addressByteSize());

        assertThat(header.encoding()).isEqualTo(encoding);
        assertThat(header.endOffset()).isEqualTo(bytes.length);
        assertThat(header.files().endIndex() - header.files().firstIndex()).isEqualTo(3);
        assertThat(header.files().firstIndex()).isEqualTo(encoding.version() < 5 ? 1 : 0);
        assertThat(LineTable.decode(header, ZeroAddress.IS_DEAD).find(0x101f)).contains(row(0x1000, 2, 300));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void bytesCutOffAnywhereAreRejectedWithTheirPlace(Shape shape) {
        var whole = table(shape, names(shape.encoding().version()), program -> {
            program.u8s(0, 1 + shape.encoding().addressByteSize(), 2)
                    .number(0x1000, shape.encoding().addressByteSize());
            endSequence(program.u8(0x4b)
                    .u8(FIXED_ADVANCE_PC)
                    .u16(700)
                    .u8(ADVANCE_LINE)
                    .sleb(-70));
        });

        Damage.truncated(whole).forEach(bytes -> {
            var thrown = assertThrows(
                    MalformedDataException.class,
                    () -> LineHeader.parse(
                            slice(bytes, shape.order()), 0, shape.encoding().addressByteSize()));
            assertThat(thrown.offsetBytes()).isBetween(0L, (long) bytes.length);
        });
    }

    /** The length before is made to fit what was cut, so that the cut is noticed where it is. */
    @ParameterizedTest
    @MethodSource("shapes")
    void tablesThatEndTooEarlyAreRejectedOrEmpty(Shape shape) {
        var whole = table(shape, names(shape.encoding().version()), program -> {
            program.u8s(0, 1 + shape.encoding().addressByteSize(), 2)
                    .number(0x1000, shape.encoding().addressByteSize());
            program.u8(0x4b)
                    .u8(FIXED_ADVANCE_PC)
                    .u16(700)
                    .u8(ADVANCE_LINE)
                    .sleb(-70)
                    .u8(COPY);
        });
        var lengthByteSize = shape.encoding().offsetByteSize() == 8 ? 12 : 4;

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
            var header = LineHeader.parse(
                    slice(bytes, shape.order()), 0, shape.encoding().addressByteSize());
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
}
