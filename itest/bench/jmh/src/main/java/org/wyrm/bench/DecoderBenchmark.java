package org.wyrm.bench;

import static org.wyrm.dwarf.constants.DwAttribute.DW_AT_name;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.wyrm.dwarf.AbbreviationTable;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.LineHeader;
import org.wyrm.dwarf.LineProgram;
import org.wyrm.dwarf.LineTable;
import org.wyrm.dwarf.UnitHeader;
import org.wyrm.dwarf.UnitScanner;
import org.wyrm.dwarf.ZeroAddress;
import org.wyrm.itest.dwarf.OpenDwarf;

/** Each decoder over a whole section of a kernel, in one thread but for {@link #index}. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class DecoderBenchmark {
    /** Of so many units each entry is walked. */
    private static final int WALKED_UNITS = 200;

    /** The scan of {@code .debug_info} that an index is made by. */
    @Benchmark
    public void unitScan(Kernel kernel, Work work, Blackhole sink) {
        var dwarf = kernel.dwarf();
        var section = dwarf.sections().section(DwarfSection.INFO);
        var scanner = new UnitScanner();
        for (var header : UnitHeader.parseAll(section, false)) {
            scanner.start(dwarf, DwarfSection.INFO, header);
            while (scanner.next()) {
                sink.consume(scanner.name);
                work.items++;
            }
        }
        work.bytes += section.byteSize();
    }

    /** The whole index, in as many threads as it takes. */
    @Benchmark
    public void index(Kernel kernel, Work work) {
        try (var file = OpenDwarf.open(kernel.file().path())) {
            work.items += file.dwarf().file().entryCount();
        }
        work.bytes += kernel.section(DwarfSection.INFO).byteSize();
    }

    /** Every entry of some units, as a tree, with its name. */
    @Benchmark
    public void entryWalk(Kernel kernel, Work work, Blackhole sink) {
        for (var unit : kernel.dwarf().units(DwarfSection.INFO).subList(0, WALKED_UNITS)) {
            work.items += walk(unit.root(), sink);
            work.bytes += unit.header().endOffset() - unit.header().offset();
        }
    }

    private static long walk(Die die, Blackhole sink) {
        sink.consume(die.form(DW_AT_name));
        var count = 1L;
        for (var child : die.children()) {
            count += walk(child, sink);
        }
        return count;
    }

    /** Every row of every line program. */
    @Benchmark
    public void lineRows(Kernel kernel, Work work, Blackhole sink) {
        var section = kernel.section(DwarfSection.LINE);
        for (var offset = 0L; offset < section.byteSize(); ) {
            var header = LineHeader.parse(section, offset, 8);
            var program = new LineProgram(header);
            while (program.next()) {
                sink.consume(program.address());
                work.items++;
            }
            offset = header.endOffset();
        }
        work.bytes += section.byteSize();
    }

    /** The tables that addresses are looked up in. */
    @Benchmark
    public void lineTables(Kernel kernel, Work work) {
        var section = kernel.section(DwarfSection.LINE);
        for (var offset = 0L; offset < section.byteSize(); ) {
            var header = LineHeader.parse(section, offset, 8);
            work.items += LineTable.decode(header, ZeroAddress.IS_DEAD).rowCount();
            offset = header.endOffset();
        }
        work.bytes += section.byteSize();
    }

    /** Every table of abbreviations. */
    @Benchmark
    public void abbreviations(Kernel kernel, Work work, Blackhole sink) {
        var section = kernel.section(DwarfSection.ABBREV);
        var info = kernel.section(DwarfSection.INFO);
        var offsets = UnitHeader.parseAll(info, false).stream()
                .mapToLong(UnitHeader::abbrevOffset)
                .distinct()
                .toArray();
        for (var offset : offsets) {
            sink.consume(AbbreviationTable.parse(section, offset));
        }
        work.items += offsets.length;
        work.bytes += section.byteSize();
    }

    /** The symbols of {@code .symtab}, with their names. */
    @Benchmark
    public void elfSymbols(Kernel kernel, Work work, Blackhole sink) {
        var elf = kernel.file().elf();
        for (var symbol : elf.symbolTable().orElseThrow().symbols()) {
            sink.consume(symbol.name());
            work.items++;
        }
        work.bytes += elf.findSection(".symtab").orElseThrow().byteSize();
    }
}
