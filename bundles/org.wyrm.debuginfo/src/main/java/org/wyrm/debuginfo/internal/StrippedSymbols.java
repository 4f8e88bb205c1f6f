package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.debuginfo.symbols.ElfSymbols;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;

/**
 * The symbols of an executable or a library that was stripped of them, from the file with its debugging information: those
 * of functions that it does not export. That file is not looked for before something is asked. Thread-safe.
 */
final class StrippedSymbols implements SymbolSource, SymbolFinder {
    private final MappedImage image;
    private final PartFile part;
    private final Optional<String> module;
    private @Nullable Optional<SymbolFinder> finder;

    StrippedSymbols(MappedImage image, PartFile part, Optional<String> module) {
        this.image = image;
        this.part = part;
        this.module = module;
    }

    private synchronized Optional<SymbolFinder> finder() {
        var known = finder;
        if (known == null) {
            known = hasTable(image.file().elf())
                    ? Optional.empty()
                    : part.elf().filter(StrippedSymbols::hasTable).flatMap(elf -> new ElfSymbols(
                                    elf, Placement.biased(image.bias()), module)
                            .symbols());
            finder = known;
        }
        return known;
    }

    private static boolean hasTable(ElfFile elf) {
        return elf.sections().stream().anyMatch(section -> section.type() == ElfSection.SHT_SYMTAB);
    }

    @Override
    public String name() {
        return "elf";
    }

    @Override
    public Optional<SymbolFinder> symbols() {
        return Optional.of(this);
    }

    @Override
    public List<Symbol> findSymbols(String name) {
        return finder().map(found -> found.findSymbols(name)).orElse(List.of());
    }

    @Override
    public List<Symbol> symbolsAt(long virtualAddress) {
        return image.contains(virtualAddress)
                ? finder().map(found -> found.symbolsAt(virtualAddress)).orElse(List.of())
                : List.of();
    }

    @Override
    public Stream<Symbol> allSymbols() {
        return finder().stream().flatMap(SymbolFinder::allSymbols);
    }
}
