package org.wyrm.debuginfo.symbols;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.elf.ElfSymbolTable;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;

/** Finds the symbols of a table by name and by address. Thread-safe. */
final class ElfSymbolFinder implements SymbolFinder {
    private final ElfFile elf;
    private final Placement placement;
    private final Optional<String> module;
    private volatile @Nullable Sorted sorted;
    private volatile @Nullable NameIndex names;

    ElfSymbolFinder(ElfFile elf, Placement placement, Optional<String> module) {
        this.elf = elf;
        this.placement = placement;
        this.module = module;
    }

    @Override
    public List<Symbol> findSymbols(String name) {
        var known = sorted();
        var found = new ArrayList<Symbol>(1);
        names(known).find(name).forEach(place -> found.add(symbol(known, place)));
        return List.copyOf(found);
    }

    @Override
    public List<Symbol> symbolsAt(long virtualAddress) {
        var known = sorted();
        // Symbols may lie in one another, and labels have no size: the nearest below need not be the one that covers.
        for (var place = known.firstAbove(virtualAddress) - 1; place >= 0; place--) {
            if (known.covers(place, virtualAddress)) {
                return known.coveringWithSameAddress(place, virtualAddress)
                        .mapToObj(each -> symbol(known, each))
                        .toList();
            }
            if (!known.anyReaches(place, virtualAddress)) {
                break;
            }
        }
        return List.of();
    }

    @Override
    public Stream<Symbol> allSymbols() {
        var known = sorted();
        return IntStream.range(0, known.symbols.length).mapToObj(place -> symbol(known, place));
    }

    private Symbol symbol(Sorted known, int place) {
        var symbol = known.symbols[place];
        var byteSize = known.byteSize(place);
        return new Symbol(
                known.table.name(symbol),
                known.addresses[place],
                byteSize == 0 ? OptionalLong.empty() : OptionalLong.of(byteSize),
                known.letters.letter(symbol),
                module);
    }

    private Sorted sorted() {
        var known = sorted;
        return known != null ? known : sort();
    }

    private synchronized Sorted sort() {
        var known = sorted;
        if (known == null) {
            known = elf.symbolTable()
                    .map(table -> Sorted.of(elf, table, placement))
                    .orElseGet(() -> Sorted.none(elf));
            sorted = known;
        }
        return known;
    }

    private NameIndex names(Sorted known) {
        var made = names;
        if (made == null) {
            made = new NameIndex(known);
            names = made;
        }
        return made;
    }

