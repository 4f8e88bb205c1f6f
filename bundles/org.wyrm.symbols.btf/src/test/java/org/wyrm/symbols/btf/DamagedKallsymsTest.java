package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.symbols.btf.KallsymsFixture.END;
import static org.wyrm.symbols.btf.KallsymsFixture.TEXT;
import static org.wyrm.symbols.btf.KallsymsFixture.locations;
import static org.wyrm.symbols.btf.KallsymsFixture.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.testkit.kallsyms.KallsymsBuilder;
import org.wyrm.testkit.kallsyms.KallsymsForm;
import org.wyrm.testkit.kallsyms.KallsymsImage;
import org.wyrm.testkit.kallsyms.KallsymsLayout;

/** Damage costs the symbols that it touches, and is said; all else is told as before. */
@Timeout(60)
class DamagedKallsymsTest {
    private final List<String> warnings = new ArrayList<>();
    private KallsymsBuilder builder = KallsymsFixture.symbols();
    private KallsymsImage image = builder.build();

    private void build(KallsymsBuilder other) {
        builder = other;
        image = other.build();
    }

    private Kallsyms kallsyms(List<Long> known) {
        var memory = memory(image, ByteOrder.LITTLE_ENDIAN);
        return new Kallsyms(
                () -> KallsymsTables.read(memory, locations(image), 8).withKnownAddresses(known),
                List.of("init_task", "_end"),
                CacheFolder.none(),
                Optional.empty(),
                warnings::add);
    }

    private SymbolFinder finder() {
        return kallsyms(List.of()).symbols().orElseThrow();
    }

    private ByteBuffer at(String table, int offset) {
        return ByteBuffer.wrap(image.bytes()).order(ByteOrder.LITTLE_ENDIAN).position(image.offsetOf(table) + offset);
    }

    private int symbol(String name) {
        return builder.sorted().stream()
                .map(KallsymsBuilder.Entry::name)
                .toList()
                .indexOf(name);
    }

    private int nameOffset(int symbol) {
        var names = at("kallsyms_names", 0);
        for (var skipped = 0; skipped < symbol; skipped++) {
            int count = names.get();
            var byteSize = count < 0 ? count & 0x7f | (names.get() & 0xff) << 7 : count;
            names.position(names.position() + byteSize);
        }
        return names.position() - image.offsetOf("kallsyms_names");
    }

    private void putOffset(int symbol, int offset) {
        var at = at("kallsyms_offsets", 4 * symbol);
        at.putInt(at.position(), offset);
    }

    /** {@return the names of the symbols that are told} */
    private List<String> told() {
        return finder().allSymbols().map(Symbol::name).toList();
    }

    private List<String> allBut(int... symbols) {
        var names = new ArrayList<>(
                builder.sorted().stream().map(KallsymsBuilder.Entry::name).toList());
        IntStream.of(symbols).sorted().map(symbol -> -symbol).sorted().forEach(symbol -> names.remove(-symbol));
        return names;
    }

    private static List<String> namesAt(SymbolFinder finder, long address) {
        return finder.symbolsAt(address).stream().map(Symbol::name).toList();
    }

    @Test
    void ofNothingNothingIsSaid() {
        var kallsyms = kallsyms(List.of(1L, TEXT));

        kallsyms.symbols().orElseThrow().findSymbols("init_task");

        assertThat(warnings).isEmpty();
        assertThat(kallsyms.isIntact()).isTrue();
        assertThat(kallsyms.missing()).isEmpty();
    }

    @Nested
    class AnAddressOutOfOrder {
        @ParameterizedTest
        @ValueSource(ints = {0x7fff_0000, 0x0010, 0x7fff_ffff, 0})
        void isLeftOutAndNoOther(int offset) {
            putOffset(100, offset);

            assertThat(told()).isEqualTo(allBut(100));
            assertThat(warnings)
                    .containsExactly("1 of 608 kernel symbols are damaged and left out (kallsyms_offsets+0x190)");
        }

        @Test
        void mayBeTheFirstOrTheLast() {
            putOffset(0, 0x7000_0000);
            putOffset(607, 0x10);

            assertThat(told()).isEqualTo(allBut(0, 607));
            assertThat(finder().findSymbols("_text")).isEmpty();
            assertThat(namesAt(finder(), TEXT)).containsExactly("startup_64");
            assertThat(namesAt(finder(), TEXT - 1)).isEmpty();
            assertThat(namesAt(finder(), 0)).isEmpty();
        }

        @Test
        void mayBeOneOfManyInARow() {
            IntStream.range(200, 240).forEach(symbol -> putOffset(symbol, 0x7fff_0000 - symbol));

            assertThat(told()).isEqualTo(allBut(IntStream.range(200, 240).toArray()));
            assertThat(warnings).hasSize(1).first().asString().contains("40 of 608", "kallsyms_offsets+0x320 …");
        }

        /** The one may be too high or the other too low: nothing tells. */
        @Test
        void takesTheNeighbourWithItWhereEitherMayBeWrong() {
            var there = builder.sorted().get(300).address() - TEXT;
            putOffset(300, (int) there + 20);

            assertThat(told()).isEqualTo(allBut(300, 301));
        }

