package org.wyrm.arch.x86_64.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.PageTables.Translation;
import org.wyrm.arch.spi.SwapEntry;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.testkit.dump.PageTableBuilder;

class X86PageTablesTest {
    private static final long ROOT = 0x10_0000;
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;

    /** Memory of a machine that runs. */
    private record Running(Bytes bytes) implements MemorySource {
        @Override
        public long firstAddress() {
            return bytes.firstAddress();
        }

        @Override
        public long lastAddress() {
            return bytes.lastAddress();
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return bytes.chunk(address, wantedByteSize);
        }

        @Override
        public boolean isStable() {
            return false;
        }
    }

    /** Physical memory made of some bytes. */
    private record Bytes(long firstAddress, byte[] content) implements MemorySource {
        @Override
        public long lastAddress() {
            return firstAddress + content.length - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(firstAddress, MemorySegment.ofArray(content));
        }
    }

    private static TargetMemory physical(MemorySource... sources) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(sources));
    }

    private static PageTables tables(PageTableBuilder builder, Paging paging) {
        return new X86PageTables(physical(new Bytes(builder.root(), builder.build())), builder.root(), paging, 0);
    }

    private static PageTables tables(PageTableBuilder builder) {
        return tables(builder, Paging.FOUR_LEVELS);
    }

    private static PageTableBuilder builder() {
        return new PageTableBuilder(4, ROOT);
    }

    @Test
    void ofAMachineThatRunsAreReadEachTime() {
        var before = builder().map(DIRECT_MAP, 0x7000).build();
        var after = builder().map(DIRECT_MAP, 0x9000).build();
        var memory = before.clone();
        var physical = physical(new Running(new Bytes(ROOT, memory)));
        var tables = new X86PageTables(physical, ROOT, Paging.FOUR_LEVELS, 0);
        assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x7000);

        System.arraycopy(after, 0, memory, 0, memory.length);

        assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x9000);
        assertThat(new TranslatedMemory(tables, physical).isStable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0xffff888000001000, 12",
        "4, 0xffffffff81000000, 21",
        "4, 0xffff888040000000, 30",
        "4, 0x7fffffffe000, 12",
        "4, 0xfffffffffffff000, 12",
        "5, 0xff11000000200000, 21",
        "5, 0xff11000040000000, 30",
        "5, 0xfffffffffffff000, 12",
        "5, 0xff000000000000, 12"
    })
    void findsPagesOfAllSizes(int levelCount, String address, int pageShift) {
        var virtualAddress = Long.parseUnsignedLong(address.substring(2), 16);
        var builder = new PageTableBuilder(levelCount, ROOT);
        if (pageShift == 12) {
            builder.map(virtualAddress, 0x7000);
        } else {
            builder.mapLarge(virtualAddress, 1L << 40, pageShift);
        }
        var tables = tables(builder, levelCount == 4 ? Paging.FOUR_LEVELS : Paging.FIVE_LEVELS);

        var expected = new Translation(virtualAddress, pageShift == 12 ? 0x7000 : 1L << 40, 1L << pageShift);
        assertThat(tables.translate(virtualAddress)).isEqualTo(expected);
        assertThat(tables.translate(virtualAddress + (1L << pageShift) - 1)).isEqualTo(expected);
        assertThat(tables.translate(virtualAddress + 123)).isEqualTo(expected);
        assertThatThrownBy(() -> tables.translate(virtualAddress - 1)).isInstanceOf(FaultException.class);
    }

    @Test
    void addressesAreBits12To51OfAnEntry() {
        var tables = tables(builder().entry(DIRECT_MAP, 12, 0xfff0_0000_0000_0fffL | 0x000f_ffff_ffff_f000L));

        assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x000f_ffff_ffff_f000L);
    }

    @Test
    void theEncryptionMaskIsNoPartOfAnAddress() {
        var encrypted = 1L << 47;
        var builder = builder()
                .map(DIRECT_MAP, 0x5000 | encrypted)
                .mapLarge(DIRECT_MAP + (1 << 21), 0x20_0000 | encrypted, 21);
        var tables = new X86PageTables(
                physical(new Bytes(ROOT, builder.build())), ROOT | encrypted, Paging.FOUR_LEVELS, encrypted);

        assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x5000);
        assertThat(tables.translate(DIRECT_MAP + (1 << 21)).firstPhysicalAddress())
                .isEqualTo(0x20_0000);
    }

    @Test
    void patOfALargePageIsNoPartOfItsAddress() {
        var tables = tables(builder().mapLarge(DIRECT_MAP, 0x20_0000 | 1 << 12, 21));

        assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x20_0000);
    }

    @Nested
    class AnAddressThatIsNotMapped {
        private static void assertFault(PageTables tables, long address, String reason) {
            assertThatThrownBy(() -> tables.translate(address)).isInstanceOfSatisfying(FaultException.class, fault -> {
                assertThat(fault.space()).isEqualTo(AddressSpace.VIRTUAL);
                assertThat(fault.address()).isEqualTo(address);
                assertThat(fault.reason()).isEqualTo(reason);
            });
        }

        @ParameterizedTest
        @CsvSource({
            "39, PGD, 0x100888",
            "30, PUD, 0x101000",
            "21, PMD, 0x102000",
            "12, PTE, 0x103000",
        })
        void namesTheLevelAndTheEntry(int shift, String level, String entryAddress) {
            var tables = tables(builder().entry(DIRECT_MAP, shift, 0xabc_0000));

            assertFault(
                    tables,
                    DIRECT_MAP + 0x10,
                    "not mapped: %s entry at physical %s is 0xabc0000, not present".formatted(level, entryAddress));
        }

        @Test
        void namesTheFifthLevel() {
            var tables = tables(new PageTableBuilder(5, ROOT).entry(0, 39, 0), Paging.FIVE_LEVELS);

            assertFault(tables, 0x1000, "not mapped: P4D entry at physical 0x101000 is 0x0, not present");
            assertFault(tables, 1L << 48, "not mapped: PGD entry at physical 0x100008 is 0x0, not present");
        }

        @Test
        void mayNotBeCanonical() {
            assertFault(tables(builder()), 0x8000_0000_0000L, "not a canonical address with 4 levels");
            assertFault(tables(builder()), 0xffff_7fff_ffff_ffffL, "not a canonical address with 4 levels");
            assertFault(
                    tables(new PageTableBuilder(5, ROOT), Paging.FIVE_LEVELS),
                    1L << 56,
                    "not a canonical address with 5 levels");
        }

        @Test
        void mayHaveReservedBits() {
            assertFault(
                    tables(builder().entry(DIRECT_MAP, 21, 0x20_6083)),
                    DIRECT_MAP,
                    "not mapped: PMD entry at physical 0x102000 is 0x206083, with reserved bits 0x6000");
            assertFault(
                    tables(builder().entry(DIRECT_MAP, 39, 0x1083)),
                    DIRECT_MAP,
                    "not mapped: PGD entry at physical 0x100888 is 0x1083, with reserved bits 0x80");
        }

        @Test
        void mayHaveATableThatIsAbsent() {
            assertFault(
                    tables(builder().entry(DIRECT_MAP, 30, 0x66_6000 | 1)),
                    DIRECT_MAP,
                    "its PMD entry at physical 0x666000 cannot be read: beyond the dump, whose last address is 0x101fff");
        }
    }

    @Nested
    class TablesThatLoop {
        @Test
        void endTheWalk() {
            var tables = tables(builder().entry(0, 39, ROOT | 1));

            assertThat(tables.translate(0)).isEqualTo(new Translation(0, ROOT, 4096));
            assertThatThrownBy(() -> tables.translate(1 << 12))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("PTE");
        }

        @Test
        void areWalkedAtAnyEntryWithoutHarm() {
            var random = new Random(11);
            var content = new byte[16 * 4096];
            random.nextBytes(content);
            var root = java.nio.ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            // Every entry points at one of the 16 tables, whatever its other bits are.
            for (var i = 0; i < content.length; i += 8) {
                root.putLong(i, root.getLong(i) & 0xfff0_0000_0000_0fffL | ROOT + 4096L * random.nextInt(16));
            }
            var memory = physical(new Bytes(ROOT, content));
            for (var paging : Paging.values()) {
                var tables = new X86PageTables(memory, ROOT, paging, 0);
                var found = random.longs(10_000)
                        .filter(address -> {
                            try {
                                var page = tables.translate(address >> 7 + random.nextInt(9));
                                return page.pageByteSize() > 0;
                            } catch (FaultException expected) {
                                return false;
                            }
                        })
                        .count();

                assertThat(found).isPositive();
            }
        }
    }

    @Test
    void oneCacheServesManyThreads() {
        var builder = builder();
        for (var i = 0; i < 4096; i++) {
            builder.map(DIRECT_MAP + i * 4096L, i * 8192L);
        }
        var tables = tables(builder);

        var wrong = IntStream.range(0, 400_000)
                .parallel()
                .filter(i ->
                        tables.translate(DIRECT_MAP + (i % 4096) * 4096L).firstPhysicalAddress() != (i % 4096) * 8192L)
                .count();

        assertThat(wrong).isZero();
    }

    @Nested
    class TheKernelsTables {
        private record Parameters(Map<String, Long> values) implements KernelParameters {
            @Override
            public OptionalLong symbol(String name) {
                return number(name);
            }

            @Override
            public OptionalLong number(String name) {
                var value = values.get(name);
                return value == null ? OptionalLong.empty() : OptionalLong.of(value);
            }
        }

        private static PageTables tables(PageTableBuilder builder, Map<String, Long> parameters) {
            return new X86Architecture()
                    .kernelPageTables(physical(new Bytes(builder.root(), builder.build())), new Parameters(parameters));
        }

        @Test
        void areWherePhysBaseSays() {
            var tables = tables(
                    builder().map(DIRECT_MAP, 0x7000),
                    Map.of("swapper_pg_dir", 0xffff_ffff_ac81_0000L, "phys_base", ROOT - 0x2c81_0000L));

            assertThat(tables.translate(DIRECT_MAP).firstPhysicalAddress()).isEqualTo(0x7000);
        }

        @Test
        void haveFiveLevelsIfTheKernelSaysSo() {
            var tables = tables(
                    new PageTableBuilder(5, ROOT).map(0xff11_0000_0000_0000L, 0x7000),
                    Map.of("swapper_pg_dir", 0xffff_ffff_8010_0000L, "phys_base", 0L, "pgtable_l5_enabled", 1L));

            assertThat(tables.translate(0xff11_0000_0000_0000L).firstPhysicalAddress())
                    .isEqualTo(0x7000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"swapper_pg_dir", "phys_base"})
        void cannotBeFoundWithout(String name) {
            var parameters = new java.util.HashMap<>(Map.of("swapper_pg_dir", 0xffff_ffff_8010_0000L, "phys_base", 0L));
            parameters.remove(name);

            assertThatThrownBy(() -> tables(builder(), parameters))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(name);
        }
    }

    @Nested
    class AWalk {
        @Test
        void hasTheEntriesOnTheWay() {
            var tables = tables(builder().map(DIRECT_MAP + 0x5000, 0x7000));

            var walk = tables.walk(DIRECT_MAP + 0x5678);

            assertThat(walk.steps()).extracting(PageTables.Step::table).containsExactly("PGD", "PUD", "PMD", "PTE");
            assertThat(walk.steps().getFirst().entryPhysicalAddress()).isEqualTo(ROOT + 0x111 * 8);
            assertThat(walk.steps().getLast().entry())
                    .isEqualTo(new PageTableEntry(0x7003, true, 0x7000, List.of("PRESENT", "RW")));
            assertThat(walk.page()).contains(new Translation(DIRECT_MAP + 0x5000, 0x7000, 4096));
            assertThat(walk.fault()).isEmpty();
        }

        @Test
        void endsWithTheEntryThatIsNotPresent() {
            var walk = tables(builder().map(DIRECT_MAP, 0x7000)).walk(DIRECT_MAP + 0x1000);

            assertThat(walk.steps()).hasSize(4);
            assertThat(walk.page()).isEmpty();
            assertThat(walk.fault().orElseThrow().reason())
                    .isEqualTo("not mapped: PTE entry at physical 0x103008 is 0x0, not present");
        }

        @Test
        void hasNoStepsToAnAddressThatIsNone() {
            assertThat(tables(builder()).walk(0x8000_0000_0000L).steps()).isEmpty();
        }

        @Test
        void namesAllFlags() {
            assertThat(X86PageTables.decode(-1L, X86PageTables.addressMask(0)))
                    .isEqualTo(new PageTableEntry(
                            -1L,
                            true,
                            0xf_ffff_ffff_f000L,
                            List.of(
                                    "PRESENT",
                                    "RW",
                                    "USER",
                                    "PWT",
                                    "PCD",
                                    "ACCESSED",
                                    "DIRTY",
                                    "PSE",
                                    "GLOBAL",
                                    "NX")));
            assertThat(X86PageTables.decode(0x1100, X86PageTables.addressMask(0)))
                    .isEqualTo(new PageTableEntry(0x1100, false, 0, List.of("GLOBAL", "PROTNONE")));
        }

        @Test
        void tellsWhereAPageIsSwappedOutTo() {
            // The numbers are those of crash 8.0.6.
            assertThat(X86PageTables.swapEntry(0x123456e0)).contains(new SwapEntry(0, 1125899906246100L));
            assertThat(X86PageTables.swapEntry(0x4000_0000_0000L)).contains(new SwapEntry(0, 1125762467889151L));
            assertThat(X86PageTables.swapEntry(0xffff_fdff_ffff_fe00L)).contains(new SwapEntry(31, 0x1_0000_0000L));
            assertThat(Stream.of(0L, 0x60L, 0x7003L, 0x1100L).flatMap(each -> X86PageTables.swapEntry(each).stream()))
                    .isEmpty();
        }
    }

    @Nested
    class TheNextPage {
        private static List<Translation> pages(PageTables tables) {
            var pages = new java.util.ArrayList<Translation>();
            var next = tables.nextPage(0, new Cancellation());
            while (next.isPresent()) {
                var page = next.get();
                pages.add(page);
                var end = page.firstVirtualAddress() + page.pageByteSize();
                next = end == 0 ? java.util.Optional.empty() : tables.nextPage(end, new Cancellation());
            }
            return pages;
        }

        @ParameterizedTest
        @ValueSource(ints = {4, 5})
        void leadsThroughAllOfThem(int levelCount) {
            var builder = new PageTableBuilder(levelCount, ROOT)
                    .map(0x1000, 0x9000)
                    .map(0x7fff_ffff_f000L, 0xa000)
                    .mapLarge(DIRECT_MAP, 0x40_0000, 21)
                    .map(DIRECT_MAP + 0x20_0000, 0xb000)
                    .mapLarge(DIRECT_MAP + 0x4000_0000, 0x4000_0000, 30)
                    .map(-4096, 0xc000);

            assertThat(pages(tables(builder, levelCount == 4 ? Paging.FOUR_LEVELS : Paging.FIVE_LEVELS)))
                    .containsExactly(
                            new Translation(0x1000, 0x9000, 4096),
                            new Translation(0x7fff_ffff_f000L, 0xa000, 4096),
                            new Translation(DIRECT_MAP, 0x40_0000, 1 << 21),
                            new Translation(DIRECT_MAP + 0x20_0000, 0xb000, 4096),
                            new Translation(DIRECT_MAP + 0x4000_0000, 0x4000_0000, 1 << 30),
                            new Translation(-4096, 0xc000, 4096));
        }

        @Test
        void passesWhatIsInvalidAndWhatCannotBeRead() {
            var builder = builder()
                    .entry(0x8000_0000L, 30, 0x40_0000_2083L)
                    .entry(0x1_0000_0000L, 30, 0x7777_0003L)
                    .map(-4096, 0xc000);

            assertThat(pages(tables(builder))).containsExactly(new Translation(-4096, 0xc000, 4096));
        }

        @Test
        void isNotSearchedForEverWhereTablesPointAtThemselves() {
            var builder = new PageTableBuilder(4, ROOT);
            for (var i = 0L; i < 511; i++) {
                builder.entry(i << 39, 39, ROOT | 1);
            }
            var cancellation = new Cancellation();
            var memory = VirtualMemory.virtual(builder);

            cancellation.cancel("enough");

            assertThatThrownBy(() -> memory.nextPresent(0x1000, cancellation))
                    .isInstanceOf(org.wyrm.base.error.CancelledException.class);
        }
    }

    @Nested
    class VirtualMemory {
        private static TargetMemory virtual(PageTableBuilder builder, MemorySource... pages) {
            var sources = new java.util.ArrayList<MemorySource>(List.of(pages));
            sources.add(new Bytes(builder.root(), builder.build()));
            var physical = physical(sources.toArray(MemorySource[]::new));
            var tables = new X86PageTables(physical, builder.root(), Paging.FOUR_LEVELS, 0);
            return new TargetMemory(
                    AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(new TranslatedMemory(tables, physical)));
        }

        private static byte[] numbered(int byteSize) {
            var bytes = new byte[byteSize];
            for (var i = 0; i < byteSize; i++) {
                bytes[i] = (byte) (i / 4096 * 16 + i % 13);
            }
            return bytes;
        }

        @Test
        void followsPagesThatLieApart() {
            var content = numbered(4 * 4096);
            var memory =
                    virtual(builder().map(DIRECT_MAP, 0x3000).map(DIRECT_MAP + 4096, 0x1000), new Bytes(0, content));

            assertThat(memory.bytes(DIRECT_MAP + 4090, 12))
                    .startsWith(java.util.Arrays.copyOfRange(content, 0x3ffa, 0x4000))
                    .endsWith(java.util.Arrays.copyOfRange(content, 0x1000, 0x1006));
            assertThat(memory.chunk(DIRECT_MAP + 5, 1).bytes().byteSize()).isEqualTo(4096);
        }

        @Test
        void givesALargePageInOnePiece() {
            var memory =
                    virtual(builder().mapLarge(DIRECT_MAP, 0x40_0000, 21), new Bytes(0x30_0000, new byte[0x40_0000]));

            var chunk = memory.chunk(DIRECT_MAP + 0x1234, 1);

            assertThat(chunk.firstAddress()).isEqualTo(DIRECT_MAP);
            assertThat(chunk.bytes().byteSize()).isEqualTo(1 << 21);
        }

        @Test
        void endsWhereTheMemoryBehindItEnds() {
            var memory = virtual(builder().mapLarge(DIRECT_MAP, 0x40_0000, 21), new Bytes(0x40_1000, numbered(4096)));

            assertThat(memory.bytes(DIRECT_MAP + 0x1000, 4096)).isEqualTo(numbered(4096));
            assertThatThrownBy(() -> memory.bytes(DIRECT_MAP + 0x1ff0, 17))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("cannot read virtual address 0xffff888000002000: physical address 0x402000: beyond the"
                            + " dump, whose last address is 0x401fff")
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultException.Kind.NO_MEMORY));
        }

        @Test
        void isPresentWhereItsPagesAreInMemory() {
            var memory = virtual(
                    builder().map(DIRECT_MAP, 0x9000_0000L).mapLarge(DIRECT_MAP + 0x20_0000, 0x40_0000, 21),
                    new Bytes(0x40_1000, numbered(4096)));

            assertThat(memory.nextPresent(0, new Cancellation())).hasValue(DIRECT_MAP + 0x20_1000);
            assertThat(memory.nextPresent(DIRECT_MAP + 0x20_1fff, new Cancellation()))
                    .hasValue(DIRECT_MAP + 0x20_1fff);
            assertThat(memory.nextPresent(DIRECT_MAP + 0x20_2000, new Cancellation()))
                    .isEmpty();
        }

        @Test
        void reachesTheLastAddress() {
            var memory = virtual(builder().map(-4096, 0x1000), new Bytes(0, numbered(8192)));

            assertThat(memory.u8(-1)).isEqualTo(numbered(8192)[8191] & 0xff);
        }
    }
}
