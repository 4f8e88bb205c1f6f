package org.wyrm.debuginfo.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfSymbolsBuilder;

class ElfSymbolsTest {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static ElfFile elf(int type) {
        var symbols = new ElfSymbolsBuilder(64, ORDER)
                .symbol("a.c", 0, 0, 0x04, 0, 0xfff1)
                .symbol("", 0, 0, 0x03, 0, 1)
                .symbol("outer", 0x100, 0x40, 0x12, 0, 1)
                .symbol("label", 0x110, 0, 0x00, 0, 1)
                .symbol("alias", 0x100, 0x40, 0x22, 0, 1)
                .symbol("data", 0x20, 8, 0x11, 0, 2)
                .symbol("data", 0x10, 8, 0x01, 0, 2)
                .symbol("undefined", 0, 0, 0x10, 0, 0)
                .symbol("absolute", 0x7, 0, 0x10, 0, 0xfff1)
                .symbol("thread", 0x8, 4, 0x16, 0, 2)
                .symbol("constant", 0x0, 4, 0x01, 0, 3)
                .symbol("zero", 0x1000, 4, 0x01, 0, 4);
        return ElfFile.parse(ByteSlice.of(
                "a",
                new ElfBuilder()
                        .type(type)
                        .section(".text", 1, 6, 0, 0, new byte[0x200])
                        .section(".data", 1, 3, 0, 0, new byte[0x100])
                        .section(".rodata", 1, 2, 0, 0, new byte[8])
                        .section(".bss", 8, 3, 0, 0, new byte[0])
                        .section(".symtab", 2, 0, 6, 1, symbols.symbols())
                        .section(".strtab", 3, symbols.names())
                        .build(),
                ORDER));
    }

    private static SymbolFinder finder(ElfSymbols.Placement placement) {
        return new ElfSymbols(elf(2), placement, Optional.empty()).symbols().orElseThrow();
    }

    private static List<String> at(SymbolFinder finder, long address) {
        return finder.symbolsAt(address).stream().map(Symbol::name).toList();
    }

    @Test
    void symbolsAreFoundByName() {
        var finder = finder(ElfSymbols.Placement.biased(0x10000));

        assertThat(finder.findSymbols("outer"))
                .containsExactly(new Symbol("outer", 0x10100, OptionalLong.of(0x40), 'T', Optional.empty()));
        assertThat(finder.findSymbols("data")).extracting(Symbol::address).containsExactly(0x10010L, 0x10020L);
        assertThat(finder.findSymbols("absolute"))
                .containsExactly(new Symbol("absolute", 7, OptionalLong.empty(), 'A', Optional.empty()));
        for (var name : List.of("a.c", "", "undefined", "thread", "oute", "outers")) {
            assertThat(finder.findSymbols(name)).as(name).isEmpty();
        }
    }

    @Test
    void symbolsAreFoundByAnAddressThatTheyCover() {
        var finder = finder(ElfSymbols.Placement.biased(0));

        assertThat(at(finder, 0x100)).containsExactly("outer", "alias");
        assertThat(at(finder, 0x110)).containsExactly("label");
        assertThat(at(finder, 0x111)).containsExactly("outer", "alias");
        assertThat(at(finder, 0x13f)).containsExactly("outer", "alias");
        assertThat(at(finder, 0x140)).isEmpty();
        assertThat(at(finder, 0x18)).isEmpty();
        assertThat(at(finder, -1)).isEmpty();
    }

    @Test
    void lettersAreThoseOfNm() {
        assertThat(finder(ElfSymbols.Placement.biased(0)).allSymbols())
                .extracting(symbol -> symbol.type() + " " + symbol.name())
                .containsExactly(
                        "r constant", "A absolute", "d data", "D data", "T outer", "W alias", "t label", "b zero");
    }

    @Test
    void symbolsOfAModuleAreWhereItsSectionsAre() {
        var elf = elf(1);
        var layout = new ElfSectionAddresses.SideBySide(elf);
        var finder = new ElfSymbols(elf, ElfSymbols.Placement.of(layout), Optional.of("mod"))
                .symbols()
                .orElseThrow();

        assertThat(finder.findSymbols("outer"))
                .containsExactly(new Symbol("outer", 0x1100, OptionalLong.of(0x40), 'T', Optional.of("mod")));
        assertThat(finder.findSymbols("data"))
                .first()
                .extracting(Symbol::address)
                .isEqualTo(0x1211L);
    }

    @Test
    void aFileWithoutSymbolsHasNone() {
        var elf = ElfFile.parse(ByteSlice.of("a", new ElfBuilder().type(2).build(), ORDER));
        var finder = new ElfSymbols(elf, ElfSymbols.Placement.biased(0), Optional.empty())
                .symbols()
                .orElseThrow();

        assertThat(finder.allSymbols()).isEmpty();
        assertThat(finder.findSymbols("a")).isEmpty();
        assertThat(finder.symbolsAt(0)).isEmpty();
    }
}
