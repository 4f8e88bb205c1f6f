package org.wyrm.symbols.btf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;

/** Finds symbols in the kernel's tables. Thread-safe. */
final class KallsymsSymbols implements SymbolFinder {
    /** After so many lookups of names the index is worth its making. */
    private static final int LOOKUPS_WITHOUT_INDEX = 3;

    private final Supplier<KallsymsTables> tables;
    private final List<String> likelyNames;
    private final KeptNames kept;
    private final Consumer<String> warnings;
    private @Nullable Map<String, List<Symbol>> likely;
    private final AtomicInteger nameLookups = new AtomicInteger();
    private volatile @Nullable Loaded loaded;
    private volatile KallsymsNames.@Nullable Index index;

    /** The two tables, each decoded when it is needed: of most addresses it is enough to know that no symbol is there. */
    private static final class Loaded {
        private final KallsymsTables tables;
        private final KallsymsAddresses addresses;
        private final Consumer<String> warnings;
        private volatile @Nullable KallsymsNames names;
        private volatile int lostCount;

        Loaded(KallsymsTables tables, Consumer<String> warnings) {
            this.tables = tables;
            this.warnings = warnings;
            addresses = KallsymsAddresses.ofDamaged(tables.addresses(), tables.checkedSymbolCount());
            tables.checkSymbolAt(addresses);
        }

        KallsymsNames names() {
            var known = names;
            return known != null ? known : decodeNames();
        }

        private synchronized KallsymsNames decodeNames() {
            var known = names;
            if (known == null) {
                known = new KallsymsNames(tables);
                warn(known);
                names = known;
            }
            return known;
        }

        private void warn(KallsymsNames decoded) {
            var places = new ArrayList<String>();
            tables.damage().ifPresent(places::add);
            var lost = addresses.lost();
            if (!lost.isEmpty()) {
                var offset = lost.nextSetBit(0) * addresses.byteSizeOfEach();
                places.add("%s+0x%x".formatted(tables.addresses().bytes().name(), offset));
            }
            decoded.damage().ifPresent(places::add);
            lost.or(decoded.lost());
            lostCount = lost.cardinality();
            if (!places.isEmpty()) {
                warnings.accept(String.format(
                        Locale.ROOT,
                        "%,d of %,d kernel symbols are damaged and left out (%s%s)",
                        lostCount,
                        addresses.symbolCount(),
                        String.join(", ", places),
                        lostCount > places.size() ? " …" : ""));
            }
        }

        boolean isTold(int symbol) {
            return !addresses.isLost(symbol) && !names().isLost(symbol);
        }
    }

    /** @param likelyNames are looked for together, as a pass over all names takes about as long for many as for one */
    KallsymsSymbols(
            Supplier<KallsymsTables> tables, List<String> likelyNames, KeptNames kept, Consumer<String> warnings) {
        this.tables = tables;
        this.warnings = warnings;
        this.kept = kept;
        this.likelyNames = List.copyOf(likelyNames);
    }

    /** {@inheritDoc} */
    @Override
    public List<Symbol> findSymbols(String name) {
        var known = loaded();
        if (likelyNames.contains(name)) {
            return likely(known).getOrDefault(name, List.of());
        }
        if (index == null && nameLookups.incrementAndGet() <= LOOKUPS_WITHOUT_INDEX) {
            return symbols(known, findByReading(known, List.of(name)).getFirst());
        }
        return symbols(known, index(known).find(bytes(name)));
    }

    private static List<Symbol> symbols(Loaded known, int[] numbers) {
        var found = new ArrayList<Symbol>(numbers.length);
        for (var symbol : numbers) {
            if (known.isTold(symbol)) {
                found.add(symbol(known, symbol));
            }
        }
        return List.copyOf(found);
    }

