package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wyrm.debuginfo.symbols.ElfLabels;
import org.wyrm.elf.ElfFile;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.LabelFinder;
import org.wyrm.symbols.spi.SymbolSource;

/** What the kernel's file calls addresses; its table is read when the first is asked for. Thread-safe. */
final class KernelLabels implements SymbolSource, LabelFinder {
    /** A way to ask a file something, if it is there. */
    interface Asked {
        List<Symbol> ask(Function<ElfFile, List<Symbol>> question);
    }

    private final Asked file;
    private final long slide;
    private volatile @Nullable ElfLabels labels;

    KernelLabels(Asked file, long slide) {
        this.file = file;
        this.slide = slide;
    }

    @Override
    public String name() {
        return "elf";
    }

    @Override
    public Optional<LabelFinder> labels() {
        return Optional.of(this);
    }

    @Override
    public Optional<Symbol> labelAt(long virtualAddress) {
        return file.ask(elf -> labels(elf).labelAt(virtualAddress).stream().toList()).stream()
                .findFirst();
    }

    private ElfLabels labels(ElfFile elf) {
        var known = labels;
        return known != null ? known : read(elf);
    }

    private synchronized ElfLabels read(ElfFile elf) {
        var known = labels;
        if (known == null) {
            known = new ElfLabels(elf, slide);
            labels = known;
        }
        return known;
    }
}
