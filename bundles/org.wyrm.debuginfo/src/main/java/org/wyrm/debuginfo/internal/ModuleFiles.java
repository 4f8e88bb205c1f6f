package org.wyrm.debuginfo.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugInfoState.Candidate;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.SearchResult;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.elf.BuildId;
import org.wyrm.program.LoadedModule;
import org.wyrm.program.Program;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.spi.LineFinder;
import org.wyrm.symbols.spi.ScopeFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * The DWARF of the loaded modules. Nothing is looked for before a question gets here; a question about an address looks
 * for the file of one module, one about a name for those of all.
 *
 * <p>Thread-safe. A file that is damaged is told of once, and answers nothing.
 */
final class ModuleFiles implements SymbolSource, TypeFinder, VariableFinder, LineFinder, ScopeFinder {
    private final Program program;
    private final String release;
    private final DebugFileFinder finder;
    private final DebugRequest request;
    /** Whoever closes the program runs these. */
    private final List<Runnable> closers;

    private @Nullable List<ModuleFile> modules;

    ModuleFiles(Program program, String release, DebugFileFinder finder, DebugRequest request, List<Runnable> closers) {
        this.program = program;
        this.release = release;
        this.finder = finder;
        this.request = request;
        this.closers = closers;
    }

    /** A loaded module, and its file, once it was looked for. */
    private final class ModuleFile {
        final LoadedModule module;
        private @Nullable SearchResult result;
        private @Nullable SourceFile source;
        private boolean isDamaged;

        ModuleFile(LoadedModule module) {
            this.module = module;
        }

        WantedFile wanted() {
            return new WantedFile.KernelModule(
                    release, module.name(), module.buildId().flatMap(BuildId::parse));
        }

        synchronized SearchResult result() {
            if (result == null) {
                result = finder.find(wanted(), request.cancellation());
            }
            return result;
        }

        private synchronized @Nullable SourceFile source() {
            var found = result().debugFile();
            if (source == null && found.isPresent() && !isDamaged) {
                var file = finder.open(found.get().path(), request.cancellation());
                closers.add(file::close);
                source = new SourceFile(file, SourceFile.placed(file, module), request, closers);
            }
            return isDamaged ? null : source;
        }

        /** What there is of the module; that makes the index of its file, to see whether the file is of use. */
        Part part() {
            ask(types -> List.of(types.file().entryCount()));
            var found = result().debugFile();
            var file = source();
            return found.isEmpty() || file == null
                    ? DwarfDebugInfo.missing(result())
                    : file.part(wanted().label(), found.get().way(), result().tried());
        }

        /** Asks the file something; a damaged one knows nothing. */
        <T> List<T> ask(Function<DwarfTypes, List<T>> question) {
            try {
                var found = source();
                return found == null ? List.of() : question.apply(found.types());
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
                request.warnings().accept("module %s: %s".formatted(module.name(), e.getMessage()));
            }
        }
    }

    private synchronized List<ModuleFile> modules() {
        if (modules == null) {
            var listed = program.modules();
            if (listed.isEmpty()) {
                // None is loaded, or they are just being listed.
                return List.of();
            }
            modules = listed.stream().map(ModuleFile::new).toList();
            for (var module : listed) {
                module.problem()
                        .ifPresent(problem ->
                                request.warnings().accept("module %s: %s".formatted(module.name(), problem)));
            }
        }
        return modules;
    }

    /**
     * Sees to it that given files are of loaded modules.
     *
     * @throws UnreadableTargetException if one is not, with the reason
     */
    void checkGiven(List<GivenFile> given) {
        for (var file : given) {
            file.refusal(modules().stream().map(ModuleFile::wanted).toList()).ifPresent(why -> {
                throw new UnreadableTargetException(why);
            });
        }
    }

    /** {@return each module, whose file is looked for when somebody asks for it} */
    List<Candidate> candidates() {
        return modules().stream()
                .map(file -> new Candidate(Optional.of(file.module.name()), file::part))
                .toList();
    }

    private <T> List<T> askAll(Function<DwarfTypes, List<T>> question) {
        var answers = new ArrayList<T>();
        for (var module : modules()) {
            answers.addAll(module.ask(question));
        }
        return answers;
    }

    @Override
    public String name() {
        return "dwarf";
    }

    @Override
    public Optional<TypeFinder> types() {
        return Optional.of(this);
    }

    @Override
    public Optional<VariableFinder> variables() {
        return Optional.of(this);
    }

    @Override
    public Optional<LineFinder> lines() {
        return Optional.of(this);
    }

    @Override
    public Optional<ScopeFinder> scopes() {
        return Optional.of(this);
    }

    /** {@inheritDoc} */
    @Override
    public List<TypeRef> findTypes(TypeKind kind, String name) {
        var found = askAll(types -> types.findTypes(kind, name));
        var complete = found.stream()
                .filter(type -> !type.resolve().isDeclarationOnly())
                .toList();
        return complete.isEmpty() ? found : complete;
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> variableNames(VariableKind kind, String prefix) {
        return askAll(types -> types.variableNames(kind, prefix).toList()).stream();
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> typeNames(TypeKind kind, String prefix) {
        return modules().stream()
                .flatMap(module ->
                        module.ask(types -> types.typeNames(kind, prefix).toList()).stream());
    }

    /** {@inheritDoc} */
    @Override
    public List<Variable> findVariables(String name) {
        return askAll(types -> types.findVariables(name));
    }

    /** {@inheritDoc} */
    @Override
    public List<SourceFrame> framesAt(long virtualAddress) {
        return askOwner(virtualAddress, types -> types.lines().orElseThrow().framesAt(virtualAddress));
    }

    /** {@inheritDoc} */
    @Override
    public List<Scope> scopesAt(long virtualAddress) {
        return askOwner(virtualAddress, types -> types.scopes().orElseThrow().scopesAt(virtualAddress));
    }

    /** Asks the module that has an address. */
    private <T> List<T> askOwner(long virtualAddress, Function<DwarfTypes, List<T>> question) {
        for (var module : modules()) {
            if (module.module.contains(virtualAddress)) {
                return module.ask(question);
            }
        }
        return List.of();
    }

    /** {@inheritDoc} */
    @Override
    public List<SourceLine> findLine(String file, int line) {
        return askAll(types -> types.lines().orElseThrow().findLine(file, line));
    }
}
