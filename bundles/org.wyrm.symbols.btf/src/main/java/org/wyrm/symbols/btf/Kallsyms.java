package org.wyrm.symbols.btf;

import java.util.List;
import java.util.Optional;
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
     */
    public Kallsyms(
            Supplier<KallsymsTables> tables, List<String> likelyNames, CacheFolder cache, Optional<String> buildId) {
        symbols = new KallsymsSymbols(tables, likelyNames, new KeptNames(cache, buildId));
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