        @Test
        void endsWhatIsKnownOfTheSymbolBeforeIt() {
            var filler = symbol("filler_10");
            putOffset(filler, 0x7000_0000);
            var before = TEXT + 0x3000 + 16 * 9;

            var finder = finder();

            assertThat(namesAt(finder, before)).containsExactly("filler_9");
            assertThat(finder.symbolsAt(before).getFirst().byteSize()).isEmpty();
            // It may be of filler_9 or of the one that is lost.
            assertThat(namesAt(finder, before + 1)).isEmpty();
            assertThat(namesAt(finder, before + 16)).isEmpty();
            assertThat(namesAt(finder, before + 32)).containsExactly("filler_11");
            assertThat(namesAt(finder, before - 1)).containsExactly("filler_8");
        }

        @Test
        void isNoAnswerForItsName() {
            putOffset(symbol("init_task"), -1);
            var kallsyms = kallsyms(List.of());

            assertThat(kallsyms.symbols().orElseThrow().findSymbols("init_task"))
                    .isEmpty();

            assertThat(kallsyms.missing())
                    .isEqualTo("1 kernel symbols are damaged and left out, which it may be among");
            assertThat(kallsyms.isIntact()).isFalse();
        }

        @ParameterizedTest
        @EnumSource(KallsymsForm.class)
        void isFoundInEveryForm(KallsymsForm form) {
            var perCpu = form == KallsymsForm.ABSOLUTE || form == KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE;
            build((perCpu ? KallsymsFixture.symbolsWithPerCpu() : KallsymsFixture.symbols()).form(form));
            var last = builder.sorted().size() - 1;
            if (form == KallsymsForm.ABSOLUTE) {
                at("kallsyms_addresses", 8 * 50).putLong(-1);
                at("kallsyms_addresses", 8 * last).putLong(0x1234);
            } else {
                putOffset(50, 0x7777_7777);
                putOffset(last, form == KallsymsForm.PLACE_RELATIVE ? -0x7000_0000 : 0x77);
            }

            assertThat(told()).isEqualTo(allBut(50, last));
            assertThat(finder().findSymbols("init_task"))
                    .extracting(Symbol::address)
                    .containsExactly(TEXT + 0x2000);
        }
    }

    @Nested
    class AName {
        @ParameterizedTest
        @EnumSource(KallsymsLayout.class)
        void whoseLengthRunsWildCostsItsBlock(KallsymsLayout layout) {
            build(KallsymsFixture.symbols().layout(layout));
            at("kallsyms_names", nameOffset(300)).put((byte) 0x7f);

            assertThat(told()).isEqualTo(allBut(IntStream.range(256, 512).toArray()));
            assertThat(warnings).hasSize(1).first().asString().startsWith("256 of 608 kernel symbols are damaged");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 3, 5, 8, 0x80, 0xff})
        void whoseLengthIsWrongCostsItsBlock(int length) {
            at("kallsyms_names", nameOffset(300)).put((byte) length);

            assertThat(told()).isEqualTo(allBut(IntStream.range(256, 512).toArray()));
        }

        @Test
        void mayBeInTheFirstBlockOrTheLast() {
            at("kallsyms_names", nameOffset(607)).put((byte) 0);
            assertThat(told()).isEqualTo(allBut(IntStream.range(512, 608).toArray()));

            build(KallsymsFixture.symbols());
            at("kallsyms_names", 0).put((byte) 0);
            assertThat(told()).isEqualTo(allBut(IntStream.range(0, 256).toArray()));
        }

