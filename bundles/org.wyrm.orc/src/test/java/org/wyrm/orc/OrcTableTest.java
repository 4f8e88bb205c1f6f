package org.wyrm.orc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.orc.OrcIndirection.NONE;
import static org.wyrm.orc.OrcIndirection.OF_REGISTER;
import static org.wyrm.orc.OrcIndirection.OF_SUM;
import static org.wyrm.orc.OrcLayout.LINUX_4_14;
import static org.wyrm.orc.OrcLayout.LINUX_5_12;
import static org.wyrm.orc.OrcLayout.LINUX_6_3;
import static org.wyrm.orc.OrcLayout.LINUX_6_4;
import static org.wyrm.orc.OrcLayout.LINUX_7_1;
import static org.wyrm.orc.OrcRegister.AX;
import static org.wyrm.orc.OrcRegister.BP;
import static org.wyrm.orc.OrcRegister.DI;
import static org.wyrm.orc.OrcRegister.DX;
import static org.wyrm.orc.OrcRegister.PREV_SP;
import static org.wyrm.orc.OrcRegister.R10;
import static org.wyrm.orc.OrcRegister.R13;
import static org.wyrm.orc.OrcRegister.SP;
import static org.wyrm.orc.OrcRegister.UNDEFINED;
import static org.wyrm.orc.OrcType.CALL;
import static org.wyrm.orc.OrcType.END_OF_STACK;
import static org.wyrm.orc.OrcType.REGS;
import static org.wyrm.orc.OrcType.REGS_PARTIAL;

import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;

class OrcTableTest {
    private static final OrcEntry NOTHING = new OrcEntry(OrcType.UNDEFINED, UNDEFINED, 0, NONE, UNDEFINED, 0, false);
    private static final OrcEntry END = new OrcEntry(END_OF_STACK, UNDEFINED, 0, NONE, UNDEFINED, 0, false);

    private static OrcEntry entry(OrcType type, OrcRegister sp, OrcIndirection indirection, OrcRegister bp) {
        return new OrcEntry(type, sp, 16, indirection, bp, -16, false);
    }

    private static OrcEntry signal(OrcType type) {
        return new OrcEntry(type, SP, 16, NONE, PREV_SP, -16, true);
    }

