package org.wyrm.memory.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.testkit.dump.Sample;

@Timeout(60)
class MemorySearchTest {
    private static final int BLOCK_BYTES = 1 << 20;

    /** How memory is cut: a chunk of each size is as good as any other. */
    private enum Cut {
        ONE_CHUNK(1 << 30),
        LARGE_CHUNKS(200_000),
        PAGES(4096),
        ODD(777);

        private final int byteSize;

        Cut(int byteSize) {
            this.byteSize = byteSize;
        }
    }

    /** Memory in chunks of a size. */
    private record Chunks(long firstAddress, byte[] bytes, int chunkByteSize) implements MemorySource {
        @Override
        public long lastAddress() {
            return firstAddress + bytes.length - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            var first = (int) (address - firstAddress) / chunkByteSize * chunkByteSize;
            var size = Math.min(chunkByteSize, bytes.length - first);
            return new Chunk(firstAddress + first, MemorySegment.ofArray(bytes).asSlice(first, size));
        }
    }

    /** Memory of which every second page is absent, and one page is damaged. */
    private record Holes(long firstAddress, byte[] bytes, long damaged) implements MemorySource {
        @Override
        public long lastAddress() {
            return firstAddress + bytes.length - 1;
        }

        @Override
        public OptionalLong nextPresent(long address, Cancellation cancellation) {
            var isPresent = (address >>> 12 & 1) == 0;
            return OptionalLong.of(isPresent ? address : (address | 4095) + 1);
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            if ((address >>> 12 & 1) != 0) {
                throw new FaultException(AddressSpace.PHYSICAL, address, "a hole");
            }
            if (address >>> 12 == damaged >>> 12) {
                throw new MalformedDataException("test", 0, "damaged");
            }
            var first = address & -4096;
            return new Chunk(first, MemorySegment.ofArray(bytes).asSlice(first - firstAddress, 4096));
        }
    }

