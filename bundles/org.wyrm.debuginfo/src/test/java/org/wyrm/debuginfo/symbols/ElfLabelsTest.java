package org.wyrm.debuginfo.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.elf.ElfFile;
import org.wyrm.symbols.Symbol;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfSymbolsBuilder;

class ElfLabelsTest {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final long BIAS = 0x100000;
    private static final int LOCAL = 0x00;
    private static final int GLOBAL = 0x10;
    private static final int WEAK = 0x20;

    private final ElfSymbolsBuilder symbols = new ElfSymbolsBuilder(64, ORDER);

    private ElfLabelsTest symbol(String name, long address, long byteSize, int binding, int section) {
        symbols.symbol(name, address, byteSize, binding, 0, section);
        return this;
    }

    private String at(long address) {
        var file = new ElfBuilder()
                .type(2)
                .sectionAt(0x1000, ".rodata", 2, new byte[0x200])
                .sectionAt(0x1200, ".data", 3, new byte[0x100])
                .sectionAt(0, ".data..percpu", 3, new byte[0x100])
                .section(".symtab", 2, 0, 5, 1, symbols.symbols())
                .section(".strtab", 3, symbols.names())
                .build();
        return new ElfLabels(ElfFile.parse(ByteSlice.of("a", file, ORDER)), BIAS)
                .labelAt(address + BIAS)
                .map(Symbol::name)
                .orElse("-");
    }

    @Test
    void theInnermostSymbolCovers() {
        symbol("outer", 0x1000, 0x100, LOCAL, 1).symbol("inner", 0x1010, 0x10, LOCAL, 1);

        assertThat(at(0x100f)).isEqualTo("outer");
        assertThat(at(0x1010)).isEqualTo("inner");
        assertThat(at(0x101f)).isEqualTo("inner");
        assertThat(at(0x1020)).isEqualTo("outer");
        assertThat(at(0x1100)).isEqualTo("-");
        assertThat(at(0xfff)).isEqualTo("-");
    }

    @Test
    void aGlobalSymbolIsBetterThanALocalOneInIt() {
        symbol("local", 0x1010, 0x10, LOCAL, 1).symbol("global", 0x1000, 0x100, GLOBAL, 1);

        assertThat(at(0x1010)).isEqualTo("global");
    }

    @Test
    void ofSymbolsAtOneAddressTheStrongestAndSmallestIsBest() {
        symbol("weak", 0x1000, 8, WEAK, 1)
                .symbol("large", 0x1000, 32, GLOBAL, 1)
                .symbol("small", 0x1000, 16, GLOBAL, 1)
                .symbol("alias", 0x1000, 16, GLOBAL, 1);

        assertThat(at(0x1001)).isEqualTo("small");
        assertThat(at(0x1010)).isEqualTo("large");
    }

    @Test
    void aLabelReachesToWhatHasASizeAndNoFurther() {
        symbol(".LC0", 0x1000, 0, LOCAL, 1)
                .symbol(".LC1", 0x1010, 0, LOCAL, 1)
                .symbol("sized", 0x1020, 8, LOCAL, 1)
                .symbol(".LC2", 0x1100, 0, LOCAL, 1);

        assertThat(at(0x100f)).isEqualTo(".LC0");
        assertThat(at(0x101f)).isEqualTo(".LC1");
        assertThat(at(0x1020)).isEqualTo("sized");
        assertThat(at(0x1028)).isEqualTo("-");
        assertThat(at(0x11ff)).isEqualTo(".LC2");
        assertThat(at(0x1200)).isEqualTo("-");
    }

    @Test
    void aLabelWithinWhatEndedBeforeTheAddressIsNotItsLabel() {
        symbol("sized", 0x1000, 0x20, LOCAL, 1).symbol(".LC0", 0x1010, 0, LOCAL, 1);

        assertThat(at(0x1018)).isEqualTo("sized");
        assertThat(at(0x1020)).isEqualTo("-");
    }

    @Test
    void ofLabelsAtOneAddressAGlobalOneIsBestThenTheFirstOfTheTable() {
        symbol("first_local", 0x1000, 0, LOCAL, 1)
                .symbol("first", 0x1000, 0, GLOBAL, 1)
                .symbol("second", 0x1000, 0, GLOBAL, 1)
                .symbol("end_of_rodata", 0x1200, 0, GLOBAL, 1)
                .symbol("start_of_data", 0x1200, 0, GLOBAL, 2);

        assertThat(at(0x1008)).isEqualTo("first");
        // As libdwfl: the section is looked at last.
        assertThat(at(0x1208)).isEqualTo("-");
    }

    @Test
    void perCpuVariablesHaveNoAddresses() {
        symbol("variable", 0x10, 8, GLOBAL, 3);

        assertThat(at(0x10)).isEqualTo("-");
        assertThat(at(0x10 - BIAS)).isEqualTo("-");
    }
}
