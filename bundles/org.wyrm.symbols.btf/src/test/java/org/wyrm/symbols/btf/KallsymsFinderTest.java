package org.wyrm.symbols.btf;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.wyrm.symbols.btf.KallsymsFixture.locations;
import static org.wyrm.symbols.btf.KallsymsFixture.memory;
import static org.wyrm.symbols.btf.KallsymsFixture.range;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.testkit.kallsyms.KallsymsBuilder;
import org.wyrm.testkit.kallsyms.KallsymsForm;
import org.wyrm.testkit.kallsyms.KallsymsLayout;

class KallsymsFinderTest {
    static Stream<Arguments> everyKernel() {
        return Stream.of(KallsymsLayout.values())
                .flatMap(layout -> forms(layout)
                        .flatMap(form -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                                .map(order -> Arguments.of(layout, form, order))));
    }

    private static Stream<KallsymsForm> forms(KallsymsLayout layout) {
        return layout == KallsymsLayout.FROM_7_0
                ? Stream.of(KallsymsForm.PLACE_RELATIVE)
                : Stream.of(KallsymsForm.ABSOLUTE, KallsymsForm.RELATIVE, KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE);
    }

    private static KallsymsBuilder symbols(KallsymsForm form) {
        return form == KallsymsForm.RELATIVE || form == KallsymsForm.PLACE_RELATIVE
                ? KallsymsFixture.symbols().form(form)
                : KallsymsFixture.symbolsWithPerCpu().form(form);
    }

    @ParameterizedTest
    @MethodSource("everyKernel")
    void theTablesOfEveryKernelAreFound(KallsymsLayout layout, KallsymsForm form, ByteOrder order) {
        var image = symbols(form)
                .layout(layout)
                .order(order)
                .surroundings(8192, 8192)
                .build();

        var found = new KallsymsFinder(memory(image, order), 8).find(range(image));

        assertThat(found).hasValue(locations(image));
    }

    @ParameterizedTest
    @MethodSource("everyKernel")
    void otherDataAroundDoesNotMislead(KallsymsLayout layout, KallsymsForm form, ByteOrder order) {
        var before = 1 << 16;
        var after = 1 << 16;
        var image = symbols(form)
                .layout(layout)
                .order(order)
                .surroundings(before, after)
                .build();
        var random = new Random(42);
        var noise = new byte[before];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, image.bytes(), 0, before);
        System.arraycopy(noise, 0, image.bytes(), image.bytes().length - after, after);

        var found = new KallsymsFinder(memory(image, order), 8).find(range(image));

