package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.wyrm.symbols.btf.KallsymsFixture.END;
import static org.wyrm.symbols.btf.KallsymsFixture.TEXT;
import static org.wyrm.symbols.btf.KallsymsFixture.locations;
import static org.wyrm.symbols.btf.KallsymsFixture.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.testkit.kallsyms.KallsymsBuilder;
import org.wyrm.testkit.kallsyms.KallsymsForm;
import org.wyrm.testkit.kallsyms.KallsymsImage;
import org.wyrm.testkit.kallsyms.KallsymsLayout;

class KallsymsTest {
    private static SymbolFinder finder(KallsymsBuilder builder) {
        return finder(builder.build(), ByteOrder.LITTLE_ENDIAN, 8);
    }

    private static SymbolFinder finder(KallsymsImage image, ByteOrder order, int pointerByteSize) {
        var memory = memory(image, order);
        // Some names are looked for together, the others alone.
        return new Kallsyms(
                        () -> KallsymsTables.read(memory, locations(image), pointerByteSize),
                        List.of("init_task", "absent", "cleanup", "_end"),
                        CacheFolder.none(),
                        Optional.empty(),
                        warning -> {})
                .symbols()
                .orElseThrow();
    }

    @Nested
    class NamesThatAreKept {
        private static final List<String> NAMES = List.of("init_task", "absent", "cleanup");
        private final KallsymsImage image = KallsymsFixture.symbols().build();

        @TempDir
        Path folder;

        private List<Symbol> find(String buildId) {
            var memory = memory(image, ByteOrder.LITTLE_ENDIAN);
            var finder = new Kallsyms(
                            () -> KallsymsTables.read(memory, locations(image), 8),
                            NAMES,
                            CacheFolder.at(folder),
                            Optional.of(buildId),
                            warning -> {})
                    .symbols()
                    .orElseThrow();
            return NAMES.stream()
                    .flatMap(name -> finder.findSymbols(name).stream())
                    .toList();
        }

        private int[] kept() {
            var content = CacheFolder.at(folder).find("names", 2, "ab12").orElseThrow();
            return content.segment().toArray(ValueLayout.JAVA_INT_UNALIGNED);
        }

