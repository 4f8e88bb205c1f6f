package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
 * The symbols that an executable or a library was stripped of, from the file with its debugging information: those of
 * functions that it does not export. That file is not looked for before something is asked. Thread-safe.
 */
final class StrippedSymbols implements SymbolSource, SymbolFinder {
    private final MappedImage image;
    private final PartFile part;
    private final Optional<String> module;
    private @Nullable SymbolFinder finder;

    StrippedSymbols(MappedImage image, PartFile part, Optional<String> module) {
        this.image = image;
        this.part = part;
        this.module = module;
    }

    private List<Symbol> ask(Function<SymbolFinder, List<Symbol>> question) {
        return hasTable(image.file().elf())
                ? List.of()
                : part.askElf(elf -> hasTable(elf) ? question.apply(finder(elf)) : List.of());
    }

    private static boolean hasTable(ElfFile elf) {
        return elf.sections().stream().anyMatch(section -> section.type() == ElfSection.SHT_SYMTAB);
    }

    private synchronized SymbolFinder finder(ElfFile elf) {
        var known = finder;
        if (known == null) {
            known = new ElfSymbols(elf, Placement.biased(image.bias()), module)
                    .symbols()
                    .orElseThrow();
            finder = known;
        }
        return known;
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
        return ask(found -> found.findSymbols(name));
    }

    @Override
    public List<Symbol> symbolsAt(long virtualAddress) {
        return image.contains(virtualAddress) ? ask(found -> found.symbolsAt(virtualAddress)) : List.of();
    }

    @Override
    public Stream<Symbol> allSymbols() {
        return ask(found -> found.allSymbols().toList()).stream();
    }
}