    /**
     * Symbols in the order of addresses.
     *
     * @param symbols their numbers in the table
     * @param addresses of each
     * @param reaches for each, the highest last address of it and those before it; unsigned
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sorted(
            ElfSymbolTable table, SymbolLetters letters, int[] symbols, long[] addresses, long[] reaches) {
        static Sorted none(ElfFile elf) {
            var empty = ElfSymbolTable.empty(elf);
            return new Sorted(empty, new SymbolLetters(elf, empty), new int[0], new long[0], new long[0]);
        }

        static Sorted of(ElfFile elf, ElfSymbolTable table, Placement placement) {
            var bases = bases(elf, placement);
            var symbols = new int[table.count()];
            var addresses = new long[table.count()];
            var count = 0;
            for (var symbol = 0; symbol < table.count(); symbol++) {
                if (isPlace(table, symbol, bases.length)) {
                    var section = table.sectionIndex(symbol);
                    addresses[symbol] = table.value(symbol) + (section > 0 ? bases[section] : 0);
                    symbols[count++] = symbol;
                }
            }
            var inOrder = AddressOrder.sorted(Arrays.copyOf(symbols, count), addresses);
            var addressesInOrder = new long[count];
            var reaches = new long[count];
            for (var place = 0; place < count; place++) {
                addressesInOrder[place] = addresses[inOrder[place]];
                var last = addressesInOrder[place] + Math.max(0, table.byteSize(inOrder[place]) - 1);
                reaches[place] =
                        place > 0 && Long.compareUnsigned(reaches[place - 1], last) > 0 ? reaches[place - 1] : last;
            }
            return new Sorted(table, new SymbolLetters(elf, table), inOrder, addressesInOrder, reaches);
        }

        private static long[] bases(ElfFile elf, Placement placement) {
            var isRelocatable = elf.type() == ElfType.ET_REL.number();
            var sections = elf.sections();
            var bases = new long[sections.size()];
            for (var i = 0; i < bases.length; i++) {
                bases[i] = isRelocatable ? placement.sections().address(sections.get(i)) : placement.bias();
            }
            // The template of per-CPU variables is at 0: an address in it is an offset, which no bias moves.
            for (var i = 0; i < bases.length && !isRelocatable; i++) {
                bases[i] = isPerCpu(sections.get(i)) ? 0 : bases[i];
            }
            return bases;
        }

        private static boolean isPerCpu(ElfSection section) {
            return section.name().equals(".data..percpu") && section.address() == 0;
        }

        private static boolean isPlace(ElfSymbolTable table, int symbol, int sectionCount) {
            var type = table.type(symbol);
            var section = table.sectionIndex(symbol);
            return table.nameOffset(symbol) != 0
                    && (section == ElfSymbol.SHN_ABS || section > 0 && section < sectionCount)
                    && type != ElfSymbol.STT_SECTION
                    && type != ElfSymbol.STT_FILE
                    && type != ElfSymbol.STT_TLS;
        }

        long byteSize(int place) {
            return table.byteSize(symbols[place]);
        }

        boolean covers(int place, long address) {
            var distance = address - addresses[place];
            return distance == 0 || Long.compareUnsigned(distance, byteSize(place)) < 0;
        }

        boolean anyReaches(int place, long address) {
            return Long.compareUnsigned(reaches[place], address) >= 0;
        }

        IntStream coveringWithSameAddress(int last, long address) {
            var first = last;
            while (first > 0 && addresses[first - 1] == addresses[last]) {
                first--;
            }
            return IntStream.rangeClosed(first, last).filter(place -> covers(place, address));
        }

        int firstAbove(long address) {
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
            return low;
        }
    }

    /** Names by their hash, each chain in the order of addresses. Immutable and thread-safe. */
    private static final class NameIndex {
        private static final int NONE = -1;

        private final Sorted sorted;
        private final byte[] names;
        private final int[] first;
        private final int[] next;

        NameIndex(Sorted sorted) {
            this.sorted = sorted;
            // Copied: a hash of all goes through 2.4 MB of a kernel byte by byte.
            names = sorted.table.names().toArray(0, sorted.table.names().byteSize());
            first = new int[Integer.highestOneBit(Math.max(1, sorted.symbols.length)) << 1];
            next = new int[sorted.symbols.length];
            Arrays.fill(first, NONE);
            for (var place = sorted.symbols.length - 1; place >= 0; place--) {
                var bucket = bucket(hash(names, nameOffset(place)));
                next[place] = first[bucket];
                first[bucket] = place;
            }
        }

        /** {@return where a name begins; of one that is not among the names, where they end} */
        private int nameOffset(int place) {
            return (int) Math.min(names.length, sorted.table.nameOffset(sorted.symbols[place]));
        }

        IntStream find(String name) {
            var wanted = name.getBytes(StandardCharsets.UTF_8);
            return IntStream.iterate(first[bucket(hash(wanted, 0))], place -> place != NONE, place -> next[place])
                    .filter(place -> has(nameOffset(place), wanted));
        }

        private int bucket(int hash) {
            return (hash ^ hash >>> 15) & first.length - 1;
        }

        private static int hash(byte[] names, int offset) {
            var hash = 0;
            for (var at = offset; at < names.length && names[at] != 0; at++) {
                hash = hash * 31 + names[at];
            }
            return hash;
        }

        private boolean has(int offset, byte[] wanted) {
            var end = offset + wanted.length;
            return end < names.length && names[end] == 0 && Arrays.equals(names, offset, end, wanted, 0, wanted.length);
        }
    }
}
