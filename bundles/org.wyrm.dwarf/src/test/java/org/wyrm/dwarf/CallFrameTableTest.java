package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.CallFrameBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder;

class CallFrameTableTest {
    private static final SectionBuilder.Part NONE = none -> {};

    static Stream<Arguments> shapes() {
        return BuiltFrames.shapes();
    }

    private static CallFrameBuilder debugFrame() {
        return new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, false);
    }

    private static CallFrameBuilder ehFrame() {
        return new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, true);
    }

    /** Two CIEs, two FDEs that are not in the order of their addresses. */
    static byte[] twoOfEach(ByteOrder order, int offsetByteSize, int addressByteSize, boolean isEh) {
        var built = new CallFrameBuilder(order, offsetByteSize, addressByteSize, isEh);
        var first = built.cie(3, BuiltFrames.CALLED);
        built.fde(first, 0x2000, 0x20, program -> program.u8s(0x41, 0x0e, 16));
        var second = built.cie(4, "zS", none -> none.uleb(0), BuiltFrames.CALLED);
        built.fde(
                second,
                head -> head.number(0x1000, addressByteSize)
                        .number(0x10, addressByteSize)
                        .uleb(3)
                        .u8s(1, 2, 3),
                program -> program.u8s(0x07, 16));
        return built.build();
    }

    private static String found(CallFrameTable table, long address) {
        return table.find(address)
                .map(entry -> BuiltFrames.text(entry.row(address)))
                .orElse("none");
    }

    private static Stream<String> entries(CallFrameTable table) {
        return IntStream.range(0, table.count())
                .mapToObj(index -> "%x-%x".formatted(table.startAddress(index), table.endAddress(index)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void addressesAreFoundInBothFormats(ByteOrder order, int offsetByteSize, int addressByteSize) {
        for (var kind : CallFrameSection.Kind.values()) {
            var isEh = kind == CallFrameSection.Kind.EH_FRAME;
            var table = BuiltFrames.table(
                    twoOfEach(order, offsetByteSize, addressByteSize, isEh), order, addressByteSize, kind);

            assertThat(entries(table)).containsExactly("1000-1010", "2000-2020");
            assertThat(found(table, 0xfff)).isEqualTo("none");
            assertThat(found(table, 0x1000)).isEqualTo("1000-1010 7+8 16=u");
            assertThat(found(table, 0x100f)).isEqualTo("1000-1010 7+8 16=u");
            assertThat(found(table, 0x1010)).isEqualTo("none");
            assertThat(found(table, 0x2000)).isEqualTo("2000-2002 7+8 16=c-8");
            assertThat(found(table, 0x201f)).isEqualTo("2002-2020 7+16 16=c-8");
            assertThat(found(table, 0x2020)).isEqualTo("none");
            assertThat(found(table, -1)).isEqualTo("none");
            assertThat(table.problems()).isEmpty();
            assertThat(table.entry(0).cie().isSignalFrame()).isTrue();
            assertThat(table.entry(1).cie().isSignalFrame()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void bytesCutOffAnywhereHideNoEntryBefore(ByteOrder order, int offsetByteSize, int addressByteSize) {
        for (var kind : CallFrameSection.Kind.values()) {
            var isEh = kind == CallFrameSection.Kind.EH_FRAME;
            var whole = twoOfEach(order, offsetByteSize, addressByteSize, isEh);
            var table = BuiltFrames.table(whole, order, addressByteSize, kind);
            var ends = IntStream.of(0, 1)
                    .mapToLong(index -> new UnitLength(
                                    ByteSlice.of("", whole, order),
                                    table.entry(index).offset())
                            .endOffset())
                    .sorted()
                    .toArray();

            Damage.truncated(whole).forEach(cut -> {
                var ours = BuiltFrames.table(cut, order, addressByteSize, kind);
                assertThat(ours.count()).isEqualTo(cut.length < ends[0] ? 0 : 1);
                assertThat(ours.problems())
                        .allSatisfy(problem -> assertThat(problem.offsetBytes()).isBetween(0L, (long) cut.length));
                assertThat(ours.problems()).hasSize(isAtAnEntry(table, whole, order, cut.length) ? 0 : 1);
                assertThat(ours.undecodedCount()).isEqualTo(ours.problems().size());
            });
        }
    }

    private static boolean isAtAnEntry(CallFrameTable table, byte[] whole, ByteOrder order, int position) {
        for (var at = 0L; at < whole.length; at = new UnitLength(ByteSlice.of("", whole, order), at).endOffset()) {
            if (at == position) {
                return table.count() == 2;
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void damagedNumbersAreToldOrRead(ByteOrder order, int offsetByteSize, int addressByteSize) {
        for (var kind : CallFrameSection.Kind.values()) {
            var whole = twoOfEach(order, offsetByteSize, addressByteSize, kind == CallFrameSection.Kind.EH_FRAME);
            Damage.extremes(whole, 0, whole.length)
                    .forEach(bytes -> askAll(BuiltFrames.table(bytes, order, addressByteSize, kind)));
        }
    }

    /** Reads all of a table; what cannot be decoded is a {@link MalformedDataException}. */
    static void askAll(CallFrameTable table) {
        for (var index = 0; index < table.count(); index++) {
            var entry = table.entry(index);
            if (table.find(entry.startAddress()).isEmpty()) {
                throw new AssertionError("0x%x is not found".formatted(entry.startAddress()));
            }
            try {
                entry.forEachRow(BuiltFrames::text);
                entry.row(entry.endAddress() - 1);
            } catch (MalformedDataException expected) {
                // The one way to say that an instruction is none.
            }
        }
        table.problems();
    }

    @Nested
    class WhereEntriesOverlap {
        @Test
        void theInnermostCounts() {
            var built = debugFrame();
            var cie = built.cie(4, BuiltFrames.CALLED);
            built.fde(cie, 0x1000, 0x1000, program -> program.u8s(0x0e, 1));
            built.fde(cie, 0x1100, 0x100, program -> program.u8s(0x0e, 2));
            built.fde(cie, 0x1180, 0x10, program -> program.u8s(0x0e, 3));
            built.fde(cie, 0x3000, 0x10, program -> program.u8s(0x0e, 4));
            var table = BuiltFrames.debugFrame(built);

            assertThat(found(table, 0x10ff)).startsWith("1000-2000 7+1 ");
            assertThat(found(table, 0x1100)).startsWith("1100-1200 7+2 ");
            assertThat(found(table, 0x118f)).startsWith("1180-1190 7+3 ");
            assertThat(found(table, 0x1190)).startsWith("1100-1200 7+2 ");
            assertThat(found(table, 0x1fff)).startsWith("1000-2000 7+1 ");
            assertThat(found(table, 0x2000)).isEqualTo("none");
            assertThat(found(table, 0x3010)).isEqualTo("none");
        }

        @Test
        void theShortestOfTheSameStartCountsThenTheFirst() {
            var built = debugFrame();
            var cie = built.cie(4, BuiltFrames.CALLED);
            built.fde(cie, 0x1000, 0x10, program -> program.u8s(0x0e, 1));
            built.fde(cie, 0x1000, 0x10, program -> program.u8s(0x0e, 2));
            built.fde(cie, 0x1000, 0x20, program -> program.u8s(0x0e, 3));
            var table = BuiltFrames.debugFrame(built);

            assertThat(found(table, 0x1004)).startsWith("1000-1010 7+1 ");
            assertThat(found(table, 0x1014)).startsWith("1000-1020 7+3 ");
        }
    }

    @Test
    void manyEntriesInAnyOrderAreSorted() {
        var built = debugFrame();
        var cie = built.cie(4, BuiltFrames.CALLED);
        for (var index = 0; index < 1000; index++) {
            var start = 0x1000 + index * 7919 % 1000 * 0x10;
            built.fde(cie, start, 0x10, NONE);
        }
        var table = BuiltFrames.debugFrame(built);

        assertThat(table.count()).isEqualTo(1000);
        for (var at = 0x1000; at < 0x1000 + 1000 * 0x10; at++) {
            assertThat(table.find(at).orElseThrow().startAddress()).isEqualTo(at & ~0xf);
        }
    }

    @Test
    void deadCodeAndCodeOfNoByteIsLeftOut() {
        var built = debugFrame();
        var cie = built.cie(4, BuiltFrames.CALLED);
        built.fde(cie, 0, 0x10, NONE);
        built.fde(cie, 0x1000, 0, NONE);
        built.fde(cie, 0x2000, 1, NONE);
        var table = BuiltFrames.debugFrame(built);

        assertThat(entries(table)).containsExactly("2000-2001");
        assertThat(new CallFrameTable(CallFrameSection.debugFrame(
                                ByteSlice.of("", built.build(), ByteOrder.LITTLE_ENDIAN), 8, ZeroAddress.IS_CODE))
                        .find(0xf))
                .isPresent();
    }

    @Nested
    class OfVersion4 {
        private static final int ADDRESS_SIZE = 10;
        private static final int SELECTOR_SIZE = 11;

        private CallFrameTable table(int at, int value, SectionBuilder.Part head) {
            var built = debugFrame();
            built.fde(built.cie(4, BuiltFrames.CALLED), head, NONE);
            var bytes = built.build();
            bytes[at] = (byte) value;
            return BuiltFrames.table(bytes, ByteOrder.LITTLE_ENDIAN, 8, CallFrameSection.Kind.DEBUG_FRAME);
        }

        @Test
        void theCieTellsTheSizeOfAddresses() {
            var table = table(ADDRESS_SIZE, 4, head -> head.u32(0xffff_f000L).u32(0xff0));

            assertThat(entries(table)).containsExactly("fffff000-fffffff0");
        }

        @Test
        void aSegmentIsReadAndOnlyTheFirstIsKnown() {
            assertThat(entries(table(
                            SELECTOR_SIZE, 2, head -> head.u16(0).u64(0x1000).u64(0x10))))
                    .containsExactly("1000-1010");
            assertThat(table(SELECTOR_SIZE, 2, head -> head.u16(1).u64(0x1000).u64(0x10))
                            .problems())
                    .singleElement()
                    .satisfies(problem ->
                            assertThat(problem).hasMessageContaining("addresses with segments are not known"));
        }

        @Test
        void sizesThatAreNoneAreRejected() {
            assertThat(table(ADDRESS_SIZE, 2, head -> head.u16(1).u16(1)).problems())
                    .singleElement()
                    .satisfies(problem ->
                            assertThat(problem).hasMessage(".debug_frame+0xa: an address of 2 bytes is not known"));
            assertThat(table(SELECTOR_SIZE, 3, head -> head.u64(1).u64(1)).problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem)
                            .hasMessage(".debug_frame+0xb: a segment selector of 3 bytes is not known"));
        }
    }

    @Test
    void terminatorsArePassed() {
        var built = ehFrame();
        built.section().u32(0);
        var cie = built.cie(1, BuiltFrames.CALLED);
        built.section().u32(0);
        built.fde(cie, 0x1000, 0x10, NONE);
        built.section().u32(0).u32(0);
        var table = BuiltFrames.ehFrame(built);

        assertThat(entries(table)).containsExactly("1000-1010");
        assertThat(table.problems()).isEmpty();
    }

    @Nested
    class OfAnAugmentation {
        @ParameterizedTest
        @ValueSource(strings = {"", "S", "B", "eh", "z", "zS", "zB", "zSBG"})
        void withoutPointersAddressesAreAsTheyAre(String letters) {
            var built = ehFrame();
            var hasData = letters.startsWith("z");
            var cie = built.cie(1, letters, data -> data.u8s(hasData ? new int[] {0} : new int[0]), BuiltFrames.CALLED);
            built.fde(cie, head -> head.u64(0x1000).u64(0x10).u8s(hasData ? new int[] {0} : new int[0]), NONE);
            var table = BuiltFrames.ehFrame(built);

            assertThat(table.problems()).isEmpty();
            assertThat(found(table, 0x1000)).isEqualTo("1000-1010 7+8 16=c-8");
            assertThat(table.entry(0).cie().isSignalFrame()).isEqualTo(letters.contains("S"));
            assertThat(table.entry(0).cie().isSignedWithKeyB()).isEqualTo(letters.contains("B"));
        }

        @Test
        void thatItsLettersSayIsPassed() {
            var built = ehFrame();
            var cie = built.cie(
                    1, "zPLR", data -> data.uleb(7).u8(0x9b).u32(0x77).u8(0x1b).u8(0x03), BuiltFrames.CALLED);
            built.fde(cie, head -> head.u32(0x1000).u32(0x10).uleb(4).u32(0x55), program -> program.u8s(0x0e, 9));

            assertThat(found(BuiltFrames.ehFrame(built), 0x1000)).isEqualTo("1000-1010 7+9 16=c-8");
        }

        @ParameterizedTest
        @CsvSource({"zX, \"zX\" is not known", "armcc+, \"armcc+\" is not known", "zQR, \"zQR\" is not known"})
        void thatIsNotKnownIsToldOnce(String letters, String rule) {
            var built = ehFrame();
            var bad = built.cie(1, letters, data -> data.uleb(1).u8(0), BuiltFrames.CALLED);
            var good = built.cie(1, BuiltFrames.CALLED);
            built.fde(bad, 0x1000, 0x10, NONE);
            built.fde(good, 0x2000, 0x10, NONE);
            built.fde(bad, 0x3000, 0x10, NONE);
            var table = BuiltFrames.ehFrame(built);

            assertThat(entries(table)).containsExactly("2000-2010");
            assertThat(table.problems()).hasSize(1);
            assertThat(table.problems().getFirst()).hasMessageContaining("augmentation " + rule);
            assertThat(table.undecodedCount()).isEqualTo(2);
        }
    }

    @Nested
    class AnEncodedAddress {
        private String read(int encoding, SectionBuilder.Part number, PointerBases bases) {
            var built = ehFrame();
            var cie = built.cie(1, "zR", data -> data.uleb(1).u8(encoding), BuiltFrames.CALLED);
            built.fde(
                    cie,
                    head -> {
                        number.addTo(head);
                        number.addTo(head);
                        head.uleb(0);
                    },
                    NONE);
            var table = new CallFrameTable(new CallFrameSection(
                    ByteSlice.of(".eh_frame", built.build(), ByteOrder.LITTLE_ENDIAN),
                    CallFrameSection.Kind.EH_FRAME,
                    8,
                    ZeroAddress.IS_CODE,
                    bases));
            return table.count() == 1
                    ? entries(table).findFirst().orElseThrow()
                    : table.problems().getFirst().rule();
        }

        private String read(int encoding, SectionBuilder.Part number) {
            return read(encoding, number, PointerBases.ofSection(0x40_0000));
        }

        @Test
        void hasAnyFormat() {
            assertThat(read(0x00, number -> number.u64(0x100))).isEqualTo("100-200");
            assertThat(read(0x01, number -> number.uleb(0x100))).isEqualTo("100-200");
            assertThat(read(0x02, number -> number.u16(0x100))).isEqualTo("100-200");
            assertThat(read(0x03, number -> number.u32(0x100))).isEqualTo("100-200");
            assertThat(read(0x04, number -> number.u64(0x100))).isEqualTo("100-200");
            assertThat(read(0x08, number -> number.u64(0x100))).isEqualTo("100-200");
            assertThat(read(0x09, number -> number.sleb(0x100))).isEqualTo("100-200");
            assertThat(read(0x0a, number -> number.u16(0x100))).isEqualTo("100-200");
            assertThat(read(0x0b, number -> number.u32(0x100))).isEqualTo("100-200");
            assertThat(read(0x0c, number -> number.u64(0x100))).isEqualTo("100-200");
        }

        @Test
        void isRelativeToWhatIsKnown() {
            var bases = new PointerBases(
                    0x40_0000, OptionalLong.of(0x10_0000), OptionalLong.of(0x20_0000), Optional.empty());
            // A CIE of 22 bytes is before; length and CIE pointer are 8.
            var place = 0x40_0000L + 22 + 8;

            assertThat(read(0x1b, number -> number.u32(0x100), bases))
                    .isEqualTo("%x-%x".formatted(place + 0x100, place + 0x200));
            assertThat(read(0x2b, number -> number.u32(0x100), bases)).isEqualTo("100100-100200");
            assertThat(read(0x3b, number -> number.u32(0x100), bases)).isEqualTo("200100-200200");
            assertThat(read(0x2b, number -> number.u32(0x100)))
                    .isEqualTo("a pointer is relative to .text, of which the address is not known");
            assertThat(read(0x3b, number -> number.u32(0x100)))
                    .isEqualTo("a pointer is relative to data, of which the address is not known");
            assertThat(read(0x4b, number -> number.u32(0x100)))
                    .isEqualTo("a pointer is relative to its function, of which the address is not known");
        }

        @Test
        void mayBeAligned() {
            // The address is at a multiple of 8 after 22 + 8 bytes, the range right after it.
            assertThat(read(0x50, number -> {
                        while (number.position() % 8 != 0) {
                            number.u8(0xee);
                        }
                        number.u64(0x100);
                    }))
                    .isEqualTo("100-200");
        }

        @Test
        void mayBeElsewhere() {
            var bases = new PointerBases(
                    0,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.of(address -> address == 0x100 ? OptionalLong.of(0x7000) : OptionalLong.empty()));

            assertThat(read(0x83, number -> number.u32(0x100), bases)).isEqualTo("7000-7100");
            assertThat(read(0x83, number -> number.u32(0x108), bases))
                    .isEqualTo("the pointer is at address 0x108, which cannot be read");
            assertThat(read(0x83, number -> number.u32(0x100)))
                    .isEqualTo("the pointer is at address 0x100, which cannot be read");
        }

        @Test
        void ofAnotherKindIsRejected() {
            assertThat(read(0xff, number -> number.u64(0)))
                    .isEqualTo("an address is needed, and its encoding says that there is none");
            assertThat(read(0x05, number -> number.u64(0))).isEqualTo("encoding 0x05 of a pointer is not known");
            assertThat(read(0x60, number -> number.u64(0))).isEqualTo("encoding 0x60 of a pointer is not known");
        }
    }

    @Nested
    class IsToldAndLeftOut {
        private void isTold(String rule, CallFrameBuilder built) {
            built.fde(built.cie(4, BuiltFrames.CALLED), 0x9000, 0x10, NONE);
            var table = BuiltFrames.debugFrame(built);

            assertThat(entries(table)).containsExactly("9000-9010");
            assertThat(table.problems()).hasSize(1);
            assertThat(table.problems().getFirst()).hasMessageContaining(rule);
            assertThat(table.undecodedCount()).isEqualTo(1);
        }

        @Test
        void anFdeWithoutACie() {
            var outside = debugFrame();
            outside.fde(0x5000, 0x1000, 0x10, NONE);
            isTold(".debug_frame+0x4: the CIE at 0x5000 is outside the section", outside);

            var another = debugFrame();
            var fde = another.fde(another.cie(4, BuiltFrames.CALLED), 0x1000, 0x10, NONE);
            another.fde(fde, 0x2000, 0x10, NONE);
            var table = BuiltFrames.debugFrame(another);
            assertThat(entries(table)).containsExactly("1000-1010");
            assertThat(table.problems().getFirst()).hasMessageContaining("a CIE is said to be here, and is not");
        }

        @Test
        void anFdeThatWrapsAroundOrEndsTooSoon() {
            var wraps = debugFrame();
            wraps.fde(wraps.cie(4, BuiltFrames.CALLED), -16, 0x11, NONE);
            isTold("code of 0x11 bytes at 0xfffffffffffffff0", wraps);

            var shortFde = debugFrame();
            shortFde.fde(
                    shortFde.cie(4, BuiltFrames.CALLED),
                    head -> head.u64(0x1000).u32(1),
                    NONE);
            isTold("amid its header", shortFde);
        }

        @Test
        void anEntryThatIsTooSmall() {
            var built = debugFrame();
            built.section().u32(3).u8s(0, 0, 0);
            isTold(".debug_frame+0x0: an entry has 3 bytes", built);
        }

        @Test
        void aVersionThatIsNotKnown() {
            var built = debugFrame();
            built.fde(built.cie(2, BuiltFrames.CALLED), 0x1000, 0x10, NONE);
            isTold(".debug_frame+0x8: version 2 of call frame information is not known", built);
        }

        @Test
        void anAugmentationWithoutEnd() {
            var built = debugFrame();
            built.fde(built.cie(1, "z".repeat(40), NONE, NONE), 0x1000, 0x10, NONE);
            isTold("the augmentation has more than 15 letters", built);
        }

        @Test
        void whatIsBehindALengthThatIsTooLarge() {
            var built = debugFrame();
            built.fde(built.cie(4, BuiltFrames.CALLED), 0x1000, 0x10, NONE);
            built.section().u32(0x7fff_ffff).u32(0);
            var table = BuiltFrames.debugFrame(built);

            assertThat(entries(table)).containsExactly("1000-1010");
            assertThat(table.problems().getFirst()).hasMessageContaining("the unit has 2147483647 bytes, 4 are left");
        }

        @Test
        void atMostAHundredProblemsAreTold() {
            var built = debugFrame();
            for (var index = 0; index < 1000; index++) {
                built.section().u32(3).u8s(0, 0, 0);
            }
            var table = BuiltFrames.debugFrame(built);

            assertThat(table.count()).isZero();
            assertThat(table.problems()).hasSize(CallFrameIndex.MOST_PROBLEMS);
            assertThat(table.undecodedCount()).isEqualTo(1000);
        }
    }

    @Test
    void anIndexOutsideIsTheCallersMistake() {
        assertThatThrownBy(() -> BuiltFrames.debugFrame(debugFrame()).entry(0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> CallFrameSection.debugFrame(
                        ByteSlice.of("", new byte[0], ByteOrder.LITTLE_ENDIAN), 2, ZeroAddress.IS_CODE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
