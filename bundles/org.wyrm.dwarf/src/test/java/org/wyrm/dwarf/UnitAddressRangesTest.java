package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.SectionBuilder;

class UnitAddressRangesTest {
    static Stream<Arguments> shapes() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(4, 8)
                        .flatMap(offset -> Stream.of(4, 8).map(address -> Arguments.of(order, offset, address))));
    }

    /** Two sets; in the second, a tuple of 0 before another. */
    static byte[] twoSets(ByteOrder order, int offsetByteSize, int size) {
        var section = new SectionBuilder(order, offsetByteSize);
        addSet(section, size, 0x40, 0x1000, 0x10, 0x2000, 0x20, 0, 0);
        addSet(section, size, 0x5000, 0, 0, 0x3000, 0x30, 0, 7, 0, 0);
        return section.build();
    }

    private static void addSet(SectionBuilder section, int size, long unitOffset, long... numbers) {
        var start = section.position();
        section.unit(set -> {
            set.u16(2).offset(unitOffset).u8(size).u8(0);
            while ((set.position() - start) % (2 * size) != 0) {
                set.u8(0);
            }
            for (var number : numbers) {
                set.number(number, size);
            }
        });
    }

    private static UnitAddressRanges parse(byte[] bytes, ByteOrder order) {
        return UnitAddressRanges.parse(ByteSlice.of(".debug_aranges", bytes, order), ZeroAddress.IS_DEAD);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void rangesAreReadWithTheirUnits(ByteOrder order, int offsetByteSize, int addressByteSize) {
        var ranges = parse(twoSets(order, offsetByteSize, addressByteSize), order);

        assertThat(IntStream.range(0, ranges.count())
                        .mapToObj(index -> "%x+%x of %x"
                                .formatted(ranges.start(index), ranges.byteSize(index), ranges.unitOffset(index))))
                .containsExactly("1000+10 of 40", "2000+20 of 40", "3000+30 of 5000");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void bytesCutOffAnywhereAreRejectedWithTheirPlace(ByteOrder order, int offsetByteSize, int addressByteSize) {
        var whole = twoSets(order, offsetByteSize, addressByteSize);
        var secondSet = (int) new UnitLength(ByteSlice.of("", whole, order), 0).endOffset();

        Damage.truncated(whole)
                .filter(bytes -> bytes.length != 0 && bytes.length != secondSet)
                .forEach(bytes -> {
                    var thrown = assertThrows(MalformedDataException.class, () -> parse(bytes, order));
                    assertThat(thrown.offsetBytes()).isBetween(0L, (long) bytes.length);
                });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void damagedNumbersAreRejectedOrRead(ByteOrder order, int offsetByteSize, int addressByteSize) {
        var whole = twoSets(order, offsetByteSize, addressByteSize);

        Damage.extremes(whole, 0, whole.length).forEach(bytes -> {
            try {
                parse(bytes, order);
            } catch (MalformedDataException expected) {
                assertThat(expected.offsetBytes()).isBetween(0L, (long) bytes.length);
            }
        });
    }

    @Test
    void headersAreRejectedAtTheByte() {
        isRejected(4, 3, "0x4: version 3 of address ranges is not known");
        isRejected(10, 2, "0xa: an address of 2 bytes is not known");
        isRejected(11, 1, "0xb: addresses with segments are not known");
    }

    private static void isRejected(int at, int value, String message) {
        var bytes = twoSets(ByteOrder.LITTLE_ENDIAN, 4, 8);
        bytes[at] = (byte) value;

        assertThatThrownBy(() -> parse(bytes, ByteOrder.LITTLE_ENDIAN)).hasMessage(".debug_aranges+" + message);
    }
}
