package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetFormatContract;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.FlattenedBuilder;
import org.wyrm.testkit.dump.KdumpBuilder;

/** Parts of split dumps; one alone keeps what every format keeps. */
class SplitDumpTest extends TargetFormatContract {
    private static final int BLOCK = 512;
    private static final KdumpFormat FORMAT = new KdumpFormat();

    private static byte[] page(int seed) {
        var page = new byte[BLOCK];
        Arrays.fill(page, 0, 100, (byte) seed);
        return page;
    }

    /** Page frames 0 to 63: of 1, 9, 17 … each is in the dump. */
    private static KdumpBuilder whole() {
        var dump = new KdumpBuilder()
                .blockByteSize(BLOCK)
                .vmcoreinfo("NUMBER(phys_base)=0\n")
                .note("CORE", 1, new byte[8])
                .excluded(63);
        IntStream.range(0, 8).forEach(i -> dump.page(i * 8 + 1, page(i * 8 + 1)));
        return dump;
    }

    static byte[] part(long first, long end) {
        return whole().part(first, end).build();
    }

    private static FileView file(String name, byte[] content) {
        return ByteSlice.of(name, content, ByteOrder.LITTLE_ENDIAN);
    }

    private static TargetImage open(byte[]... parts) {
        return FORMAT.open(IntStream.range(0, parts.length)
                .mapToObj(i -> file("part" + (i + 1), parts[i]))
                .toList());
    }

    private static TargetMemory memory(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    @Override
    protected TargetFormat format() {
        return FORMAT;
    }

    @Override
    protected byte[] file() {
        return part(0, 64);
    }

    @Override
    protected Map<Long, byte[]> content() {
        return Map.of(9L * BLOCK, page(9), 57L * BLOCK, page(57));
    }

    @Override
    protected Stream<byte[]> damaged() {
        return Stream.concat(
                Damage.extremes(part(9, 20), BLOCK, BLOCK + 0x68),
                Damage.extremes(part(9, 20), 4 * BLOCK, 4 * BLOCK + 48));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void readsPartsInAnyOrder(int version) {
        UnaryOperator<KdumpBuilder> of = dump -> dump.version(version);
        var image = open(
                of.apply(whole()).part(20, 41).build(),
                of.apply(whole()).part(41, 64).build(),
                of.apply(whole()).part(0, 20).build());

        assertThat(image.warnings()).isEmpty();
        var memory = memory(image);
        for (var i = 0; i < 8; i++) {
            assertThat(memory.bytes((i * 8L + 1) * BLOCK, BLOCK)).isEqualTo(page(i * 8 + 1));
        }
        assertThat(memory.nextPresent(10L * BLOCK, new Cancellation())).hasValue(17L * BLOCK);
        assertThat(memory.nextPresent(18L * BLOCK, new Cancellation())).hasValue(25L * BLOCK);
        assertThatThrownBy(() -> memory.u8(2L * BLOCK))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("there is no memory");
    }

    @Test
    void mayHavePartsWithoutPages() {
        var memory = memory(open(part(64, 64), part(0, 64), part(64, 64)));

        assertThat(memory.bytes(57L * BLOCK, BLOCK)).isEqualTo(page(57));
    }

    @Test
    void mayBeFlattened() {
        var inside = Stream.of(part(30, 64), part(0, 30))
                .map(part -> FlattenedBuilder.flatten(part, 100))
                .map(part -> new FlattenedContainer().open((ByteSlice) file("flat", part), warning -> {}))
                .toList();

        assertThat(memory(FORMAT.open(inside)).bytes(33L * BLOCK, BLOCK)).isEqualTo(page(33));
    }

    @ParameterizedTest
    @CsvSource({"20, 41, 0x14, 0x28", "0, 20, 0x0, 0x13", "41, 64, 0x29, 0x3f"})
    void namesAPartThatIsNotGiven(long first, long end, String firstShown, String lastShown) {
        var image = open(Stream.of(new long[] {0, 20}, new long[] {20, 41}, new long[] {41, 64})
                .filter(range -> range[0] != first)
                .map(range -> part(range[0], range[1]))
                .toArray(byte[][]::new));
        var range = "page frames " + firstShown + " to " + lastShown;

        assertThat(image.warnings()).singleElement().asString().contains(range).contains("not given");
        assertThatThrownBy(() -> memory(image).u8((end - 1) * BLOCK))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining(range);
        assertThat(memory(image).nextPresent(first * BLOCK, new Cancellation()).orElse(end * BLOCK))
                .isGreaterThanOrEqualTo(end * BLOCK);
    }

    @Test
    void namesThePartThatIsCutShort() {
        var second = part(20, 64);

        assertThat(open(part(0, 20), Arrays.copyOf(second, second.length - 3)).warnings())
                .singleElement()
                .asString()
                .startsWith("part2: the file is cut short");
    }

    /** Opens two parts, and reads all there is of them. */
    static void openBeside(byte[] part) {
        try {
            var memory = memory(open(part(0, 20), part));
            for (var pfn = 0L; pfn < 70; pfn++) {
                try {
                    memory.u8(pfn * BLOCK);
                } catch (DebuggerException expected) {
                    assertThat(expected.getMessage()).isNotBlank();
                }
            }
            var next = memory.nextPresent(0, new Cancellation());
            while (next.isPresent()) {
                next = memory.nextPresent((next.getAsLong() / BLOCK + 1) * BLOCK, new Cancellation());
            }
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Test
    void reportsEveryDamageOfOnePart() {
        var second = part(20, 64);

        Damage.truncated(second).forEach(SplitDumpTest::openBeside);
        Stream.of(
                        Damage.extremes(second, 0x1a8, 0x1d0),
                        Damage.extremes(second, BLOCK, BLOCK + 0x68),
                        Damage.extremes(second, 4 * BLOCK, 4 * BLOCK + 48))
                .flatMap(damaged -> damaged)
                .forEach(SplitDumpTest::openBeside);
    }

    @Test
    void refusesAPartTwice() {
        assertThatThrownBy(() -> open(part(0, 20), part(20, 64), part(0, 20)))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessageContaining("holds page frames 0x0 to 0x13");
    }

    @Test
    void refusesPartsOfOtherDumps() {
        var others = List.of(
                whole().machine("aarch64"),
                whole().dumpLevel(1),
                whole().vmcoreinfo("NUMBER(phys_base)=1\n"),
                whole().note("CORE", 1, new byte[8]),
                whole().page(2, page(2)),
                whole().excluded(5));

        assertThat(others)
                .allSatisfy(other -> assertThatThrownBy(
                                () -> open(part(0, 20), other.part(20, 64).build()))
                        .isInstanceOf(UnreadableTargetException.class)
                        .hasMessageStartingWith("part2: is a part of another dump than part1: their "));
    }

    @Test
    void refusesAWholeDumpBesideParts() {
        assertThatThrownBy(() -> open(part(0, 20), whole().build()))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("part2: is a whole dump");
    }

    @ParameterizedTest
    @CsvSource({"5, 3", "0, 65", "-1, 3", "0, -1", "0, 9223372036854775807"})
    void rejectsPageFramesThatCannotBe(long first, long end) {
        var file = part(0, 20);
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(BLOCK + 0x50, first)
                .putLong(BLOCK + 0x58, end);

        assertThatThrownBy(() -> open(file))
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        error -> assertThat(error.offsetBytes()).isEqualTo(BLOCK + 0x50));
    }
}