        private void keep(int... content) {
            var bytes = ByteBuffer.allocate(Integer.BYTES * content.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(content);
            CacheFolder.at(folder).keep("names", 2, "ab12", List.of(MemorySegment.ofBuffer(bytes)));
        }

        @Test
        void countForTheSameKernel() {
            var read = find("ab12");
            var kept = kept();
            // An absent name cannot be checked: that this is believed shows that what is kept is used.
            keep(kept[0], kept[1], kept[2], 0, 0, 0);

            assertThat(read).extracting(Symbol::name).contains("init_task", "cleanup");
            assertThat(find("ab12")).isEmpty();
            assertThat(find("cd34")).isEqualTo(read);
            keep(kept);
            assertThat(find("ab12")).isEqualTo(read);
        }

        /** A damaged table may have lost a name, and who reads it cannot know. */
        @Test
        void areNotThoseOfAnotherTableOfNames() {
            var read = find("ab12");
            var last = image.offsetOf("kallsyms_markers") - 9;
            image.bytes()[last] ^= 1;

            keep(kept()[0], kept()[1], kept()[2], 0, 0, 0);
            assertThat(find("ab12")).hasSameSizeAs(read);

            image.bytes()[last] ^= 1;
            assertThat(find("ab12")).isEqualTo(read);
        }

        @Test
        void ofADamagedTableAreNotKept() {
            image.bytes()[image.offsetOf("kallsyms_names") + 4] = 0;
            image.bytes()[image.offsetOf("kallsyms_names")] = 0;

            assertThat(find("ab12")).isEmpty();

            assertThat(CacheFolder.at(folder).find("names", 2, "ab12")).isEmpty();
        }

        @Test
        void countOnlyIfTheSymbolsHaveThem() {
            var read = find("ab12");
            var kept = kept();

            for (var at = 0; at < kept.length; at++) {
                for (var lie : new int[] {kept[at] + 1, kept[at] - 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                    var lies = kept.clone();
                    lies[at] = lie;
                    keep(lies);
                    assertThat(find("ab12")).as("%d at %d", lie, at).isEqualTo(read);
                }
                keep(Arrays.copyOf(kept, at));
                assertThat(find("ab12")).as("%d words", at).isEqualTo(read);
            }
            keep(Arrays.copyOf(kept, kept.length + 1));
            assertThat(find("ab12")).isEqualTo(read);
        }
    }

    static Stream<Arguments> everyForm() {
        return Stream.of(KallsymsForm.values())
                .flatMap(form -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                        .map(order -> Arguments.of(form, order)));
    }

    @ParameterizedTest
    @MethodSource("everyForm")
    void allSymbolsAreReadInEveryFormAndBothByteOrders(KallsymsForm form, ByteOrder order) {
        var hasPerCpu = form == KallsymsForm.ABSOLUTE || form == KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE;
        var builder = hasPerCpu ? KallsymsFixture.symbolsWithPerCpu() : KallsymsFixture.symbols();
        var image = builder.form(form).order(order).build();

        var symbols = finder(image, order, 8).allSymbols().toList();

        assertThat(symbols)
                .extracting(Symbol::address, Symbol::type, Symbol::name)
                .containsExactlyElementsOf(builder.sorted().stream()
                        .map(entry -> org.assertj.core.groups.Tuple.tuple(entry.address(), entry.type(), entry.name()))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("everyForm")
    void addressesOf32BitsAreRead(KallsymsForm form, ByteOrder order) {
        var image = new KallsymsBuilder()
                .pointerByteSize(4)
                .imageAddress(0xc100_0000L)
                .add(0xc000_0000L, 'T', "_text")
                .add(0xc000_1000L, 'D', "data")
                .form(form)
                .order(order)
                .build();

        assertThat(finder(image, order, 4).allSymbols())
                .extracting(Symbol::address)
                .containsExactly(0xc000_0000L, 0xc000_1000L);
    }

    @Test
    void nothingIsReadBeforeSomethingIsAskedAndThenOnce() {
        var image = KallsymsFixture.symbols().build();
        var memory = memory(image, ByteOrder.LITTLE_ENDIAN);
        var reads = new AtomicInteger();
        var kallsyms = new Kallsyms(
                () -> {
                    reads.incrementAndGet();
                    return KallsymsTables.read(memory, locations(image), 8);
                },
                List.of(),
                CacheFolder.none(),
                Optional.empty(),
                warning -> {});

        assertThat(kallsyms.name()).isEqualTo("kallsyms");
        assertThat(kallsyms.types()).isEmpty();
        var finder = kallsyms.symbols().orElseThrow();
        assertThat(reads).hasValue(0);

        finder.findSymbols("init_task");
        finder.symbolsAt(TEXT);

        assertThat(reads).hasValue(1);
    }

    @Nested
    class Places {
        @Test
        void areTakenFromVmcoreinfoWhereItNamesAllThatIsNeeded() {
            var places = Map.of(
                    "kallsyms_num_syms", 1L,
                    "kallsyms_names", 2L,
                    "kallsyms_token_table", 3L,
                    "kallsyms_token_index", 4L,
                    "kallsyms_offsets", 5L);

            assertThat(named(places)).hasValueSatisfying(found -> {
                assertThat(found.offsets()).hasValue(5);
                assertThat(found.relativeBase()).isEmpty();
            });
            for (var name : places.keySet()) {
                var lacking = new HashMap<>(places);
                lacking.remove(name);
                assertThat(named(lacking)).as("without " + name).isEmpty();
            }
        }

        @Test
        void preferOffsetsToAddresses() {
            var image = KallsymsFixture.symbols().build();

            var found = KallsymsLocations.of(
                    name -> name.equals("kallsyms_addresses") ? OptionalLong.of(1) : image.find(name));

            assertThat(found).hasValue(locations(image));
        }

        private static Optional<KallsymsLocations> named(Map<String, Long> places) {
            return KallsymsLocations.of(
                    name -> places.containsKey(name) ? OptionalLong.of(places.get(name)) : OptionalLong.empty());
        }
    }

    @Nested
    class Names {
        private final KallsymsBuilder builder =
                KallsymsFixture.symbolsWithPerCpu().form(KallsymsForm.ABSOLUTE);

        @Test
        void areFoundByTheFirstLookupsAndByTheIndexAlike() {
            var finder = finder(builder);

            for (var round = 0; round < 2; round++) {
                for (var entry : builder.sorted()) {
                    assertThat(finder.findSymbols(entry.name()))
                            .extracting(Symbol::address)
                            .contains(entry.address());
                }
            }
            for (var round = 0; round < 3; round++) {
                for (var entry : List.of("init_task", "_text", "filler_599", "cleanup")) {
                    assertThat(finder(builder).findSymbols(entry))
                            .isEqualTo(finder.findSymbols(entry))
                            .isNotEmpty();
                }
            }
        }

        @Test
        void thatAreSharedGiveAllSymbolsLowestAddressFirst() {
            var finder = finder(builder);

            for (var round = 0; round < 6; round++) {
                assertThat(finder.findSymbols("cleanup"))
                        .extracting(Symbol::address)
                        .containsExactly(TEXT + 0x100, TEXT + 0x200);
            }
        }

        @Test
        void areListedByTheirStart() {
            var all = builder.sorted().stream().map(entry -> entry.name()).toList();

            for (var prefix : List.of("", "i", "init_task", "init_task_", "filler_59", "T", "ä")) {
                assertThat(finder(builder).symbolNames(prefix))
                        .containsExactlyInAnyOrderElementsOf(all.stream()
                                .filter(name -> name.startsWith(prefix))
                                .toList());
            }
        }

        @Test
        void thatAreOnlyPartsAreNotFound() {
            var finder = finder(builder);

            for (var round = 0; round < 3; round++) {
                for (var name : List.of("", "init_tas", "init_task_", "nit_task", "Dinit_task", "T", "ä")) {
                    assertThat(finder.findSymbols(name)).isEmpty();
                }
            }
        }
    }

    @Nested
    class Addresses {
        private final SymbolFinder finder =
                finder(KallsymsFixture.symbolsWithPerCpu().form(KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE));

        private List<String> namesAt(long address) {
            return finder.symbolsAt(address).stream().map(Symbol::name).toList();
        }

        @Test
        void belongToTheNearestSymbolBelow() {
            assertThat(namesAt(TEXT + 0x100)).containsExactly("cleanup");
            assertThat(namesAt(TEXT + 0x17f)).containsExactly("cleanup");
            assertThat(namesAt(TEXT + 0x180)).containsExactly("arch_hook");
        }

        @Test
        void belongToAllSymbolsThatShareOne() {
            assertThat(namesAt(TEXT + 0xff)).containsExactly("_text", "startup_64");
            assertThat(finder.symbolsAt(TEXT)).extracting(Symbol::byteSize).containsOnly(OptionalLong.of(0x100));
        }

        @Test
        void pastTheLastSymbolBelongToNone() {
            assertThat(namesAt(END)).containsExactly("_end");
            assertThat(finder.symbolsAt(END).getFirst().byteSize()).isEmpty();
            assertThat(namesAt(END + 1)).isEmpty();
            assertThat(namesAt(-1)).isEmpty();
        }

        @Test
        void betweenPerCpuAndKernelBelongToNone() {
            assertThat(namesAt(0x10)).containsExactly("fixed_percpu_data", "__per_cpu_start");
            assertThat(namesAt(0x1a000)).containsExactly("runqueues");
            assertThat(finder.symbolsAt(0x1a000).getFirst().byteSize()).isEmpty();
            assertThat(namesAt(0x1a001)).isEmpty();
            assertThat(namesAt(0xffff_8880_0000_0000L)).isEmpty();
        }

        @Test
        void beforeTheFirstSymbolBelongToNone() {
            assertThat(finder(KallsymsFixture.symbols()).symbolsAt(TEXT - 1)).isEmpty();
        }
    }

    @Nested
    class BrokenTables {
        private final KallsymsImage image = KallsymsFixture.symbols().build();
        private final ByteBuffer bytes = ByteBuffer.wrap(image.bytes()).order(ByteOrder.LITTLE_ENDIAN);

        private void assertRejected(String source, long offset, String rule) {
            assertRejected(image, source, offset, rule);
        }

        private void assertRejected(KallsymsImage image, String source, long offset, String rule) {
            var finder = finder(image, ByteOrder.LITTLE_ENDIAN, 8);
            var thrown = assertThrows(MalformedDataException.class, () -> finder.findSymbols("init_task"));

            assertThat(thrown.rule()).contains(rule);
            assertThat(thrown.source()).isEqualTo(source);
            assertThat(thrown.offsetBytes()).isEqualTo(offset);
        }

        @Test
        void withoutSymbolsAreRejected() {
            // The size of no other table tells how many there are.
            var absolute = KallsymsFixture.symbols().form(KallsymsForm.ABSOLUTE).build();
            ByteBuffer.wrap(absolute.bytes()).putInt(absolute.offsetOf("kallsyms_num_syms"), 0);

            assertRejected(absolute, "kallsyms_num_syms", 0, "0 symbols do not fit");
        }

        @Test
        void withMoreSymbolsThanFitAreRejected() {
            // The size of no other table tells how many there are.
            var absolute = KallsymsFixture.symbols().form(KallsymsForm.ABSOLUTE).build();
            ByteBuffer.wrap(absolute.bytes()).putInt(absolute.offsetOf("kallsyms_num_syms"), -1);

            assertRejected(absolute, "kallsyms_num_syms", 0, "4294967295 symbols do not fit");
        }

        /** Damages the first name of two of the three blocks, which is more than half. */
        private void damageNames(int length) {
            for (var block = 0; block < 2; block++) {
                var marker = bytes.getInt(image.offsetOf("kallsyms_markers") + 4 * block);
                bytes.putShort(image.offsetOf("kallsyms_names") + marker, (short) length);
            }
        }

        @Test
        void withEmptyNamesInMostBlocksAreRejectedThere() {
            damageNames(0);

            assertRejected("kallsyms_names", 0, "symbol 0 has no name");
        }

        @Test
        void withNamesThatGoOnPastTheEndInMostBlocksAreRejectedThere() {
            damageNames(0xffff);

            assertRejected("kallsyms_names", 0, "symbol 0 with 32767 tokens goes on past the end");
        }

        @Test
        void withMostTokensAtOtherPlacesThanTheirIndexAreRejectedThere() {
            for (var token = 7; token < 200; token++) {
                bytes.putShort(image.offsetOf("kallsyms_token_index") + 2 * token, (short) 0xffff);
            }

            assertRejected("kallsyms_token_index", 14, "token 7 is said to be at");
        }

        @Test
        void withTokensWithoutEndsAreRejectedThere() {
            var start = image.offsetOf("kallsyms_token_table");
            Arrays.fill(image.bytes(), start, image.offsetOf("kallsyms_token_index"), (byte) 'x');

            assertRejected("kallsyms_token_table", 0, "token 0 has no end");
        }

        @Test
        void withAddressesThatFallMoreThanTheyRiseAreRejectedThere() {
            for (var symbol = 5; symbol < 600; symbol++) {
                bytes.putInt(image.offsetOf("kallsyms_offsets") + 4 * symbol, 0x1000 - symbol);
            }

            assertRejected(
                    "kallsyms_offsets",
                    24,
                    "symbol 6 at 0xffffffff81000ffa is below the one before it at 0xffffffff81000ffb");
        }

        @Test
        void atPlacesInTheWrongOrderAreRejected() {
            var right = locations(image);
            var wrong = new KallsymsLocations(
                    right.symbolCount(),
                    right.tokenTable(),
                    right.names(),
                    right.tokenIndex(),
                    right.offsets(),
                    right.relativeBase(),
                    right.addresses());

            assertThatThrownBy(() -> KallsymsTables.read(memory(image, ByteOrder.LITTLE_ENDIAN), wrong, 8))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("but kallsyms_token_table, which follows it, is at");
        }

        @Test
        void thatAreAbsentAreFaults() {
            var right = locations(image);
            var elsewhere =
                    new KallsymsLocations(0x1000, 0, 1, 2, right.offsets(), right.relativeBase(), right.addresses());

            assertThatThrownBy(() -> KallsymsTables.read(memory(image, ByteOrder.LITTLE_ENDIAN), elsewhere, 8))
                    .isInstanceOf(FaultException.class);
        }

        @Test
        void cutAtAnyByteOnlySaySo() {
            var small = new KallsymsBuilder()
                    .add(TEXT, 'T', "_text")
                    .add(TEXT + 16, 't', "other")
                    .surroundings(0, 0)
                    .build();
            for (var byteSize = 0; byteSize < small.bytes().length; byteSize++) {
                var memory = memory(small.address(), Arrays.copyOf(small.bytes(), byteSize), ByteOrder.LITTLE_ENDIAN);
                assertThrows(
                        DebuggerException.class,
                        () -> KallsymsTables.read(memory, locations(small), 8),
                        "cut at " + byteSize);
            }
        }

        @Test
        void eachTableCutAtAnyByteOnlySaysSo() {
            var memory = memory(image, ByteOrder.LITTLE_ENDIAN);
            var whole = KallsymsTables.read(memory, locations(image), 8);
            var relative = (KallsymsTables.Relative) whole.addresses();

            for (var number = 0; number < 400; number++) {
                var share = number / 400.0;
                var cuts = List.of(
                        new KallsymsTables(
                                whole.symbolCount(),
                                cut(whole.names(), 0.99 * share),
                                whole.tokenTable(),
                                whole.tokenIndex(),
                                relative),
                        new KallsymsTables(
                                whole.symbolCount(),
                                whole.names(),
                                cut(whole.tokenTable(), share),
                                whole.tokenIndex(),
                                relative),
                        new KallsymsTables(
                                whole.symbolCount(),
                                whole.names(),
                                whole.tokenTable(),
                                cut(whole.tokenIndex(), share),
                                relative),
                        new KallsymsTables(
                                whole.symbolCount(),
                                whole.names(),
                                whole.tokenTable(),
                                whole.tokenIndex(),
                                new KallsymsTables.Relative(cut(relative.bytes(), share), relative.relativeBase(), 8)));
                for (var one : cuts) {
                    var warnings = new ArrayList<String>();
                    var finder = new Kallsyms(() -> one, List.of(), CacheFolder.none(), Optional.empty(), warnings::add)
                            .symbols()
                            .orElseThrow();
                    try {
                        finder.symbolsAt(TEXT);
                        assertThat(warnings).isNotEmpty();
                    } catch (MalformedDataException expected) {
                        assertThat(warnings).isEmpty();
                    }
                }
            }
        }

        /** What follows the names, markers and padding, is less than a hundredth and not needed. */
        private static ByteSlice cut(ByteSlice slice, double share) {
            return slice.slice(0, (long) (slice.byteSize() * share));
        }

        @Test
        void withAnyByteChangedGiveSymbolsOrSaySo() {
            var small = new KallsymsBuilder()
                    .add(TEXT, 'T', "_text")
                    .add(TEXT + 16, 't', "other")
                    .add(TEXT + 32, 't', "other" + "x".repeat(300))
                    .layout(KallsymsLayout.FROM_6_4)
                    .surroundings(0, 0)
                    .build();
            for (var offset = 0; offset < small.bytes().length; offset++) {
                var before = small.bytes()[offset];
                small.bytes()[offset] ^= (byte) (offset % 3 == 0 ? 0xff : 0x80 >> offset % 8);
                var finder = finder(small, ByteOrder.LITTLE_ENDIAN, 8);
                try {
                    finder.allSymbols().forEach(symbol -> finder.symbolsAt(symbol.address()));
                    IntStream.range(0, 5).forEach(round -> finder.findSymbols("other"));
                } catch (MalformedDataException | FaultException expected) {
                    assertThat(expected).hasMessageContaining("0x");
                }
                small.bytes()[offset] = before;
            }
        }
    }

    @Test
    void aNameOf64KibibytesIsRejectedWhenItIsRead() {
        var tokens = new byte[514 + 2 * 255];
        Arrays.fill(tokens, 0, 512, (byte) 'a');
        var tokenIndex = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, 256).forEach(token -> tokenIndex.putShort((short) (token == 0 ? 0 : 511 + 2 * token)));
        IntStream.range(1, 256).forEach(token -> tokens[511 + 2 * token] = 't');
        var names = new byte[2 + 129 + 1];
        names[0] = (byte) (0x80 | 1);
        names[1] = 1;
        var tables = new KallsymsTables(
                1,
                ByteSlice.of("names", names, ByteOrder.LITTLE_ENDIAN),
                ByteSlice.of("tokens", Arrays.copyOf(tokens, 512 + 1 + 2 * 255), ByteOrder.LITTLE_ENDIAN),
                ByteSlice.of("index", tokenIndex.array(), ByteOrder.LITTLE_ENDIAN),
                new KallsymsTables.Relative(ByteSlice.of("offsets", new byte[4], ByteOrder.LITTLE_ENDIAN), TEXT, 8));
        tokens[512] = 0;

        var finder = new Kallsyms(() -> tables, List.of(), CacheFolder.none(), Optional.empty(), warning -> {})
                .symbols()
                .orElseThrow();

        assertThatThrownBy(() -> finder.symbolsAt(TEXT))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("more than 65536 bytes");
    }
}
