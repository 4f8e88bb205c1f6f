package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.util.List;
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

class RangeListsTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final UnitEncoding VERSION_4 = new UnitEncoding(4, 4, 8);
    private static final UnitEncoding VERSION_5 = new UnitEncoding(5, 4, 8);

    static Stream<Arguments> encodings() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(4, 8)
                        .flatMap(offset -> Stream.of(4, 8)
                                .flatMap(address -> Stream.of(4, 5)
                                        .map(version ->
                                                Arguments.of(order, new UnitEncoding(version, offset, address))))));
    }

    private static byte[] bytes(ByteOrder order, UnitEncoding encoding, Part part) {
        var builder = new SectionBuilder(order, encoding.offsetByteSize());
        part.addTo(builder);
        return builder.build();
    }

    private static ByteSlice section(ByteOrder order, byte[] bytes) {
        return ByteSlice.of(".debug_rnglists", bytes, order);
    }

    /** {@return the addresses 0x1000, 0x1080 and 0 of a unit} */
    static AddressTable addresses(ByteOrder order, UnitEncoding encoding) {
        var size = encoding.addressByteSize();
        var bytes = bytes(
                order,
                encoding,
                section -> section.unit(unit -> unit.u16(5)
                        .u8(size)
                        .u8(0)
                        .number(0x1000, size)
                        .number(0x1080, size)
                        .number(0, size)));
        var base = encoding.offsetByteSize() == 4 ? 8 : 16;
        return AddressTable.of(
                ByteSlice.of(".debug_addr", bytes, order), base, new UnitEncoding(5, encoding.offsetByteSize(), size));
    }

    private static RangeLists lists(ByteOrder order, UnitEncoding encoding, byte[] bytes) {
        return new RangeLists(section(order, bytes), encoding, addresses(order, encoding), ZeroAddress.IS_DEAD);
    }

    private static String read(UnitEncoding encoding, Part part) {
        return lists(LITTLE, encoding, bytes(LITTLE, encoding, part))
                .read(0, 0x100)
                .toString();
    }

    /** {@return a list of every kind of entry} */
    static byte[] everyKind(ByteOrder order, UnitEncoding encoding) {
        return bytes(order, encoding, list -> everyKind(list, encoding));
    }

    /** Every kind of entry, of ranges that follow one another from 0x1000 on. */
    private static void everyKind(SectionBuilder list, UnitEncoding encoding) {
        var size = encoding.addressByteSize();
        if (encoding.version() < 5) {
            list.number(0xf00, size).number(0xf10, size);
            list.number(-1, size).number(0x1000, size).number(0x10, size).number(0x20, size);
            list.number(0, size).number(0, size);
        } else {
            list.u8(4).uleb(0xf00).uleb(0xf10); // DW_RLE_offset_pair, from the unit's base
            list.u8(5).number(0x1000, size).u8(4).uleb(0x10).uleb(0x20); // DW_RLE_base_address
            list.u8(1).uleb(1).u8(4).uleb(0).uleb(0x10); // DW_RLE_base_addressx
            list.u8(2).uleb(0).uleb(1); // DW_RLE_startx_endx
            list.u8(3).uleb(1).uleb(0x200); // DW_RLE_startx_length
            list.u8(6).number(0x2000, size).number(0x2010, size); // DW_RLE_start_end
            list.u8(7).number(0x3000, size).uleb(0x10); // DW_RLE_start_length
            list.u8(0);
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void everyKindOfEntryIsRead(ByteOrder order, UnitEncoding encoding) {
        var ranges = lists(order, encoding, bytes(order, encoding, list -> everyKind(list, encoding)))
                .read(0, 0x100);

        assertThat(ranges.toString())
                .isEqualTo(
                        encoding.version() < 5
                                ? "[0x1000, 0x1010) [0x1010, 0x1020)"
                                : "[0x1000, 0x1010) [0x1010, 0x1020) [0x1080, 0x1090) [0x1000, 0x1080)"
                                        + " [0x1080, 0x1280) [0x2000, 0x2010) [0x3000, 0x3010)");
        assertThat(ranges.contains(0x101f)).isTrue();
        assertThat(ranges.contains(0xfff)).isFalse();
        assertThat(ranges.contains(0x3010)).isFalse();
        assertThat(ranges.start(1)).isEqualTo(0x1010);
        assertThat(ranges.end(ranges.count() - 1)).isEqualTo(encoding.version() < 5 ? 0x1020 : 0x3010);
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void listsCutOffAnywhereAreRejectedWithTheirPlace(ByteOrder order, UnitEncoding encoding) {
        var whole = bytes(order, encoding, list -> everyKind(list, encoding));

        Damage.truncated(whole).forEach(bytes -> {
            var thrown = assertThrows(
                    MalformedDataException.class,
                    () -> lists(order, encoding, bytes).read(0, 0x100));
            assertThat(thrown.offsetBytes()).isBetween(0L, (long) bytes.length);
        });
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void damagedNumbersAreRejectedOrRead(ByteOrder order, UnitEncoding encoding) {
        var whole = bytes(order, encoding, list -> everyKind(list, encoding));

        Damage.extremes(whole, 0, whole.length).forEach(bytes -> {
            try {
                lists(order, encoding, bytes).read(0, 0x100);
            } catch (MalformedDataException expected) {
                assertThat(expected.offsetBytes()).isGreaterThanOrEqualTo(0);
            }
        });
    }

    @Nested
    class WhatIsLeftOut {
        @Test
        void areRangesOfNoByte() {
            assertThat(read(
                            VERSION_5,
                            list -> list.u8(4)
                                    .uleb(5)
                                    .uleb(5)
                                    .u8(4)
                                    .uleb(6)
                                    .uleb(7)
                                    .u8(0)))
                    .isEqualTo("[0x106, 0x107)");
            assertThat(read(VERSION_4, list -> list.u64(1).u64(1).u64(0).u64(0)))
                    .isEmpty();
        }

        @Test
        void areRangesWithADeadStart() {
            for (var dead : List.of(0L, -1L, -2L)) {
                assertThat(read(VERSION_5, list -> list.u8(7).u64(dead).uleb(1).u8(0)))
                        .isEmpty();
            }
        }

        @Test
        void areRangesRelativeToADeadBase() {
            for (var dead : List.of(0L, -1L, -2L)) {
                assertThat(read(
                                VERSION_5,
                                list -> list.u8(5)
                                        .u64(dead)
                                        .u8(4)
                                        .uleb(16)
                                        .uleb(17)
                                        .u8(0)))
                        .isEmpty();
            }
            assertThat(read(
                            VERSION_5,
                            list -> list.u8(1).uleb(2).u8(4).uleb(16).uleb(17).u8(0)))
                    .isEmpty();
        }

        @Test
        void areNotPairsAfterABaseOfZeroBeforeVersion5() {
            assertThat(read(
                            VERSION_4,
                            list -> list.u64(-1)
                                    .u64(0)
                                    .u64(0x50)
                                    .u64(0x60)
                                    .u64(0)
                                    .u64(0)))
                    .isEqualTo("[0x50, 0x60)");
        }

        @Test
        void isNotWhatIsAtZeroWhereCodeIs() {
            var bytes =
                    bytes(LITTLE, VERSION_5, list -> list.u8(7).u64(0).uleb(1).u8(0));
            var lists = new RangeLists(section(LITTLE, bytes), VERSION_5, AddressTable.none(), ZeroAddress.IS_CODE);

            assertThat(lists.read(0, 0).toString()).isEqualTo("[0x0, 0x1)");
        }
    }

    @Nested
    class Broken {
        @Test
        void listsAreRejectedAtTheEntry() {
            assertThatThrownBy(() ->
                            read(VERSION_5, list -> list.u8(4).uleb(5).uleb(6).u8(8)))
                    .hasMessage(".debug_rnglists+0x3: kind 0x8 of a range list entry is not known");
            assertThatThrownBy(() ->
                            read(VERSION_5, list -> list.u8(4).uleb(6).uleb(5).u8(0)))
                    .hasMessage(".debug_rnglists+0x0: a range ends at 0x105, before its start at 0x106");
            assertThatThrownBy(() -> read(VERSION_4, list -> list.u64(6).u64(5)))
                    .hasMessage(".debug_rnglists+0x0: a range ends at 0x105, before its start at 0x106");
        }

        @Test
        void offsetsOutsideTheSectionAreRejected() {
            for (var offset : List.of(-1L, Long.MIN_VALUE, 5L, Long.MAX_VALUE)) {
                assertThatThrownBy(() -> lists(LITTLE, VERSION_5, new byte[4]).read(offset, 0))
                        .isInstanceOf(MalformedDataException.class);
            }
        }
    }

    @Nested
    class Offsets {
        @ParameterizedTest
        @MethodSource("org.wyrm.dwarf.RangeListsTest#encodings")
        void areFoundByIndex(ByteOrder order, UnitEncoding encoding) {
            var bytes = bytes(
                    order,
                    encoding,
                    section -> section.unit(
                            unit -> unit.u16(5).u8(8).u8(0).u32(2).offset(0x20).offset(0x30)));
            var base = encoding.offsetByteSize() == 4 ? 12 : 20;
            var lists = lists(order, encoding, bytes);

            assertThat(lists.offset(base, 0)).isEqualTo(base + 0x20);
            assertThat(lists.offset(base, 1)).isEqualTo(base + 0x30);
            assertThatThrownBy(() -> lists.offset(base, 2))
                    .hasMessage(".debug_rnglists+0x%x: there is no list 2, the unit has 2".formatted(base));
            assertThatThrownBy(() -> lists.offset(base, -1)).isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> lists.offset(0, 0)).isInstanceOf(MalformedDataException.class);
        }
    }

    @Nested
    class Addresses {
        @ParameterizedTest
        @MethodSource("org.wyrm.dwarf.RangeListsTest#encodings")
        void areFoundByIndex(ByteOrder order, UnitEncoding encoding) {
            var table = addresses(order, encoding);

            assertThat(table.address(1)).isEqualTo(0x1080);
            assertThatThrownBy(() -> table.address(3)).hasMessageEndingWith(": there is no address 3, the table has 3");
            assertThatThrownBy(() -> table.address(-1)).isInstanceOf(MalformedDataException.class);
        }

        @Test
        void ofGccBeforeVersion5HaveNoHeader() {
            var section = ByteSlice.of(
                    ".debug_addr",
                    bytes(LITTLE, VERSION_4, table -> table.u64(7).u64(8)),
                    LITTLE);

            assertThat(AddressTable.of(section, 8, VERSION_4).address(0)).isEqualTo(8);
        }

        @Test
        void thatAreNotThereAreMissed() {
            assertThatThrownBy(() -> AddressTable.none().address(4))
                    .hasMessage(".debug_addr+0x0: there is no address 4, the table has 0");
        }

        @Test
        void needASoundHeader() {
            isRejected(8, table -> table.unit(unit -> unit.u16(4).u8(8).u8(0)), "0x4: version 4 of an address table");
            isRejected(8, table -> table.unit(unit -> unit.u16(5).u8(4).u8(0)), "0x6: addresses have 4 bytes");
            isRejected(8, table -> table.unit(unit -> unit.u16(5).u8(8).u8(1)), "0x7: addresses with segments");
            isRejected(8, table -> table.u32(9).u16(5).u8(8).u8(1), "0x0: the address table has 9 bytes, 4 are left");
            isRejected(9, table -> table.u64(0), "0x0: the table should start at 0x9, the section has 0x8 bytes");
            isRejected(0, table -> table.u64(0), "4 bytes wanted");
        }

        private void isRejected(long base, Part part, String message) {
            var section = ByteSlice.of(".debug_addr", bytes(LITTLE, VERSION_5, part), LITTLE);

            assertThatThrownBy(() -> AddressTable.of(section, base, VERSION_5))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(message);
        }
    }
}
