package org.wyrm.debuginfo.symbols;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;

/** Finds the symbols of a table by name and by address. Thread-safe. */
final class ElfSymbolFinder implements SymbolFinder {
    /** After so many lookups of names the index is worth its making. */
    private static final int LOOKUPS_WITHOUT_INDEX = 3;

    private final Supplier<PlacedSymbols> placed;
    private final AtomicInteger nameLookups = new AtomicInteger();
    private volatile @Nullable PlacedSymbols loaded;
    private volatile @Nullable Sorted sorted;
    private volatile @Nullable NameIndex names;

    ElfSymbolFinder(ElfFile elf, Placement placement, Optional<String> module) {
        placed = () -> PlacedSymbols.of(elf, placement, module);
    }

    @Override
    public List<Symbol> findSymbols(String name) {
        if (names == null && nameLookups.incrementAndGet() <= LOOKUPS_WITHOUT_INDEX) {
            return loaded().withName(name);
        }
        var known = sorted();
        var found = new ArrayList<Symbol>(1);
        names(known).find(name).forEach(place -> found.add(known.symbol(place)));
        return List.copyOf(found);
    }

    @Override
    public List<Symbol> symbolsAt(long virtualAddress) {
        var known = sorted();
        // Symbols may lie in one another, and labels have no size: the nearest below need not be the one that covers.
        for (var place = known.firstAbove(virtualAddress) - 1; place >= 0; place--) {
            if (known.covers(place, virtualAddress)) {
                return known.coveringWithSameAddress(place, virtualAddress)
                        .mapToObj(known::symbol)
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
        return IntStream.range(0, known.symbols.length).mapToObj(known::symbol);
    }

    private synchronized PlacedSymbols loaded() {
        var known = loaded;
        if (known == null) {
            known = placed.get();
            loaded = known;
        }
        return known;
    }

    private Sorted sorted() {
        var known = sorted;
        return known != null ? known : sort();
    }

    private synchronized Sorted sort() {
        var known = sorted;
        if (known == null) {
            known = Sorted.of(loaded());
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
    private record Sorted(PlacedSymbols placed, int[] symbols, long[] addresses, long[] reaches) {
        static Sorted of(PlacedSymbols placed) {
            var table = placed.table();
            var symbols = new int[table.count()];
            var addresses = new long[table.count()];
            var count = 0;
            for (var symbol = 0; symbol < table.count(); symbol++) {
                if (placed.has(symbol)) {
                    addresses[symbol] = placed.address(symbol);
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
            return new Sorted(placed, inOrder, addressesInOrder, reaches);
        }

        Symbol symbol(int place) {
            return placed.symbol(symbols[place]);
        }

        /** What is at 0, of no section, is no place: the C library has such a symbol for each of its versions. */
        private boolean isNameOnly(int place) {
            return addresses[place] == 0 && placed.table().sectionIndex(symbols[place]) == ElfSymbol.SHN_ABS;
        }

        boolean covers(int place, long address) {
            var distance = address - addresses[place];
            return distance == 0 && !isNameOnly(place)
                    || Long.compareUnsigned(distance, placed.table().byteSize(symbols[place])) < 0;
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
            names = sorted.placed.names();
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
            return (int) Math.min(names.length, sorted.placed.table().nameOffset(sorted.symbols[place]));
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
