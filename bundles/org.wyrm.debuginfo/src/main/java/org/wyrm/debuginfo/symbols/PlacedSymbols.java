package org.wyrm.debuginfo.symbols;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.elf.ElfSymbolTable;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.symbols.Symbol;

/**
 * The symbols of a file that are places in memory, in the order of the file.
 *
 * @param table all symbols
 * @param names the names, copied: they are gone through byte by byte, 2.4 MB of a kernel's
 * @param bases what is added to the values of the symbols of each section
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PlacedSymbols(ElfSymbolTable table, byte[] names, SymbolLetters letters, long[] bases, Optional<String> module) {
    static PlacedSymbols of(ElfFile elf, Placement placement, Optional<String> module) {
        var table = elf.symbolTable().orElseGet(() -> ElfSymbolTable.empty(elf));
        var names = table.names();
        return new PlacedSymbols(
                table,
                names.toArray(0, names.byteSize()),
                new SymbolLetters(elf, table),
                bases(elf, placement),
                module);
    }

    private static long[] bases(ElfFile elf, Placement placement) {
        var isRelocatable = elf.type() == ElfType.ET_REL.number();
        var sections = elf.sections();
        var bases = new long[sections.size()];
        for (var i = 0; i < bases.length; i++) {
            var section = sections.get(i);
            if (isRelocatable) {
                bases[i] = placement.sections().address(section);
            } else if (!isPerCpu(section)) {
                bases[i] = placement.bias();
            }
        }
        return bases;
    }

    /** The template of per-CPU variables is at 0: an address in it is an offset, which no bias moves. */
    private static boolean isPerCpu(ElfSection section) {
        return section.name().equals(".data..percpu") && section.address() == 0;
    }

    /** {@return whether a symbol of the table is one of these} */
    boolean has(int symbol) {
        var type = table.type(symbol);
        var section = table.sectionIndex(symbol);
        return table.nameOffset(symbol) != 0
                && (section == ElfSymbol.SHN_ABS || section > 0 && section < bases.length)
                && type != ElfSymbol.STT_SECTION
                && type != ElfSymbol.STT_FILE
                && type != ElfSymbol.STT_TLS;
    }

    long address(int symbol) {
        var section = table.sectionIndex(symbol);
        return table.value(symbol) + (section > 0 ? bases[section] : 0);
    }

    Symbol symbol(int symbol) {
        var byteSize = table.byteSize(symbol);
        return new Symbol(
                table.name(symbol),
                address(symbol),
                byteSize == 0 ? OptionalLong.empty() : OptionalLong.of(byteSize),
                letters.letter(symbol),
                module);
    }

    /** {@return the symbols with a name, the lowest address first; all are looked at, none is sorted} */
    List<Symbol> withName(String name) {
        var offsets = offsets((name + "\0").getBytes(StandardCharsets.UTF_8));
        if (name.isEmpty() || offsets.length == 0) {
            return List.of();
        }
        var found = new ArrayList<Symbol>(1);
        for (var symbol = 0; symbol < table.count(); symbol++) {
            if (Arrays.binarySearch(offsets, table.nameOffset(symbol)) >= 0 && has(symbol)) {
                found.add(symbol(symbol));
            }
        }
        found.sort(Comparator.comparingLong(symbol -> symbol.address() + Long.MIN_VALUE));
        return List.copyOf(found);
    }

    /** {@return where some bytes stand among the names, in order: a name may be the end of another} */
    private long[] offsets(byte[] wanted) {
        var offsets = new long[1];
        var count = 0;
        for (var at = 0; at <= names.length - wanted.length; at++) {
            if (names[at] == wanted[0] && Arrays.equals(names, at, at + wanted.length, wanted, 0, wanted.length)) {
                if (count == offsets.length) {
                    offsets = Arrays.copyOf(offsets, 2 * count);
                }
                offsets[count++] = at;
            }
        }
        return Arrays.copyOf(offsets, count);
    }
}
