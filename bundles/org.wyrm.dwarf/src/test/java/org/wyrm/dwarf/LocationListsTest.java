package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
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

class LocationListsTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final UnitEncoding VERSION_4 = new UnitEncoding(4, 4, 8);
    private static final UnitEncoding VERSION_5 = new UnitEncoding(5, 4, 8);

    /** Which of the three sections. */
    private enum Kind {
        LOC,
        LOC_DWO,
        LOCLISTS
    }

    static Stream<Arguments> shapes() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(4, 8)
                        .flatMap(address -> Stream.of(Kind.values()).map(kind -> Arguments.of(order, address, kind))));
    }

    private static byte[] bytes(ByteOrder order, Part part) {
        var builder = new SectionBuilder(order, 4);
        part.addTo(builder);
        return builder.build();
    }

    private static LocationLists lists(ByteOrder order, int addressByteSize, Kind kind, byte[] bytes) {
        var section = ByteSlice.of(".debug_loc", bytes, order);
        var encoding = new UnitEncoding(kind == Kind.LOCLISTS ? 5 : 4, 4, addressByteSize);
        var addresses = RangeListsTest.addresses(order, encoding);
        return kind == Kind.LOC_DWO
                ? LocationLists.ofGnuSplit(section, encoding, addresses, ZeroAddress.IS_DEAD)
                : LocationLists.of(section, encoding, addresses, ZeroAddress.IS_DEAD);
    }

    private static LocationLists lists(UnitEncoding encoding, Part part) {
        return lists(
                LITTLE,
                encoding.addressByteSize(),
                encoding.version() < 5 ? Kind.LOC : Kind.LOCLISTS,
                bytes(LITTLE, part));
    }

    private static String text(LocationList list) {
        var text = new StringBuilder();
        for (var entry : list.entries()) {
            text.append("%x-%x:%x "
                    .formatted(entry.start(), entry.end(), entry.expression().u8(0)));
        }
        list.defaultExpression().ifPresent(bytes -> text.append("else:%x".formatted(bytes.u8(0))));
        return text.toString().strip();
    }

    /** {@return a list of every kind of entry} */
    static byte[] everyKind(ByteOrder order, UnitEncoding encoding, boolean isSplit) {
        var kind = isSplit ? Kind.LOC_DWO : encoding.version() < 5 ? Kind.LOC : Kind.LOCLISTS;
        return bytes(order, list -> everyKind(list, kind, encoding.addressByteSize()));
    }

    /** Every kind of entry; the expressions are DW_OP_reg0 and so on. */
    private static void everyKind(SectionBuilder list, Kind kind, int size) {
        switch (kind) {
            case LOC -> {
                list.number(0x10, size).number(0x20, size).u16(1).u8(0x50);
                list.number(-1, size).number(0x1000, size);
                list.number(0x10, size).number(0x20, size).u16(1).u8(0x51);
                list.number(0, size).number(0, size);
            }
            case LOC_DWO -> {
                list.u8(4).u32(0x10).u32(0x20).u16(1).u8(0x50);
                list.u8(1).uleb(1).u8(4).u32(0x10).u32(0x20).u16(1).u8(0x51);
                list.u8(2).uleb(0).uleb(1).u16(1).u8(0x52);
                list.u8(3).uleb(1).u32(0x200).u16(1).u8(0x53);
                list.u8(0);
            }
            case LOCLISTS -> {
                list.u8(4).uleb(0x10).uleb(0x20).uleb(1).u8(0x50); // DW_LLE_offset_pair
                list.u8(1).uleb(1).u8(4).uleb(0x10).uleb(0x20).uleb(1).u8(0x51); // DW_LLE_base_addressx
                list.u8(2).uleb(0).uleb(1).uleb(1).u8(0x52); // DW_LLE_startx_endx
                list.u8(3).uleb(1).uleb(0x200).uleb(1).u8(0x53); // DW_LLE_startx_length
                list.u8(5).uleb(1).u8(0x54); // DW_LLE_default_location
                list.u8(6).number(0x2000, size).u8(4).uleb(1).uleb(2).uleb(1).u8(0x55); // DW_LLE_base_address
                list.u8(7).number(0x3000, size).number(0x3001, size).uleb(1).u8(0x56); // DW_LLE_start_end
                list.u8(8).number(0x4000, size).uleb(9).uleb(1).u8(0x57); // DW_LLE_start_length
                list.u8(0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyKindOfEntryIsRead(ByteOrder order, int addressByteSize, Kind kind) {
        var list = lists(order, addressByteSize, kind, bytes(order, part -> everyKind(part, kind, addressByteSize)))
                .read(0, 0x100);

        assertThat(text(list))
                .isEqualTo(
                        switch (kind) {
                            case LOC -> "110-120:50 1010-1020:51";
                            case LOC_DWO -> "110-120:50 1090-10a0:51 1000-1080:52 1080-1280:53";
                            case LOCLISTS ->
                                "110-120:50 1090-10a0:51 1000-1080:52 1080-1280:53 2001-2002:55 3000-3001:56"
                                        + " 4000-4009:57 else:54";
                        });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void listsCutOffAnywhereAreRejectedWithTheirPlace(ByteOrder order, int addressByteSize, Kind kind) {
        var whole = bytes(order, part -> everyKind(part, kind, addressByteSize));

        Damage.truncated(whole).forEach(bytes -> {
            var thrown = assertThrows(
                    MalformedDataException.class,
                    () -> lists(order, addressByteSize, kind, bytes).read(0, 0x100));
            assertThat(thrown.offsetBytes()).isBetween(0L, (long) bytes.length);
        });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void damagedNumbersAreRejectedOrRead(ByteOrder order, int addressByteSize, Kind kind) {
        var whole = bytes(order, part -> everyKind(part, kind, addressByteSize));

        Damage.extremes(whole, 0, whole.length).forEach(bytes -> {
            try {
                lists(order, addressByteSize, kind, bytes).read(0, 0x100);
            } catch (MalformedDataException expected) {
                assertThat(expected.offsetBytes()).isGreaterThanOrEqualTo(0);
            }
        });
    }

    @Test
    void anAddressMayHaveSeveralLocationsOrTheDefaultOne() {
        var list = lists(
                        VERSION_5,
                        part -> part.u8(4)
                                .uleb(0)
                                .uleb(8)
                                .uleb(1)
                                .u8(0x50)
                                .u8(4)
                                .uleb(4)
                                .uleb(8)
                                .uleb(1)
                                .u8(0x51)
                                .u8(5)
                                .uleb(1)
                                .u8(0x52)
                                .u8(0))
                .read(0, 0x100);

        assertThat(list.expressionsAt(0x103)).extracting(bytes -> bytes.u8(0)).containsExactly(0x50);
        assertThat(list.expressionsAt(0x104)).extracting(bytes -> bytes.u8(0)).containsExactly(0x50, 0x51);
        assertThat(list.expressionsAt(0x108)).extracting(bytes -> bytes.u8(0)).containsExactly(0x52);
    }

    @Test
    void withoutADefaultThereIsNoLocationElsewhere() {
        var list = lists(VERSION_4, part -> part.u64(1).u64(2).u16(0).u64(0).u64(0))
                .read(0, 0x100);

        assertThat(list.expressionsAt(0x101)).hasSize(1);
        assertThat(list.expressionsAt(0x102)).isEmpty();
    }

    @Nested
    class Views {
        @Test
        void areReadFromBesideTheList() {
            var list = lists(
                            VERSION_5,
                            part -> part.uleb(1)
                                    .uleb(2)
                                    .uleb(0)
                                    .uleb(300)
                                    .u8(4)
                                    .uleb(0)
                                    .uleb(8)
                                    .uleb(1)
                                    .u8(0x50)
                                    .u8(6)
                                    .u64(0x1000)
                                    .u8(4)
                                    .uleb(4)
                                    .uleb(8)
                                    .uleb(1)
                                    .u8(0x51)
                                    .u8(0))
                    .readWithViews(5, 0, 0x100);

            assertThat(list.entries())
                    .extracting(LocationEntry::views)
                    .containsExactly(Optional.of(new LocationViews(1, 2)), Optional.of(new LocationViews(0, 300)));
        }

        @Test
        void areReadFromInsideTheList() {
            var list = lists(
                            VERSION_5,
                            part -> part.u8(9)
                                    .uleb(1)
                                    .uleb(2)
                                    .u8(4)
                                    .uleb(0)
                                    .uleb(8)
                                    .uleb(0)
                                    .u8(4)
                                    .uleb(8)
                                    .uleb(9)
                                    .uleb(0)
                                    .u8(0))
                    .read(0, 0x100);

            assertThat(list.entries())
                    .extracting(LocationEntry::views)
                    .containsExactly(Optional.of(new LocationViews(1, 2)), Optional.empty());
        }

        @Test
        void ofWhatIsLeftOutAreUsedUp() {
            var list = lists(
                            VERSION_5,
                            part -> part.uleb(1)
                                    .uleb(2)
                                    .uleb(3)
                                    .uleb(4)
                                    .u8(8)
                                    .u64(0)
                                    .uleb(8)
                                    .uleb(0)
                                    .u8(8)
                                    .u64(16)
                                    .uleb(8)
                                    .uleb(0)
                                    .u8(0))
                    .readWithViews(4, 0, 0x100);

            assertThat(list.entries())
                    .extracting(LocationEntry::views)
                    .containsExactly(Optional.of(new LocationViews(3, 4)));
        }

        @Test
        void cutOffAreRejected() {
            var lists = lists(
                    VERSION_5, part -> part.u8(8).u64(16).uleb(8).uleb(0).u8(0).u8(0x80));

            assertThatThrownBy(() -> lists.readWithViews(0, 12, 0))
                    .hasMessage(".debug_loc+0xd: 1 bytes wanted, the data ends at 0xd");
        }
    }

    @Nested
    class WhatIsLeftOut {
        @Test
        void isWhatHasADeadStartOrBase() {
            for (var dead : List.of(0L, -1L, -2L)) {
                var list = lists(
                                VERSION_5,
                                part -> part.u8(8)
                                        .u64(dead)
                                        .uleb(1)
                                        .uleb(0)
                                        .u8(6)
                                        .u64(dead)
                                        .u8(4)
                                        .uleb(5)
                                        .uleb(6)
                                        .uleb(0)
                                        .u8(0))
                        .read(0, 0x100);

                assertThat(list.entries()).isEmpty();
            }
        }

        @Test
        void areNotRangesOfNoByte() {
            var list = lists(VERSION_4, part -> part.u64(5).u64(5).u16(0).u64(0).u64(0))
                    .read(0, 0x100);

            assertThat(list.entries()).hasSize(1);
            assertThat(list.expressionsAt(0x105)).isEmpty();
        }
    }

    @Nested
    class Broken {
        @Test
        void listsAreRejectedAtTheEntry() {
            isRejected(VERSION_5, part -> part.u8(10), "0x0: kind 0xa of a location list entry is not known");
            isRejected(
                    VERSION_5,
                    part -> part.u8(4).uleb(9).uleb(8).uleb(0).u8(0),
                    "0x0: a range ends at 0x108, before its start at 0x109");
            isRejected(
                    VERSION_5,
                    part -> part.u8(4).uleb(1).uleb(8).uleb(-1).u8(0),
                    "0xd: 18446744073709551615 bytes are to be skipped, 1 are left");
        }

        private void isRejected(UnitEncoding encoding, Part part, String message) {
            assertThatThrownBy(() -> lists(encoding, part).read(0, 0x100)).hasMessage(".debug_loc+" + message);
        }

        @Test
        void gnuKindsAreTheirOwn() {
            assertThatThrownBy(
                            () -> lists(LITTLE, 8, Kind.LOC_DWO, new byte[] {5}).read(0, 0))
                    .hasMessage(".debug_loc+0x0: kind 0x5 of a location list entry is not known");
        }
    }

    @Test
    void listsAreFoundByIndex() {
        var lists = lists(
                VERSION_5,
                section -> section.unit(unit -> unit.u16(5).u8(8).u8(0).u32(1).offset(0x20)));

        assertThat(lists.offset(12, 0)).isEqualTo(0x2c);
    }
}
