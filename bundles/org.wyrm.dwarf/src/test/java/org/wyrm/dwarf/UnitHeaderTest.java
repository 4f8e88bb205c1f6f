package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwUnitType.*;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dwarf.SectionBuilder;

class UnitHeaderTest {
    private static final long ID = 0x0123_4567_89ab_cdefL;

    static Stream<Arguments> encodings() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(2, 3, 4, 5)
                        .flatMap(version -> Stream.of(4, 8)
                                .flatMap(format -> Stream.of(4, 8)
                                        .map(address ->
                                                Arguments.of(order, new UnitEncoding(version, format, address))))));
    }

    private static byte[] header(ByteOrder order, UnitEncoding encoding, int unitType) {
        var hasId = unitType != DW_UT_compile && unitType != DW_UT_partial;
        var hasType = unitType == DW_UT_type || unitType == DW_UT_split_type;
        return new SectionBuilder(order, encoding.offsetByteSize())
                .unit(unit -> {
                    unit.u16(encoding.version());
                    if (encoding.version() >= 5) {
                        unit.u8(unitType).u8(encoding.addressByteSize()).offset(0x77);
                    } else {
                        unit.offset(0x77).u8(encoding.addressByteSize());
                    }
                    if (hasId) {
                        unit.u64(ID);
                    }
                    if (hasType) {
                        unit.offset(0x2a);
                    }
                    unit.u8(1);
                })
                .build();
    }

    private static UnitHeader parse(byte[] bytes, ByteOrder order, boolean isTypes) {
        return UnitHeader.parse(ByteSlice.of(".debug_info", bytes, order), 0, isTypes);
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void everyVersionFormatOrderAndAddressSizeIsRead(ByteOrder order, UnitEncoding encoding) {
        var bytes = header(order, encoding, DW_UT_compile);

        var header = parse(bytes, order, false);

        assertThat(header)
                .isEqualTo(new UnitHeader(0, bytes.length, bytes.length - 1L, encoding, 0x77, DW_UT_compile, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void aTypeUnitHasASignatureAndAType(ByteOrder order, UnitEncoding encoding) {
        var bytes = header(order, encoding, DW_UT_type);

        var header = parse(bytes, order, encoding.version() < 5);

        assertThat(header)
                .isEqualTo(new UnitHeader(0, bytes.length, bytes.length - 1L, encoding, 0x77, DW_UT_type, ID, 0x2a));
    }

    @Test
    void everyTypeOfUnitOfVersion5HasItsFields() {
        var encoding = new UnitEncoding(5, 4, 8);
        for (var type : new int[] {DW_UT_partial, DW_UT_skeleton, DW_UT_split_compile, DW_UT_split_type}) {
            var bytes = header(ByteOrder.LITTLE_ENDIAN, encoding, type);

            var header = parse(bytes, ByteOrder.LITTLE_ENDIAN, false);

            assertThat(header.unitType()).isEqualTo(type);
            assertThat(header.id()).isEqualTo(type == DW_UT_partial ? 0 : ID);
            assertThat(header.typeOffset()).isEqualTo(type == DW_UT_split_type ? 0x2a : 0);
            assertThat(header.firstDieOffset()).isEqualTo(bytes.length - 1L);
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void aUnitThatIsCutAnywhereIsRejectedAtItsPlace(ByteOrder order, UnitEncoding encoding) {
        var first = header(order, encoding, DW_UT_compile);
        var two = Arrays.copyOf(first, first.length * 2);
        System.arraycopy(first, 0, two, first.length, first.length);

        for (var size = first.length + 1; size < two.length; size++) {
            var section = ByteSlice.of(".debug_info", Arrays.copyOf(two, size), order);

            assertThatThrownBy(() -> UnitHeader.parseAll(section, false))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageStartingWith(".debug_info+0x");
        }
        assertThat(UnitHeader.parseAll(ByteSlice.of(".debug_info", two, order), false))
                .hasSize(2);
    }

    @Test
    void aHeaderLongerThanItsUnitIsRejected() {
        for (var length = 0; length < 8; length++) {
            var bytes = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4)
                    .u32(length)
                    .u16(5)
                    .u8s(1, 8)
                    .u32(0)
                    .u64(0)
                    .build();

            assertThatThrownBy(() -> parse(bytes, ByteOrder.LITTLE_ENDIAN, false))
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void aLengthPastTheEndIsRejected() {
        for (var length : new long[] {9, 0x7fff_ffff, 0xffff_ffefL}) {
            var bytes = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4)
                    .u32(length)
                    .u64(0)
                    .build();

            assertThatThrownBy(() -> parse(bytes, ByteOrder.LITTLE_ENDIAN, false))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".debug_info+0x0: the unit has %d bytes, the section ends after 8", length);
        }
        for (var length : new long[] {9, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            var bytes = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4)
                    .u32(0xffff_ffffL)
                    .u64(length)
                    .u64(0)
                    .build();

            assertThatThrownBy(() -> parse(bytes, ByteOrder.LITTLE_ENDIAN, false))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("the section ends after 8");
        }
    }

    @Test
    void reservedLengthsVersionsAndAddressSizesAreRejected() {
        var order = ByteOrder.LITTLE_ENDIAN;
        var reserved = new SectionBuilder(order, 4).u32(0xffff_fff0L).u64(0).build();

        assertThatThrownBy(() -> parse(reserved, order, false)).hasMessageContaining("which is reserved");
        for (var version : new int[] {0, 1, 6, 0xffff}) {
            var bytes = header(order, new UnitEncoding(version, 4, 8), DW_UT_compile);

            assertThatThrownBy(() -> parse(bytes, order, false))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".debug_info+0x4: DWARF version %d is none of 2 to 5", version);
        }
        for (var size : new int[] {0, 1, 2, 3, 5, 16, 255}) {
            var bytes = header(order, new UnitEncoding(4, 4, size), DW_UT_compile);

            assertThatThrownBy(() -> parse(bytes, order, false))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("addresses of %d bytes", size);
        }
    }
}
