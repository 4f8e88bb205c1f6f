package org.wyrm.debuginfo.symbols;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.LabelFinder;

/**
 * Names the addresses of a linked file by its symbol table, as libdwfl does for its users: 32,449 addresses of a kernel
 * were compared. The template of per-CPU variables, which is at 0, has no addresses.
 *
 * <p>Immutable and thread-safe.
 */
public final class ElfLabels implements LabelFinder {
    private final PlacedSymbols placed;

    /** The file's sections that are in memory; null in place of others. */
    private final @Nullable ElfSection[] sections;

    private final long bias;

    /** Numbers of symbols in the order of addresses, and for equal ones in that of the table. */
    private final int[] symbols;

    private final long[] addresses;

    /** For each, the highest end of it and those before it. */
    private final long[] ends;

    /**
     * Reads a table.
     *
     * @param bias what is added to each address of the file
     */
    public ElfLabels(ElfFile elf, long bias) {
        this.bias = bias;
        placed = PlacedSymbols.of(elf, Placement.biased(bias), Optional.empty());
        sections = elf.sections().stream()
                .map(section -> section.has(ElfSection.SHF_ALLOC) && section.address() != 0 ? section : null)
                .toArray(ElfSection[]::new);
        var count = placed.table().count();
        var unsorted = new long[count];
        var known = new int[count];
        var knownCount = 0;
        for (var symbol = 0; symbol < count; symbol++) {
            if (placed.has(symbol) && sectionOf(symbol) != null) {
                unsorted[symbol] = placed.address(symbol);
                known[knownCount++] = symbol;
            }
        }
        symbols = AddressOrder.sorted(Arrays.copyOf(known, knownCount), unsorted);
        addresses = new long[knownCount];
        ends = new long[knownCount];
        for (var place = 0; place < knownCount; place++) {
            addresses[place] = unsorted[symbols[place]];
            var end = addresses[place] + byteSize(place);
            ends[place] = place > 0 && Long.compareUnsigned(ends[place - 1], end) > 0 ? ends[place - 1] : end;
        }
    }

    private @Nullable ElfSection sectionOf(int symbol) {
        var index = placed.table().sectionIndex(symbol);
        return index > 0 && index < sections.length ? sections[index] : null;
    }

    @Override
    public Optional<Symbol> labelAt(long virtualAddress) {
        var last = lastUpTo(virtualAddress);
        if (last < 0) {
            return Optional.empty();
        }
        var place = covering(last, virtualAddress);
        if (place < 0) {
            place = label(last, virtualAddress);
        }
        return place < 0 ? Optional.empty() : Optional.of(placed.symbol(symbols[place]));
    }

    private int lastUpTo(long address) {
        var low = 0;
        var high = addresses.length;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** {@return where the symbol is that has an address within its size; -1 if there is none} */
    private int covering(int last, long address) {
        var best = -1;
        for (var place = last; place >= 0 && Long.compareUnsigned(ends[place], address) > 0; place--) {
            var byteSize = byteSize(place);
            if (Long.compareUnsigned(address - addresses[place], byteSize) < 0 && (best < 0 || isBetter(place, best))) {
                best = place;
            }
        }
        return best;
    }

    /** Whether a symbol is better than one that begins there or later. */
    private boolean isBetter(int place, int best) {
        if (isLocal(place) != isLocal(best)) {
            return isLocal(best);
        }
        if (addresses[place] != addresses[best]) {
            return false;
        }
        return isWeak(place) != isWeak(best) ? isWeak(best) : byteSize(place) <= byteSize(best);
    }

    /** {@return where the label is that an address is behind; -1 if there is none} */
    private int label(int last, long address) {
        var best = -1;
        var place = last;
        for (; place >= 0 && (best < 0 || addresses[place] == addresses[best]); place--) {
            if (byteSize(place) != 0) {
                return -1;
            }
            // Of those at one address, the first of the table is met last.
            if (best < 0 || !isLocal(place) || isLocal(best)) {
                best = place;
            }
        }
        var isEndedBefore = place < 0 || Long.compareUnsigned(ends[place], addresses[Math.max(best, 0)]) <= 0;
        return best >= 0 && isEndedBefore && isInSection(symbols[best], address) ? best : -1;
    }

    private boolean isInSection(int symbol, long address) {
        var section = sectionOf(symbol);
        return section != null && Long.compareUnsigned(address - (section.address() + bias), section.byteSize()) < 0;
    }

    private long byteSize(int place) {
        return placed.table().byteSize(symbols[place]);
    }

    private boolean isLocal(int place) {
        return placed.table().binding(symbols[place]) == ElfSymbol.STB_LOCAL;
    }

    private boolean isWeak(int place) {
        return placed.table().binding(symbols[place]) == ElfSymbol.STB_WEAK;
    }
}
