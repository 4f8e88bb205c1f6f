package org.wyrm.symbols.btf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;

/**
 * The kernel's own table of its symbols as a source: what {@code /proc/kallsyms} shows but for modules.
 *
 * <p>The table has no sizes: a symbol goes as far as the next higher address. The last one has no size, nor has the last
 * per-CPU one, after which the next is half an address space away; of these, only the first byte is theirs.
 *
 * <p>A symbol that damage made impossible is left out, and this is said: an address out of the order of the others, and
 * names that are not where the table has the start of every 256th ({@link LongestRun}, {@link NameBlocks}). Where the
 * address of one is left out, nobody knows where the symbol before it ends: of that, only the first byte is its. An
 * address in a symbol whose name is left out has no name. What is changed and still possible is not noticed: another
 * address between the same neighbours, other letters of the same length.
 *
 * <p>Thread-safe. Nothing is read before something is asked. The first names are looked for in the compressed table,
 * which is quick to give up on a name; who asks for more gets an index.
 */
public final class Kallsyms implements SymbolSource {
    private final KallsymsSymbols symbols;

    /**
     * Makes the source.
     *
     * @param tables gives the tables when they are first needed
     * @param likelyNames that will be asked for, most of them: they are looked for together
     * @param cache keeps what was found of those for the next process
     * @param buildId of the kernel's image, if it is known: what is kept counts for that
     * @param warnings is told, once, how many symbols are left out because they are damaged
     */
    public Kallsyms(
            Supplier<KallsymsTables> tables,
            List<String> likelyNames,
            CacheFolder cache,
            Optional<String> buildId,
            Consumer<String> warnings) {
        symbols = new KallsymsSymbols(tables, likelyNames, new KeptNames(cache, buildId), warnings);
    }

    /** {@return whether the tables were decoded, and none of them is damaged} */
    public boolean isIntact() {
        return symbols.isIntact();
    }

    @Override
    public String missing() {
        var count = symbols.lostCount();
        return count == 0
                ? ""
                : String.format(
                        Locale.ROOT, "%,d kernel symbols are damaged and left out, which it may be among", count);
    }

    @Override
    public String name() {
        return "kallsyms";
    }

    @Override
    public Optional<SymbolFinder> symbols() {
        return Optional.of(symbols);
    }
}
