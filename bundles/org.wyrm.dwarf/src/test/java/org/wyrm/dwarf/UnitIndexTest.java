package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.UnitIndexBuilder;

class UnitIndexTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** They share their first slot, and the first two also their step. */
    private static final long[] SIGNATURES = {0x3000_0000_0008L, 0x3000_0000_0018L, 0x7777_0000_0000_0008L, 0x5L, -1L};

    static Stream<Arguments> shapes() {
        return Stream.of(LITTLE, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(2, 5).map(version -> Arguments.of(order, version)));
    }

    /** An index of units of 0x10 bytes, the later ones first, with 8 bytes of abbreviations each, and 4 of offsets. */
    static byte[] index(ByteOrder order, int version) {
        var index = new UnitIndexBuilder(order, version, 1, 3, 6);
        for (var unit = 0; unit < SIGNATURES.length; unit++) {
            index.unit(SIGNATURES[unit], (4 - unit) * 0x10L, 0x10, unit * 8L, 8, unit * 4L, 4);
        }
        return index.build();
    }

    private static UnitIndex parse(byte[] bytes, ByteOrder order) {
        return UnitIndex.parse(ByteSlice.of(".debug_cu_index", bytes, order));
    }

    private static ByteSlice section(int byteSize) {
        return ByteSlice.of(".debug_abbrev.dwo", new byte[byteSize], LITTLE);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aUnitIsFoundByItsSignatureAndByItsPlace(ByteOrder order, int version) {
        var index = parse(index(order, version), order);

        assertThat(index.unitCount()).isEqualTo(5);
        for (var unit = 0; unit < SIGNATURES.length; unit++) {
            assertThat(index.row(SIGNATURES[unit])).hasValue(unit);
            assertThat(index.rowAt(DwarfSection.INFO, (4 - unit) * 0x10)).hasValue(unit);
            assertThat(index.rowAt(DwarfSection.INFO, (4 - unit) * 0x10 + 0xf)).hasValue(unit);
            assertThat(index.offset(unit, DwarfSection.ABBREV)).isEqualTo(unit * 8L);
            assertThat(index.byteSize(unit, DwarfSection.STR_OFFSETS)).isEqualTo(4);
        }
        assertThat(index.row(0x15)).isEmpty();
        assertThat(index.row(0)).isEmpty();
        assertThat(index.rowAt(DwarfSection.INFO, 0x50)).isEmpty();
        assertThat(index.rowAt(DwarfSection.TYPES, 0)).isEmpty();
    }

    @Test
    void columnsAreOfWhatTheVersionSays() {
        var old = parse(
                new UnitIndexBuilder(LITTLE, 2, 2, 5, 8)
                        .unit(1, 0, 1, 0, 2, 0, 3)
                        .build(),
                LITTLE);
        var fresh = parse(
                new UnitIndexBuilder(LITTLE, 5, 1, 5, 8)
                        .unit(1, 0, 1, 0, 2, 0, 3)
                        .build(),
                LITTLE);

        assertThat(old.byteSize(0, DwarfSection.TYPES)).isEqualTo(1);
        assertThat(old.byteSize(0, DwarfSection.LOC)).isEqualTo(2);
        assertThat(old.hasColumn(DwarfSection.RNGLISTS)).isFalse();
        assertThat(fresh.byteSize(0, DwarfSection.LOCLISTS)).isEqualTo(2);
        assertThat(fresh.byteSize(0, DwarfSection.RNGLISTS)).isEqualTo(3);
        assertThat(fresh.hasColumn(DwarfSection.LOC)).isFalse();
    }

    @Test
    void aContributionIsAPartOfItsSection() {
        var index = parse(index(LITTLE, 5), LITTLE);

        assertThat(index.contribution(2, DwarfSection.ABBREV, section(64)).toString())
                .contains("+0x10 (8 bytes)");
        assertThat(index.contribution(2, DwarfSection.STR, section(64)).byteSize())
                .isEqualTo(64);
        assertThatThrownBy(() -> index.contribution(4, DwarfSection.ABBREV, section(39)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("0x8 bytes from 0x20 on of .debug_abbrev.dwo, which has 0x27");
    }

    @Test
    void noIndexHasNoUnits() {
        assertThat(UnitIndex.none().row(0)).isEmpty();
        assertThat(UnitIndex.none().rowAt(DwarfSection.INFO, 0)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void anIndexThatIsCutAnywhereIsRejected(ByteOrder order, int version) {
        Damage.truncated(index(order, version)).forEach(damaged -> {
            if (damaged.length > 0) {
                assertThatThrownBy(() -> parse(damaged, order)).isInstanceOf(MalformedDataException.class);
            }
        });
    }

    private static byte[] with(byte[] sound, int at, int value) {
        var damaged = sound.clone();
        for (var place = 0; place < 4; place++) {
            damaged[at + place] = (byte) (value >>> 8 * place);
        }
        return damaged;
    }

    @Test
    void brokenRulesAreTold() {
        var sound = index(LITTLE, 5);
        var slots = 8;
        var rowsAt = 16 + slots * 8;
        var columnsAt = rowsAt + slots * 4;
        var broken = List.of(
                with(sound, 0, 3),
                with(sound, 0, 7),
                with(sound, 4, 0x7fff_ffff),
                with(sound, 8, -1),
                with(sound, 8, 8),
                with(sound, 12, 0x4000_0000),
                with(sound, 12, 7),
                with(sound, columnsAt + 4, 1));

        var messages = new ArrayList<String>();
        for (var damaged : broken) {
            assertThatThrownBy(() -> parse(damaged, LITTLE))
                    .isInstanceOf(MalformedDataException.class)
                    .satisfies(error -> messages.add(error.getMessage()));
        }
        assertThat(messages).hasSize(8).allSatisfy(text -> assertThat(text).startsWith(".debug_cu_index+0x"));
        assertThat(messages.get(0)).contains("version 3");
        assertThat(messages.get(2)).contains("a count of 2147483647");
        assertThat(messages.get(7)).contains("a second column of section 1");
    }

    @Test
    void aRowThatIsNotThereIsRejected() {
        var sound = index(LITTLE, 5);
        var rowsAt = 16 + 8 * 8;
        // The first signature's own slot: 8 & 7.
        var damaged = parse(with(sound, rowsAt, 9), LITTLE);

        assertThatThrownBy(() -> damaged.row(SIGNATURES[0]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("row 9 of 5 units");
    }

    @Test
    void aTableWithoutAFreeSlotEndsTheSearch() {
        var full = index(LITTLE, 5);
        for (var slot = 0; slot < 8; slot++) {
            full = with(full, 16 + 8 * 8 + slot * 4, 1);
        }

        assertThat(parse(full, LITTLE).row(0x1234)).isEmpty();
    }

    @Test
    void unitsThatOverlapAreRejected() {
        var index = parse(
                new UnitIndexBuilder(LITTLE, 5, 1)
                        .unit(1, 0, 0x10)
                        .unit(2, 0x8, 0x10)
                        .build(),
                LITTLE);

        assertThatThrownBy(() -> index.rowAt(DwarfSection.INFO, 9))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("rows 1 and 2 both have the bytes at 0x8");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void extremeNumbersAreRejectedOrFound(ByteOrder order, int version) {
        var sound = index(order, version);

        Damage.extremes(sound, 0, sound.length).forEach(damaged -> ask(damaged, order));
    }

    /** Asks all that can be asked of an index that nothing is known of. */
    static void ask(byte[] bytes, ByteOrder order) {
        try {
            var index = parse(bytes, order);
            for (var signature : SIGNATURES) {
                var row = index.row(signature);
                for (var of : DwarfSection.values()) {
                    if (row.isPresent()) {
                        index.contribution(row.getAsInt(), of, section(64));
                    }
                    index.rowAt(of, signature);
                }
            }
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no index.
        }
    }
}