        @Test
        void thatIsLostNamesNoAddressAndNoNeighbourDoes() {
            at("kallsyms_names", nameOffset(300)).put((byte) 0x7f);
            var finder = finder();
            var sorted = builder.sorted();

            for (var symbol = 256; symbol < 512; symbol++) {
                assertThat(namesAt(finder, sorted.get(symbol).address() + 3)).isEmpty();
                assertThat(finder.findSymbols(sorted.get(symbol).name())).isEmpty();
            }
            // Where it starts is known, so where the one before it ends is too.
            assertThat(finder.symbolsAt(sorted.get(255).address()))
                    .extracting(Symbol::name, Symbol::byteSize)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(sorted.get(255).name(), OptionalLong.of(16)));
            assertThat(finder.symbolNames("filler_")).hasSize(600 - 256);
        }

        @Test
        void isFoundByIndexAndByReadingAlike() {
            at("kallsyms_names", nameOffset(300)).put((byte) 0x7f);
            var finder = finder();

            for (var round = 0; round < 6; round++) {
                assertThat(finder.findSymbols("filler_590")).hasSize(1);
                assertThat(finder.findSymbols("filler_299")).isEmpty();
            }
        }

        @Test
        void isKeptWhereItsMarkerIsDamaged() {
            build(many());
            at("kallsyms_markers", 4 * 7).putInt(0x1234_5678);
            at("kallsyms_markers", 4 * 15).putInt(0);

            assertThat(told()).isEqualTo(allBut());
        }
    }

    @Nested
    class Tokens {
        /** {@return where the last token of a name is in the table} */
        private int tokenOfInitTask() {
            var name = at("kallsyms_names", nameOffset(symbol("init_task")));
            int count = name.get();
            var token = name.get(name.position() + count - 1) & 0xff;
            return at("kallsyms_token_index", 2 * token).getShort();
        }

        @Test
        void areToldByTheTableWhereTheirIndexIsDamaged() {
            at("kallsyms_token_index", 2 * 100).putLong(0x1234_5678_9abc_def0L);

            assertThat(told()).isEqualTo(allBut());
            assertThat(warnings)
                    .containsExactly("0 of 608 kernel symbols are damaged and left out (kallsyms_token_index+0xc8)");
        }

        @Test
        void thatAreDamagedCostTheNamesWithThem() {
            at("kallsyms_token_table", tokenOfInitTask()).put((byte) 1);

            var told = told();

            assertThat(told).hasSizeBetween(100, 607).isSubsetOf(allBut()).doesNotContain("init_task");
            assertThat(warnings).hasSize(1).first().asString().contains("kallsyms_names+0x");
        }

        @Test
        void withoutAnEndAreNotTakenForTwo() {
            var token = tokenOfInitTask();
            var end = token;
            while (at("kallsyms_token_table", end).get() != 0) {
                end++;
            }
            at("kallsyms_token_table", end).put((byte) 'x');

            assertThat(told()).isSubsetOf(allBut()).doesNotContain("init_task");
        }
    }

    @Nested
    class TheHeads {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 607, 609, 0x7fff_ffff, -1})
        void ofWhichTheNumberOfSymbolsIsWrongAreToldByTheSizeOfATable(int count) {
            at("kallsyms_num_syms", 0).putInt(count);

            assertThat(told()).isEqualTo(allBut());
            // 607 and one word of padding take as much place.
            assertThat(warnings)
                    .containsExactly("0 of 608 kernel symbols are damaged and left out (kallsyms_num_syms+0x0)");
        }

        @Test
        void ofWhichTheBaseIsWrongAreRejected() {
            at("kallsyms_relative_base", 0).putLong(TEXT + 0x1234_5000);

            assertThatThrownBy(() ->
                            kallsyms(List.of(TEXT, END)).symbols().orElseThrow().symbolsAt(TEXT))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("kallsyms_relative_base may be damaged");
        }
    }

    /** Before v6.0 nothing but what they look like tells where the tables are. */
    @Test
    void areFoundWhereNamesMarkersAndAddressesAreDamaged() {
        build(many());
        at("kallsyms_names", nameOffset(300)).putLong(0);
        at("kallsyms_names", nameOffset(2000)).putLong(-1);
        at("kallsyms_markers", 4 * 8).putLong(-1);
        putOffset(77, 0x7777_7777);
        var memory = memory(image, ByteOrder.LITTLE_ENDIAN);

        var found = new KallsymsFinder(memory, 8).find(KallsymsFixture.range(image));

        assertThat(found).contains(locations(image));
        assertThat(told()).hasSizeGreaterThan(2500).isSubsetOf(allBut(77));
    }

    /** Whatever is overwritten: what is told is as it was, or the name is one that there never was. */
    @ParameterizedTest
    @EnumSource(KallsymsLayout.class)
    void atRandomNeverMovesASymbol(KallsymsLayout layout) {
        var seed = Long.getLong("wyrm.seed", 20261123);
        var random = new Random(seed);
        build(many().layout(layout));
        var right = new HashMap<String, Long>();
        builder.sorted().forEach(entry -> right.put(entry.name(), entry.address()));
        var sound = image.bytes().clone();
        var start = image.offsetOf(layout == KallsymsLayout.BEFORE_6_2 ? "kallsyms_offsets" : "kallsyms_names");
        for (var round = 0; round < 60; round++) {
            System.arraycopy(sound, 0, image.bytes(), 0, sound.length);
            for (var word = 0; word < 1 + round / 4; word++) {
                ByteBuffer.wrap(image.bytes())
                        .putLong(start + 8 * random.nextInt((sound.length - start - 64) / 8), random.nextLong());
            }
            try {
                var finder = kallsyms(List.of(TEXT)).symbols().orElseThrow();
                var wrong = finder.allSymbols()
                        .filter(symbol -> right.getOrDefault(symbol.name(), symbol.address()) != symbol.address())
                        .toList();
                assertThat(wrong).as("seed %d, round %d", seed, round).isEmpty();
            } catch (MalformedDataException expected) {
                assertThat(expected).hasMessageContaining("kallsyms");
            }
        }
    }

    private static KallsymsBuilder many() {
        var many = new KallsymsBuilder().add(TEXT, 'T', "_text");
        var random = new Random(1);
        for (var number = 1; number < 4000; number++) {
            many.add(TEXT + 24L * number, 't', Integer.toString(random.nextInt() >>> 1, 36) + "_of_" + number);
        }
        return many;
    }
}