    private synchronized Map<String, List<Symbol>> likely(Loaded known) {
        var found = likely;
        if (found == null) {
            var numbers = kept.find(likelyNames, known.names()).orElseGet(() -> {
                var read = findByReading(known, likelyNames);
                kept.keep(likelyNames, known.names(), read);
                return read;
            });
            found = new HashMap<>();
            for (var index = 0; index < numbers.size(); index++) {
                found.put(likelyNames.get(index), symbols(known, numbers.get(index)));
            }
            likely = found;
        }
        return found;
    }

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return for each name the symbols with it, ascending} */
    private static List<int[]> findByReading(Loaded known, List<String> names) {
        var found = new ArrayList<>(Collections.nCopies(names.size(), new int[0]));
        var search =
                known.names().search(names.stream().map(KallsymsSymbols::bytes).toArray(byte[][]::new));
        for (var symbol = search.next(); symbol < known.addresses.symbolCount(); symbol = search.next()) {
            var others = found.get(search.found());
            var all = Arrays.copyOf(others, others.length + 1);
            all[others.length] = symbol;
            found.set(search.found(), all);
        }
        return found;
    }

    private KallsymsNames.Index index(Loaded known) {
        var made = index;
        if (made == null) {
            made = known.names().index();
            index = made;
        }
        return made;
    }

    /** {@inheritDoc} */
    @Override
    public List<Symbol> symbolsAt(long virtualAddress) {
        var known = loaded();
        var last = known.addresses.firstAbove(virtualAddress) - 1;
        if (last < 0) {
            return List.of();
        }
        var address = known.addresses.address(last);
        if (address != virtualAddress && byteSize(known, last).isEmpty()) {
            return List.of();
        }
        var first = last;
        while (first > 0 && known.addresses.address(first - 1) == address) {
            first--;
        }
        return IntStream.rangeClosed(first, last)
                .filter(known::isTold)
                .mapToObj(symbol -> symbol(known, symbol))
                .toList();
    }

    /** {@inheritDoc} */
    @Override
    public Stream<Symbol> allSymbols() {
        var known = loaded();
        return IntStream.range(0, known.addresses.symbolCount())
                .filter(known::isTold)
                .mapToObj(symbol -> symbol(known, symbol));
    }

    /** {@inheritDoc} Without a look at addresses, which are most of the work. */
    @Override
    public Stream<String> symbolNames(String prefix) {
        var names = loaded().names();
        var wanted = prefix.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, names.symbolCount())
                .filter(symbol -> names.startsWith(symbol, wanted))
                .mapToObj(names::name);
    }

    private static Symbol symbol(Loaded known, int symbol) {
        return new Symbol(
                known.names().name(symbol),
                known.addresses.address(symbol),
                byteSize(known, symbol),
                known.names().type(symbol),
                Optional.empty());
    }

    private static OptionalLong byteSize(Loaded known, int symbol) {
        var address = known.addresses.address(symbol);
        var next = known.addresses.firstAbove(address);
        if (next == known.addresses.symbolCount()) {
            return OptionalLong.empty();
        }
        // The per-CPU template is at the bottom, the kernel at the top: no symbol reaches from one to the other.
        var nextAddress = known.addresses.address(next);
        if (isFollowedByLost(known.addresses, next)) {
            return OptionalLong.empty();
        }
        return (address ^ nextAddress) < 0 ? OptionalLong.empty() : OptionalLong.of(nextAddress - address);
    }

    /** Where a symbol begins whose address is left out, those before it end, and nothing tells where that is. */
    private static boolean isFollowedByLost(KallsymsAddresses addresses, int next) {
        return addresses.isLost(next - 1);
    }

    /** {@return how many symbols are left out, of what was decoded so far} */
    int lostCount() {
        var known = loaded;
        return known == null ? 0 : known.lostCount;
    }

    /** {@return whether the tables were decoded, and none of them is damaged} */
    boolean isIntact() {
        var known = loaded;
        var names = known == null ? null : known.names;
        return known != null
                && names != null
                && known.lostCount == 0
                && known.tables.damage().isEmpty()
                && names.damage().isEmpty();
    }

    private Loaded loaded() {
        var known = loaded;
        return known != null ? known : load();
    }

    private synchronized Loaded load() {
        var known = loaded;
        if (known == null) {
            known = new Loaded(tables.get(), warnings);
            // Its names may be needed later, or never; what damage took of either is said once.
            if (!known.addresses.lost().isEmpty()) {
                known.names();
            }
            loaded = known;
        }
        return known;
    }
}