        assertThat(found).hasValue(locations(image));
    }

    @Test
    void markersOfPointerSizeAreRead() {
        var image = KallsymsFixture.symbols().markerByteSize(8).build();

        var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range(image));

        assertThat(found).hasValue(locations(image));
    }

    @Test
    void tablesOf32BitsAreFound() {
        var image = new KallsymsBuilder()
                .pointerByteSize(4)
                .imageAddress(0xc100_0000L)
                .add(0xc000_0000L, 'T', "_text")
                .add(0xc200_0000L, 'D', "data")
                .build();

        var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 4).find(range(image));

        assertThat(found).hasValue(locations(image));
    }

    @Test
    void tablesOverTheBorderOfWhatIsSearchedAtOnceAreFound() {
        for (var shift : List.of(0, 8, 504, 512, 1024, 2048)) {
            var image = KallsymsFixture.symbols()
                    .layout(KallsymsLayout.FROM_6_4)
                    .surroundings((1 << 20) - 4096 + shift, 1 << 12)
                    .build();

            var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range(image));

            assertThat(found).as("shifted by %d", shift).hasValue(locations(image));
        }
    }

    @Test
    void absentMemoryIsPassedOver() {
        var image = KallsymsFixture.symbols().build();
        var range = new AddressRange(image.address() - (1 << 21), image.address() + (1 << 21));

        var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range);

        assertThat(found).hasValue(locations(image));
    }

    @Test
    void memoryMadeOfDigitsIsGivenUp() {
        var bytes = new byte[1 << 22];
        for (var at = 0; at + 20 < bytes.length; at += 20) {
            for (var number = 0; number < 10; number++) {
                bytes[at + 2 * number] = (byte) ('0' + number);
            }
        }
        var range = new AddressRange(KallsymsFixture.TEXT, KallsymsFixture.TEXT + bytes.length - 1);
        var finder = new KallsymsFinder(memory(KallsymsFixture.TEXT, bytes, ByteOrder.LITTLE_ENDIAN), 8);

        assertThat(assertTimeoutPreemptively(ofSeconds(20), () -> finder.find(range)))
                .isEmpty();
    }

    @Test
    void memoryInWhichEachPlaceLooksLikeManyNamesIsGivenUp() {
        var image = KallsymsFixture.symbols().surroundings(1 << 23, 0).build();
        var names = image.offsetOf("kallsyms_names");
        // Words of 0x16101, a likely number of symbols; what follows each of them are names of one token.
        for (var at = 0; at < names; at++) {
            image.bytes()[at] = at % 4 == 1 ? (byte) 'a' : at % 4 == 3 ? 0 : (byte) 1;
        }
        image.bytes()[image.offsetOf("kallsyms_markers") + 1] ^= 1;
        var finder = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8);

        assertThat(assertTimeoutPreemptively(ofSeconds(20), () -> finder.find(range(image))))
                .isEmpty();
    }

    @Test
    void theSearchEndsWhereTheImageDoes() {
        var image = KallsymsFixture.symbols().build();
        var far = new AddressRange(image.address() - (1L << 40), image.address() + (1 << 20));

        assertThat(new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(far))
                .isEmpty();
    }

    @Test
    void aRangeThatEndsTheAddressSpaceIsSearched() {
        var image = new KallsymsBuilder()
                .imageAddress(-(1L << 20))
                .add(-(1L << 21), 'T', "_text")
                .add(-(1L << 10), 'B', "_end")
                .build();
        var range = new AddressRange(image.address(), -1);

        var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range);

        assertThat(found).hasValue(locations(image));
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        var zeros = memory(KallsymsFixture.TEXT, new byte[1 << 16], ByteOrder.LITTLE_ENDIAN);
        var range = new AddressRange(KallsymsFixture.TEXT, KallsymsFixture.TEXT + (1 << 16) - 1);

        assertThat(new KallsymsFinder(zeros, 8).find(range)).isEmpty();
    }

    @Test
    void digitsThatAreNoTokensAreNotTaken() {
        var bytes = new byte[1 << 16];
        for (var number = 0; number < 10; number++) {
            bytes[5000 + 2 * number] = (byte) ('0' + number);
        }
        var range = new AddressRange(KallsymsFixture.TEXT, KallsymsFixture.TEXT + bytes.length - 1);

        var found = new KallsymsFinder(memory(KallsymsFixture.TEXT, bytes, ByteOrder.LITTLE_ENDIAN), 8).find(range);

        assertThat(found).isEmpty();
    }

    @Test
    void tablesWithADamagedHeadAreNotTaken() {
        for (var table : List.of("kallsyms_token_index", "kallsyms_num_syms")) {
            var image = KallsymsFixture.symbols().build();
            image.bytes()[image.offsetOf(table) + 1] ^= 0x55;

            var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range(image));

            assertThat(found).as(table).isEmpty();
        }
    }

    @Test
    void tablesWithoutASymbolThatIsKnownAreNotTaken() {
        var image = KallsymsFixture.symbols().build();
        var finder = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8);

        assertThat(finder.find(range(image), List.of(1L, KallsymsFixture.TEXT + 0x180)))
                .hasValue(locations(image));
        assertThat(finder.find(range(image), List.of(KallsymsFixture.TEXT + 0x181)))
                .isEmpty();
    }

    @Test
    void addressesFarFromTheRangeAreNotTaken() {
        var image = KallsymsFixture.symbols().imageAddress(0x1000).build();

        assertThat(new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range(image)))
                .isEmpty();
    }

    @Test
    void aSecondTokenTableIsTriedWhenTheFirstHasNoNames() {
        var image = KallsymsFixture.symbols().surroundings(1 << 16, 0).build();
        var tokens = image.offsetOf("kallsyms_token_table");
        System.arraycopy(image.bytes(), tokens, image.bytes(), 1024, image.bytes().length - tokens);

        var found = new KallsymsFinder(memory(image, ByteOrder.LITTLE_ENDIAN), 8).find(range(image));

        assertThat(found).hasValue(locations(image));
        assertThat(Arrays.equals(image.bytes(), 1024, 1100, image.bytes(), tokens, tokens + 76))
                .isTrue();
    }
}