    static Stream<Arguments> flags() {
        return Stream.of(
                Arguments.of(LINUX_4_14, 0x0000, NOTHING),
                Arguments.of(LINUX_4_14, 0x0400, END),
                Arguments.of(LINUX_4_14, 0x0015, entry(CALL, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_4_14, 0x0044, entry(CALL, BP, NONE, BP)),
                Arguments.of(LINUX_4_14, 0x0115, signal(REGS)),
                Arguments.of(LINUX_4_14, 0x0215, signal(REGS_PARTIAL)),
                Arguments.of(LINUX_4_14, 0x0009, entry(CALL, SP, OF_SUM, UNDEFINED)),
                Arguments.of(LINUX_4_14, 0x0008, entry(CALL, BP, OF_SUM, UNDEFINED)),
                Arguments.of(LINUX_5_12, 0x0009, entry(CALL, SP, OF_REGISTER, UNDEFINED)),
                Arguments.of(LINUX_5_12, 0x0008, entry(CALL, BP, OF_SUM, UNDEFINED)),
                Arguments.of(LINUX_6_3, 0x0000, NOTHING),
                Arguments.of(LINUX_6_3, 0x0800, END),
                Arguments.of(LINUX_6_3, 0x0015, entry(CALL, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_6_3, 0x0515, signal(REGS)),
                Arguments.of(LINUX_6_3, 0x0115, entry(REGS, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_6_4, 0x0015, NOTHING),
                Arguments.of(LINUX_6_4, 0x0100, END),
                Arguments.of(LINUX_6_4, 0x0215, entry(CALL, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_6_4, 0x0b15, signal(REGS)),
                Arguments.of(LINUX_6_4, 0x0c15, signal(REGS_PARTIAL)),
                Arguments.of(LINUX_6_4, 0x0415, entry(REGS_PARTIAL, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_6_4, 0x0219, entry(CALL, SP, OF_REGISTER, PREV_SP)),
                Arguments.of(LINUX_6_4, 0x020a, entry(CALL, AX, NONE, UNDEFINED)),
                Arguments.of(LINUX_7_1, 0x0083, NOTHING),
                Arguments.of(LINUX_7_1, 0x0100, END),
                Arguments.of(LINUX_7_1, 0x0283, entry(CALL, SP, NONE, PREV_SP)),
                Arguments.of(LINUX_7_1, 0x0244, entry(CALL, BP, NONE, BP)),
                Arguments.of(LINUX_7_1, 0x0b83, signal(REGS)),
                Arguments.of(LINUX_7_1, 0x0201, entry(CALL, AX, NONE, UNDEFINED)),
                Arguments.of(LINUX_7_1, 0x0209, entry(CALL, SP, OF_REGISTER, UNDEFINED)),
                Arguments.of(LINUX_7_1, 0x020a, entry(CALL, BP, OF_SUM, UNDEFINED)));
    }

    @ParameterizedTest
    @MethodSource("flags")
    void anEntryMeansTheSameInEachLayout(OrcLayout layout, int flags, OrcEntry expected) {
        var table = new BuiltOrc().entry(0x1000, 16, -16, flags).table(layout);

        assertThat(table.entry(0)).isEqualTo(expected);
    }

    @Test
    void theOtherRegistersAreThoseOfTheLayout() {
        assertThat(Stream.of(2, 3, 6, 7).map(number -> spRegister(LINUX_4_14, number)))
                .containsExactly(DX, DI, R10, R13);
        assertThat(Stream.of(2, 5, 6, 7).map(number -> spRegister(LINUX_7_1, number | 0x200)))
                .containsExactly(DX, DI, R10, R13);
    }

    private static OrcRegister spRegister(OrcLayout layout, int flags) {
        return new BuiltOrc().entry(0, 0, 0, flags).table(layout).entry(0).spRegister();
    }

    @Test
    void numbersWithoutAMeaningAreRejectedAtTheirPlace() {
        isRejected(LINUX_6_4, 0x0515, "the type of ORC entry 0x0515 is not known");
        isRejected(LINUX_4_14, 0x0315, "the type of ORC entry 0x0315 is not known");
        isRejected(LINUX_6_4, 0x021b, "ORC register 11 is not known");
        isRejected(LINUX_7_1, 0x02f3, "ORC register 15 is not known");
        isRejected(LINUX_6_4, 0x0211, "ORC entry 0x0211 counts the stack pointer from PREV_SP");
        isRejected(LINUX_6_4, 0x0210, "ORC entry 0x0210 counts the stack pointer from UNDEFINED");
        isRejected(LINUX_6_4, 0x0255, "ORC entry 0x0255 counts the frame pointer from SP");
    }

    private static void isRejected(OrcLayout layout, int flags, String rule) {
        var table = new BuiltOrc().entry(0, 0, 0, 0).entry(4, 0, 0, flags).table(layout);

        assertThatThrownBy(() -> table.entry(1))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".orc_unwind+0xa: " + rule);
    }

    @Nested
    class AnAddress {
        private final BuiltOrc sorted = new BuiltOrc()
                .entry(-0x2000, 8, 0, 0x215)
                .entry(-0x1ff0, 16, 0, 0x215)
                .entry(0x1000, 0, 0, 0)
                .entry(0x1000, 24, 0, 0x215)
                .entry(0x1100, 0, 0, 0);

        @Test
        void isOfTheLastEntryNotBehindIt() {
            var table = sorted.table(LINUX_6_4);

            assertThat(find(table, -0x2001)).isEqualTo("none");
            assertThat(find(table, -0x2000)).isEqualTo("-2000 8");
            assertThat(find(table, -0x1ff1)).isEqualTo("-2000 8");
            assertThat(find(table, -0x1ff0)).isEqualTo("-1ff0 16");
            assertThat(find(table, 0xfff)).isEqualTo("-1ff0 16");
            assertThat(find(table, 0x1000)).isEqualTo("1000 24");
            assertThat(find(table, 0x7dff_0000)).isEqualTo("1100 0");
        }

        @Test
        void isFoundTheSameInATableThatIsNotSorted() {
            var table = new BuiltOrc()
                    .entry(0x1100, 0, 0, 0)
                    .entry(0x1000, 24, 0, 0x215)
                    .entry(-0x1ff0, 16, 0, 0x215)
                    .entry(0x1000, 0, 0, 0)
                    .entry(-0x2000, 8, 0, 0x215)
                    .table(LINUX_6_4);

            for (var at = -0x2010; at < 0x1200; at++) {
                assertThat(find(table, at)).isEqualTo(find(sorted.table(LINUX_6_4), at));
            }
        }

        @Test
        void isOfTheEntryThatKnowsSomethingWhereOnlyThatIsOutOfOrder() {
            var table = new BuiltOrc()
                    .entry(0x1000, 24, 0, 0x215)
                    .entry(0x1000, 0, 0, 0)
                    .table(LINUX_6_4);

            assertThat(find(table, 0x1004)).isEqualTo("1000 24");
        }

        @Test
        void beyondTheHighestIsNotFound() {
            var table = new BuiltOrc()
                    .entry(0x7fff_0000, 8, 0, 0x215)
                    .entry(0x1000, 24, 0, 0x215)
                    .table(LINUX_6_4);

            assertThat(find(table, 0x1000)).isEqualTo("1000 24");
            assertThat(find(table, 0x7dff_0000)).isEqualTo("1000 24");
            assertThat(find(table, 0x7fff_0000)).isEqualTo("none");
        }

        @Test
        void isNowhereInATableWithoutEntries() {
            assertThat(new BuiltOrc().table(LINUX_6_4).find(BuiltOrc.ADDRESS)).isEmpty();
        }

        private String find(OrcTable table, int distance) {
            var found = table.find(BuiltOrc.ADDRESS + distance);
            if (found.isEmpty()) {
                return "none";
            }
            var index = found.getAsInt();
            return "%s %d"
                    .formatted(
                            Long.toString(table.address(index) - BuiltOrc.ADDRESS, 16),
                            table.entry(index).spOffset());
        }
    }

    @ParameterizedTest
    @EnumSource
    void partsCutOffAnywhereAreRejectedUnlessTheyAreWhole(OrcLayout layout) {
        var built = new BuiltOrc().entry(8, 8, 0, 0x215).entry(4, 16, 0, 0x215).entry(0, 0, 0, 0x115);
        var addresses = built.addresses();
        var entries = built.entries();

        Damage.truncated(addresses)
                .forEach(cut -> assertThatThrownBy(() -> BuiltOrc.table(cut, entries, layout))
                        .isInstanceOf(MalformedDataException.class));
        Damage.truncated(entries)
                .forEach(cut -> assertThatThrownBy(() -> BuiltOrc.table(addresses, cut, layout))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessage(".orc_unwind+0x0: ORC entries have %d bytes, 3 of 6 bytes are needed", cut.length));
    }

    @Test
    void aPlaceOutsideIsTheCallersMistake() {
        var table = new BuiltOrc().entry(0, 0, 0, 0).table(LINUX_6_4);

        assertThatThrownBy(() -> table.entry(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> table.address(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
