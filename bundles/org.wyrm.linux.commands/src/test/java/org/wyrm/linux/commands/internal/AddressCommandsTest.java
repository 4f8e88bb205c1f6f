package org.wyrm.linux.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.commands.internal.OnProgram;
import org.wyrm.linux.KernelTypes;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.program.TestProgram;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;

/** {@code vtop}, {@code ptov} and {@code pte} on a direct map that has one page. */
class AddressCommandsTest {
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;
    private static final long PAGE = 0x5000;
    private static final long VARIABLE = TestProgram.BASE + 0x40;

    private final TestProgram memory = KernelTypes.program()
            .u64(VARIABLE, DIRECT_MAP)
            .symbol("page_offset_base", VARIABLE, 8)
            .symbol("here", DIRECT_MAP + PAGE + 8, 8)
            .extension(PageTables.class, new OnePage())
            .extension(
                    LinuxKernel.class,
                    new LinuxKernel(
                            new Vmcoreinfo(ByteSlice.of("vmcoreinfo", new byte[0], ByteOrder.LITTLE_ENDIAN)),
                            new OneSymbol()));

    /** Page tables of one level: {@link #PAGE} is in the direct map, nothing else. */
    private static final class OnePage implements PageTables {
        @Override
        public Translation translate(long address) {
            throw new UnsupportedOperationException("none of these commands asks for it");
        }

        @Override
        public Walk walk(long address) {
            var isThere = (address & -4096) == DIRECT_MAP + PAGE;
            var entry = new PageTableEntry(
                    isThere ? PAGE | 0x63 : 0, isThere, PAGE, isThere ? List.of("PRESENT", "RW") : List.of());
            return new Walk(
                    List.of(new Step("PTE", 0x1008, entry)),
                    isThere ? Optional.of(new Translation(DIRECT_MAP + PAGE, PAGE, 4096)) : Optional.empty(),
                    isThere
                            ? Optional.empty()
                            : Optional.of(new FaultException(AddressSpace.VIRTUAL, address, "not mapped: PTE is 0")));
        }

        @Override
        public Optional<Translation> nextPage(long address, Cancellation cancellation) {
            return Optional.empty();
        }
    }

    private static final class OneSymbol implements SymbolFinder {
        @Override
        public List<Symbol> findSymbols(String name) {
            return allSymbols().filter(symbol -> symbol.name().equals(name)).toList();
        }

        @Override
        public List<Symbol> symbolsAt(long virtualAddress) {
            return List.of();
        }

        @Override
        public Stream<Symbol> allSymbols() {
            return Stream.of(new Symbol("page_offset_base", VARIABLE, OptionalLong.of(8), 'D', Optional.empty()));
        }
    }

    private List<VtopCommand.Row> vtop(String... addresses) {
        var options = new VtopCommand.Options(Optional.empty(), List.of(addresses));
        return new VtopCommand().run(new OnProgram(memory.open()), options).toList();
    }

    private List<PtovCommand.Row> ptov(String... addresses) {
        return new PtovCommand()
                .run(new OnProgram(memory.open()), new PtovCommand.Options(List.of(addresses)))
                .toList();
    }

    private List<PteCommand.Row> pte(String... values) {
        return new PteCommand()
                .run(new OnProgram(memory.open()), new PteCommand.Options(List.of(values)))
                .toList();
    }

    @Test
    void vtopShowsTheTablesOnTheWay() {
        var row = vtop("ffff888000005123").getFirst();

        assertThat(row.physicalAddress()).contains(new PhysicalAddress(PAGE + 0x123));
        assertThat(row.toText()).isEqualTo("""
                        VIRTUAL           PHYSICAL
                        ffff888000005123  5123

                           PTE: 1008 => 5063  (PRESENT|RW)
                          PAGE: 5000  (4KB)
                        """);
        assertThat(vtop("here").getFirst().address()).isEqualTo(new VirtualAddress(DIRECT_MAP + PAGE + 8));
    }

    @Test
    void vtopSaysWhyThereIsNoPage() {
        assertThat(vtop("0x6000").getFirst().toText()).isEqualTo("""
                        VIRTUAL           PHYSICAL
                        6000              (not mapped)

                           PTE: 1008 => 0  (no mapping)
                          not mapped: PTE is 0
                        """);
        assertThatThrownBy(this::vtop).isInstanceOf(UsageException.class).hasMessage("vtop: ADDRESS is missing");
    }

    @Test
    void ptovAddsTheStartOfTheDirectMapAndTellsWhetherThatIsMapped() {
        assertThat(ptov("5008", "0x6000"))
                .containsExactly(
                        new PtovCommand.Row(
                                new VirtualAddress(DIRECT_MAP + PAGE + 8), new PhysicalAddress(PAGE + 8), true),
                        new PtovCommand.Row(
                                new VirtualAddress(DIRECT_MAP + 0x6000), new PhysicalAddress(0x6000), false));
    }

    @Test
    void ptovRefusesWhatIsNoPhysicalAddress() {
        assertThatThrownBy(() -> ptov("ffff888000005000"))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("the direct map cannot hold it");
        assertThatThrownBy(() -> ptov("xyz"))
                .isInstanceOf(UsageException.class)
                .hasMessage("ptov: 'xyz' is no hexadecimal number of 64 bits");
        assertThatThrownBy(this::ptov).isInstanceOf(UsageException.class).hasMessage("ptov: PHYSICAL is missing");
    }

    private static PteCommand.Row notPresent(String pte) {
        return new PteCommand.Row(pte, false, Optional.empty(), List.of(), Optional.empty(), OptionalLong.empty());
    }

    @Test
    void pteAsksTheArchitecture() {
        // That of the test has no entry that is present, and of swap entries the area in the lowest four bits.
        memory.symbol("nr_swapfiles", VARIABLE + 8, 4).u32(VARIABLE + 8, 1);
        assertThat(pte("0", "0x8000000000000001")).containsExactly(notPresent("0x0"), notPresent("0x8000000000000001"));
        assertThatThrownBy(() -> pte("12345678123456781"))
                .isInstanceOf(UsageException.class)
                .hasMessage("pte: '12345678123456781' is no hexadecimal number of 64 bits");
        assertThatThrownBy(this::pte).isInstanceOf(UsageException.class).hasMessage("pte: VALUE is missing");
    }
}