    private static TargetMemory memory(MemorySource... sources) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(sources));
    }

    private static List<Match> find(TargetMemory memory, SearchPattern pattern) {
        return find(MemorySearch.of(memory), pattern);
    }

    private static List<Match> find(MemorySearch search, SearchPattern pattern) {
        try (var matches = search.find(pattern)) {
            return matches.toList();
        }
    }

    private static List<Long> addresses(List<Match> matches) {
        return matches.stream().map(Match::address).toList();
    }

    /** Few different bytes, so that there is much to be found, and that overlaps. */
    private static byte[] random(Random random, int byteSize, int kinds) {
        var bytes = new byte[byteSize];
        for (var i = 0; i < byteSize; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(kinds));
        }
        return bytes;
    }

    /** Looks at each address, one after the other. */
    private static List<Long> naive(byte[] bytes, long address, byte[] wanted, int alignment) {
        var found = new ArrayList<Long>();
        for (var i = 0; i + wanted.length <= bytes.length; i++) {
            if ((address + i) % alignment == 0
                    && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                found.add(address + i);
                i += wanted.length - 1;
            }
        }
        return found;
    }

    @Nested
    class Bytes {
        @ParameterizedTest
        @EnumSource
        void areFoundWhereEachAddressIsLookedAt(Cut cut) {
            var random = new Random(1);
            var bytes = random(random, BLOCK_BYTES + 12_345, 4);
            var memory = memory(new Chunks(0x1003, bytes, cut.byteSize));

            for (var size : new int[] {1, 2, 7, 8, 9, 20}) {
                var at = random.nextInt(bytes.length - size);
                var wanted = Arrays.copyOfRange(bytes, at, at + size);
                for (var alignment : new int[] {1, 8}) {
                    var search = MemorySearch.of(memory).alignment(alignment);
                    assertThat(addresses(find(search, SearchPattern.bytes(wanted))))
                            .as("%d bytes of %s, alignment %d", size, at, alignment)
                            .isEqualTo(naive(bytes, 0x1003, wanted, alignment))
                            .hasSizeGreaterThanOrEqualTo(alignment == 1 ? 1 : 0);
                }
            }
        }

        @ParameterizedTest
        @EnumSource
        void areFoundOnceAcrossBorders(Cut cut) {
            var bytes = new byte[3 * BLOCK_BYTES];
            var wanted = random(new Random(2), SearchPattern.MAX_MATCH_BYTES, 20);
            System.arraycopy(wanted, 0, bytes, BLOCK_BYTES - 1, wanted.length);
            System.arraycopy(wanted, 0, bytes, 2 * BLOCK_BYTES - wanted.length + 1, wanted.length);
            System.arraycopy(wanted, 0, bytes, 3 * BLOCK_BYTES - wanted.length, wanted.length);

            assertThat(find(memory(new Chunks(0, bytes, cut.byteSize)), SearchPattern.bytes(wanted)))
                    .containsExactly(
                            new Match(BLOCK_BYTES - 1, wanted.length),
                            new Match(2 * BLOCK_BYTES - wanted.length + 1, wanted.length),
                            new Match(3 * BLOCK_BYTES - wanted.length, wanted.length));
        }

        @ParameterizedTest
        @EnumSource
        void areFoundWhereMostOfMemoryIsZero(Cut cut) {
            var random = new Random(3);
            var bytes = new byte[BLOCK_BYTES + 12_345];
            for (var i = 0; i < 5000; i++) {
                bytes[random.nextInt(bytes.length)] = 7;
            }
            System.arraycopy(new byte[] {0, 0, 7, 0, 9, 0, 0}, 0, bytes, 77_777, 7);
            var memory = memory(new Chunks(0x1003, bytes, cut.byteSize));

            for (var wanted : new byte[][] {{0, 0, 7, 0, 9, 0, 0}, {7, 0, 9}, {0, 7}, {7, 0}, {0, 0, 0, 7, 0}}) {
                assertThat(addresses(find(memory, SearchPattern.bytes(wanted))))
                        .as(Arrays.toString(wanted))
                        .isEqualTo(naive(bytes, 0x1003, wanted, 1))
                        .isNotEmpty();
            }
        }

        /** Zeros are passed over 32 KiB at once: matches lie at and around the ends of such pieces. */
        @ParameterizedTest
        @EnumSource
        void areFoundBetweenLongZeros(Cut cut) {
            var piece = 1 << 15;
            var random = new Random(4);
            var bytes = new byte[2 * BLOCK_BYTES + 4_321];
            var wanted = new byte[] {0, 0, 0, 7, 0, 9, 0, 0, 0, 0};
            for (var at = 4 * piece; at < bytes.length - piece; at += 4 * piece + random.nextInt(piece)) {
                System.arraycopy(wanted, 0, bytes, at / piece * piece + random.nextInt(21) - 10, wanted.length);
            }
            System.arraycopy(wanted, 0, bytes, 0, wanted.length);
            System.arraycopy(wanted, 0, bytes, bytes.length - wanted.length, wanted.length);
            var memory = memory(new Chunks(0x1003, bytes, cut.byteSize));

            for (var each : new byte[][] {wanted, {7, 0, 9}, {0, 7}, {9}, {9, 0}}) {
                assertThat(addresses(find(memory, SearchPattern.bytes(each))))
                        .as(Arrays.toString(each))
                        .isEqualTo(naive(bytes, 0x1003, each, 1))
                        .hasSizeGreaterThan(10);
            }
        }

        @Test
        void doNotOverlapAcrossBlocks() {
            var bytes = new byte[2 * BLOCK_BYTES + 1];

            assertThat(addresses(find(memory(new Chunks(0, bytes, 1 << 30)), SearchPattern.bytes(new byte[3]))))
                    .isEqualTo(naive(bytes, 0, new byte[3], 1));
        }

        @Test
        void areNotFoundOverHoles() {
            var bytes = new byte[16 * 4096];
            Arrays.fill(bytes, (byte) 'x');
            var wanted = new byte[3000];
            Arrays.fill(wanted, (byte) 'x');

            assertThat(addresses(find(memory(new Holes(0, bytes, -1)), SearchPattern.bytes(wanted))))
                    .containsExactly(0L, 0x2000L, 0x4000L, 0x6000L, 0x8000L, 0xa000L, 0xc000L, 0xe000L);
        }

        @Test
        void areFoundAtTheEndOfTheAddressSpace() {
            var bytes = new byte[4096];
            bytes[4094] = 1;
            bytes[4095] = 2;

            assertThat(find(memory(new Chunks(-4096, bytes, 4096)), SearchPattern.bytes(new byte[] {1, 2})))
                    .containsExactly(new Match(-2, 2));
        }

        @Test
        void lieInTheRangeWithAllOfThem() {
            var search =
                    MemorySearch.of(memory(new Chunks(0x1000, "abcabcabc".getBytes(StandardCharsets.US_ASCII), 99)));

            assertThat(addresses(find(
                            search.range(new AddressRange(0x1001, 0x1007)),
                            SearchPattern.bytes("abc".getBytes(StandardCharsets.US_ASCII)))))
                    .containsExactly(0x1003L);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, SearchPattern.MAX_MATCH_BYTES + 1})
        void areNeitherNoneNorTooMany(int size) {
            assertThatThrownBy(() -> SearchPattern.bytes(new byte[size]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a pattern has 1 to 4096 bytes, not " + size);
        }
    }

    @Nested
    class Numbers {
        @ParameterizedTest
        @EnumSource
        void areFoundWhereEachIsLookedAt(Cut cut) {
            var random = new Random(3);
            var bytes = random(random, BLOCK_BYTES + 4099, 9);
            for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                var memory = new TargetMemory(
                        AddressSpace.PHYSICAL, order, List.of(new Chunks(0x1005, bytes, cut.byteSize)));
                for (var size : Sample.some(List.of(1, 2, 4, 8), 1)) {
                    var at = random.nextInt(bytes.length / 8 - 8) * 8 + 3;
                    var value = number(ByteBuffer.wrap(bytes).order(order), at, size);
                    for (var ignored : new long[] {0, 0x0303L, 0xff}) {
                        var ranges = List.of(ValueRange.of(value));
                        assertThat(addresses(find(memory, SearchPattern.integers(size, order, ranges, ignored))))
                                .as("%d bytes, %s, mask 0x%x", size, order, ignored)
                                .isEqualTo(naive(bytes, order, size, ranges, ignored))
                                .isNotEmpty();
                    }
                    var ranges = List.of(
                            ValueRange.of(value), new ValueRange(value & 0x7f, value | 0x0f), new ValueRange(0, 1));
                    assertThat(addresses(find(memory, SearchPattern.integers(size, order, ranges, 0x10))))
                            .isEqualTo(naive(bytes, order, size, ranges, 0x10));
                }
            }
        }

        private static long number(ByteBuffer buffer, int at, int size) {
            return switch (size) {
                case 1 -> buffer.get(at) & 0xff;
                case 2 -> buffer.getShort(at) & 0xffff;
                case 4 -> buffer.getInt(at) & 0xffff_ffffL;
                default -> buffer.getLong(at);
            };
        }

        private static List<Long> naive(
                byte[] bytes, ByteOrder order, int size, List<ValueRange> ranges, long ignored) {
            var found = new ArrayList<Long>();
            var buffer = ByteBuffer.wrap(bytes).order(order);
            for (var i = (size - 0x1005 % size) % size; i + size <= bytes.length; i += size) {
                var value = number(buffer, i, size) & ~ignored;
                for (var range : ranges) {
                    if (Long.compareUnsigned(range.lowest() & ~ignored, value) <= 0
                            && Long.compareUnsigned(range.highest() & ~ignored, value) >= 0) {
                        found.add(0x1005L + i);
                        break;
                    }
                }
            }
            return found;
        }

        @Test
        void areUnsigned() {
            var bytes = new byte[32];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(8, -2).putLong(16, Long.MIN_VALUE);
            var range = List.of(new ValueRange(Long.MAX_VALUE, -1));

            assertThat(addresses(find(
                            memory(new Chunks(0, bytes, 32)),
                            SearchPattern.integers(8, ByteOrder.LITTLE_ENDIAN, range, 0))))
                    .containsExactly(8L, 16L);
        }

        @Test
        void haveTheirSize() {
            assertThatThrownBy(() -> SearchPattern.integer(2, ByteOrder.LITTLE_ENDIAN, 0x10000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("0x10000 has more than 16 bits");
            assertThatThrownBy(() -> SearchPattern.integer(3, ByteOrder.LITTLE_ENDIAN, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new ValueRange(2, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lowest value 0x2 is above highest 0x1");
        }
    }

    @Nested
    class RegularExpressions {
        @ParameterizedTest
        @EnumSource
        void areFoundAsInOneText(Cut cut) {
            var bytes = random(new Random(4), BLOCK_BYTES + 99_999, 3);
            var text = new String(bytes, StandardCharsets.ISO_8859_1);
            var memory = memory(new Chunks(0x1000, bytes, cut.byteSize));

            var expressions = List.of("a{9}", "ab+c", "(?<=cc)a+(?=b)", "(a|b){12,}", "\\Aa?b?c", "[^c]{2,}cab");
            for (var expression : Sample.some(expressions, 2)) {
                var expected = new ArrayList<Match>();
                var matcher = Pattern.compile(expression, Pattern.DOTALL).matcher(text);
                while (matcher.find()) {
                    expected.add(new Match(0x1000 + matcher.start(), matcher.end() - matcher.start()));
                }
                assertThat(find(memory, SearchPattern.regex(expression)))
                        .as(expression)
                        .isEqualTo(expected)
                        .isNotEmpty();
            }
        }

        @ParameterizedTest
        @EnumSource
        void matchNoMoreThanTheMost(Cut cut) {
            var bytes = new byte[BLOCK_BYTES + 5000];
            Arrays.fill(bytes, 1000, bytes.length, (byte) 'a');

            var matches = find(memory(new Chunks(0, bytes, cut.byteSize)), SearchPattern.regex("a+"));

            assertThat(matches.subList(0, 2)).containsExactly(new Match(1000, 4096), new Match(5096, 4096));
            assertThat(matches.stream().mapToInt(Match::byteSize).sum()).isEqualTo(bytes.length - 1000);
        }

        @Test
        void areOverBytes() {
            var bytes = new byte[] {0, (byte) 0xff, 10, (byte) 0x80, 0};

            assertThat(find(memory(new Chunks(0, bytes, 5)), SearchPattern.regex("\\xff.\\x80")))
                    .containsExactly(new Match(1, 3));
        }

        @Test
        void doNotMatchNothing() {
            assertThat(find(memory(new Chunks(0, new byte[100], 5)), SearchPattern.regex("a*")))
                    .isEmpty();
        }

        @Test
        void haveStackForDeepRecursion() {
            var bytes = new byte[20_000];
            Arrays.fill(bytes, (byte) 'a');
            var deep = "(".repeat(7) + "(a|b)" + ")".repeat(7) + "*c|(a|b)*";

            assertThat(find(memory(new Chunks(0, bytes, 99)), SearchPattern.regex("(a|b)*")))
                    .hasSize(5);
            assertThat(find(memory(new Chunks(0, bytes, 99)), SearchPattern.regex(deep)))
                    .hasSize(5);
        }

        @Test
        void endWhenTheyTakeTooLong() {
            var bytes = new byte[5000];
            Arrays.fill(bytes, (byte) 'a');

            assertThatThrownBy(() -> find(memory(new Chunks(0x10, bytes, 5000)), SearchPattern.regex("(a+)+b")))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageMatching("the regular expression takes too long, \\d+ steps in 5000 bytes at 0x10: .*");
        }

        @Test
        void areRefusedWithThePlace() {
            assertThatThrownBy(() -> SearchPattern.regex("ab(c"))
                    .isInstanceOfSatisfying(
                            PatternSyntaxException.class,
                            error -> assertThat(error.getIndex()).isEqualTo(4));
            assertThatThrownBy(() -> SearchPattern.regex("a".repeat(1025)))
                    .hasMessage("a regular expression has at most 1024 characters, not 1025");
            assertThatThrownBy(() -> SearchPattern.regex("(".repeat(9) + ")".repeat(9)))
                    .hasMessage("the groups of a regular expression are nested at most 8 deep");
        }
    }

    @Nested
    class Streams {
        @Test
        void areInOrderWithAnyNumberOfThreads() {
            var memory = memory(new Chunks(0, random(new Random(5), 5 * BLOCK_BYTES, 20), 4096));
            var pattern = SearchPattern.bytes("ab".getBytes(StandardCharsets.US_ASCII));
            var alone = find(MemorySearch.of(memory).threads(1), pattern);

            assertThat(find(MemorySearch.of(memory).threads(7), pattern)).isEqualTo(alone);
            assertThat(addresses(alone)).isSorted().hasSizeGreaterThan(1000);
        }

        @Test
        void readLittleMoreThanIsAskedFor() {
            var memory = memory(new Chunks(0, new byte[64 * BLOCK_BYTES], 4096));
            try (var matches = MemorySearch.of(memory).threads(2).find(SearchPattern.bytes(new byte[1]))) {
                assertThat(matches.limit(3)).hasSize(3);
            }

            assertThat(memory.lookupCount()).isLessThan(10 * (BLOCK_BYTES / 4096));
        }

        @Test
        void endWhenTheyAreCancelled() {
            var cancellation = new Cancellation();
            var memory = memory(new Chunks(0, new byte[16 * BLOCK_BYTES], 4096));
            try (var matches = MemorySearch.of(memory).with(cancellation).find(SearchPattern.bytes(new byte[1]))) {
                var iterator = matches.iterator();
                iterator.next();
                cancellation.cancel("enough");

                assertThatThrownBy(iterator::next).isInstanceOf(CancelledException.class);
            }
        }

        @Test
        void ofSeveralPatternsAreEachAsIfItWereAlone() {
            var random = new Random(4);
            var bytes = random(random, BLOCK_BYTES + 12_345, 4);
            var search = MemorySearch.of(memory(new Chunks(0x1003, bytes, 200_000)));
            var patterns = Stream.of("abba", "ba", "bad", "cafe")
                    .map(text -> SearchPattern.bytes(text.getBytes(StandardCharsets.US_ASCII)))
                    .toList();

            try (var all = search.findAll(patterns)) {
                assertThat(all.toList())
                        .isEqualTo(patterns.stream()
                                .flatMap(pattern -> find(search, pattern).stream())
                                .sorted(Comparator.comparingLong(Match::address))
                                .toList());
            }
        }

        @Test
        void ofSeveralPatternsComeBeforeADamagedPage() {
            var bytes = new byte[4 * BLOCK_BYTES];
            bytes[0] = 1;
            bytes[2 * BLOCK_BYTES] = 1;
            var memory = memory(new Holes(0, bytes, 3 * BLOCK_BYTES));
            var patterns = List.of(SearchPattern.bytes(new byte[] {2}), SearchPattern.bytes(new byte[] {1}));
            var found = new ArrayList<Long>();

            try (var matches = MemorySearch.of(memory).findAll(patterns)) {
                assertThatThrownBy(() -> matches.forEach(match -> found.add(match.address())))
                        .isInstanceOf(MalformedDataException.class);
            }
            assertThat(found).containsExactly(0L, 2L * BLOCK_BYTES);
        }

        @Test
        void giveWhatIsBeforeADamagedPage() {
            var bytes = new byte[4 * BLOCK_BYTES];
            bytes[0] = 1;
            var memory = memory(new Holes(0, bytes, 3 * BLOCK_BYTES));
            try (var matches = MemorySearch.of(memory).find(SearchPattern.bytes(new byte[] {1}))) {
                var iterator = matches.iterator();

                assertThat(iterator.next().address()).isZero();
                assertThatThrownBy(iterator::next).isInstanceOf(MalformedDataException.class);
            }
        }

        @Test
        void wantAnAlignmentThatIsOne() {
            for (var bad : new long[] {0, 3, -8, 1L << 31}) {
                assertThatThrownBy(() -> MemorySearch.of(memory()).alignment(bad))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
