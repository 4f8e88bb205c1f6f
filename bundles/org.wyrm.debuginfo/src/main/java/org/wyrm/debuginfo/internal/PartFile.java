package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.SearchResult;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.DwarfFile.Kept;
import org.wyrm.symbols.dwarf.DwarfTypes;

/**
 * The debug file of a part of the target: looked for, opened and read when a question gets to it. One that was found and
 * is damaged is told of once, and answers nothing; one that the user gave is an error then.
 *
 * <p>Thread-safe.
 */
final class PartFile {
    private final WantedFile wanted;
    private final Function<DebugFile, AddressMapping> mapping;
    private final DebugFileFinder finder;
    private final DebugRequest request;
    private final List<Runnable> closers;
    private @Nullable SearchResult result;
    private @Nullable SourceFile source;
    private boolean isDamaged;
    private volatile boolean isPrepared;
    private boolean isIndexSought;
    private @Nullable Kept keptIndex;

    /**
     * @param mapping tells where the addresses of the file are
     * @param closers what whoever closes the program runs
     */
    PartFile(
            WantedFile wanted,
            Function<DebugFile, AddressMapping> mapping,
            DebugFileFinder finder,
            DebugRequest request,
            List<Runnable> closers) {
        this.wanted = wanted;
        this.mapping = mapping;
        this.finder = finder;
        this.request = request;
        this.closers = closers;
    }

    WantedFile wanted() {
        return wanted;
    }

    private synchronized SearchResult result() {
        if (result == null) {
            result = finder.find(wanted, request.cancellation());
        }
        return result;
    }

    private synchronized @Nullable SourceFile source() {
        var found = result().debugFile();
        if (source == null && found.isPresent() && !isDamaged) {
            var file = finder.open(found.get().path(), request.cancellation());
            closers.add(file::close);
            source = new SourceFile(file, mapping.apply(file), request, closers);
        }
        return isDamaged ? null : source;
    }

    boolean isPrepared() {
        return isPrepared;
    }

    /**
     * {@return whether the file may have something of a name} Most modules have not, and their kept indexes tell so: their
     * files need not even be found.
     */
    boolean mayHave(String name) {
        // A file that the user gave is looked at in any case: it is an error if it is damaged.
        if (isPrepared || !request.settings().files().isEmpty()) {
            return true;
        }
        var kept = keptIndex();
        return kept == null || kept.mayHave(name);
    }

    private synchronized @Nullable Kept keptIndex() {
        if (!isIndexSought) {
            isIndexSought = true;
            keptIndex = wanted.buildId()
                    .flatMap(id -> Kept.find(request.cache(), id.digits()))
                    .orElse(null);
        }
        return keptIndex;
    }

    /** Does what the first question would: finds the file, opens it, makes its index. What is wrong, that will tell. */
    void prepare() {
        isPrepared = true;
        try {
            var found = source();
            if (found != null) {
                found.entryCount();
            }
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException e) {
            // It comes again with each question, until one has told of it.
            return;
        }
    }

    /** {@return whether there is a file that answers} */
    boolean isUsed() {
        return !ask(types -> List.of(types)).isEmpty();
    }

    /** What there is of the part; that makes the index of its file, to see whether the file is of use. */
    Part part() {
        ask(types -> List.of(types.file().entryCount()));
        var found = result().debugFile();
        var file = source();
        return found.isEmpty() || file == null
                ? missing()
                : file.part(wanted.label(), found.get().way(), result().tried());
    }

    private Part missing() {
        return new Part(
                wanted.label(),
                wanted.buildId().map(BuildId::digits),
                Optional.empty(),
                Optional.empty(),
                result().tried());
    }

    /** Asks the file something. */
    <T> List<T> ask(Function<DwarfTypes, List<T>> question) {
        return askFile(file -> question.apply(file.types()));
    }

    /** Asks the file something that is not of its DWARF. */
    List<Symbol> askElf(Function<ElfFile, List<Symbol>> question) {
        return askFile(file -> question.apply(file.elf()));
    }

    private <T> List<T> askFile(Function<SourceFile, List<T>> question) {
        try {
            var found = source();
            return found == null ? List.of() : question.apply(found);
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException e) {
            damaged(e);
            return List.of();
        }
    }

    private synchronized void damaged(DebuggerException e) {
        var found = result().debugFile().orElseThrow();
        if (found.way() == SearchWay.GIVEN) {
            // The user wants it to be used, and it cannot be.
            throw e;
        }
        if (!isDamaged) {
            isDamaged = true;
            result = result().without(found, String.valueOf(e.getMessage()));
            request.warnings().accept("%s: %s".formatted(wanted.label(), e.getMessage()));
        }
    }
}
