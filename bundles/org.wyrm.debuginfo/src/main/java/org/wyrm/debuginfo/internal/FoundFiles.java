package org.wyrm.debuginfo.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.cancellation.SharedWork;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.TailCall;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.spi.LineFinder;
import org.wyrm.symbols.spi.ScopeFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.symbols.spi.UnwindTableFinder;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * The DWARF of parts of the target whose files are found. Nothing is looked for before a question gets here; a question
 * about an address looks for the file of one part, one about a name for those of all.
 *
 * <p>Thread-safe.
 */
final class FoundFiles implements SymbolSource, TypeFinder, VariableFinder, LineFinder, ScopeFinder, UnwindTableFinder {
    private final Supplier<List<Owner>> parts;
    private final Supplier<Optional<Owner>> executable;

    /** @param parts lists them; is asked each time */
    FoundFiles(Supplier<List<Owner>> parts) {
        this(parts, Optional::empty);
    }

    /**
     * @param parts lists them; is asked each time
     * @param executable gives the one whose names count alone, whatever the others have of the same name
     */
    FoundFiles(Supplier<List<Owner>> parts, Supplier<Optional<Owner>> executable) {
        this.parts = parts;
        this.executable = executable;
    }

    /**
     * A part, and what is its own.
     *
     * @param contains whether an address is in it
     */
    record Owner(PartFile file, LongPredicate contains) {}

    private <T> List<T> askAll(Function<DwarfTypes, List<T>> question) {
        return ask(parts.get(), question);
    }

    /** Asks about things of a name. */
    private <T> List<T> askAll(String name, Function<DwarfTypes, List<T>> question) {
        var all = parts.get();
        // A name with parts may be looked up by one of them; and of a single file it is known that it is needed.
        return all.size() < 2 || name.contains("::")
                ? ask(all, question)
                : ask(all.stream().filter(part -> part.file.mayHave(name)).toList(), question);
    }

    private <T> List<T> askExecutable(String name, Function<DwarfTypes, List<T>> question) {
        return executable
                .get()
                .filter(owner -> owner.file.mayHave(name))
                .map(owner -> owner.file.ask(question))
                .orElse(List.of());
    }

    private static <T> List<T> ask(List<Owner> all, Function<DwarfTypes, List<T>> question) {
        prepare(all);
        var answers = new ArrayList<T>();
        for (var part : all) {
            answers.addAll(part.file.ask(question));
        }
        return answers;
    }

    /** Opens the files on several threads, and makes their indexes: those of modules are many and small. */
    private static void prepare(List<Owner> parts) {
        var waiting = parts.stream()
                .map(Owner::file)
                .filter(file -> !file.isPrepared())
                .toList();
        if (waiting.size() < 2) {
            return;
        }
        var next = new AtomicInteger();
        SharedWork.run(Math.min(SharedWork.threads(), waiting.size()), "wyrm-open", _ -> {
            for (var index = next.getAndIncrement(); index < waiting.size(); index = next.getAndIncrement()) {
                waiting.get(index).prepare();
            }
        });
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

    @Override
    public Optional<UnwindTableFinder> unwindTables() {
        return Optional.of(this);
    }

    /** {@inheritDoc} */
    @Override
    public List<TypeRef> findTypes(TypeKind kind, String name) {
        Function<DwarfTypes, List<TypeRef>> question = types -> types.findTypes(kind, name);
        var own = complete(askExecutable(name, question));
        // A base type that an executable does not use is not worth opening all its libraries: the language knows it.
        if (!own.isEmpty() || kind == TypeKind.BASE && isExecutableUsed()) {
            return own;
        }
        // Base types have several spellings.
        var found = kind == TypeKind.BASE ? askAll(question) : askAll(name, question);
        var complete = complete(found);
        return complete.isEmpty() ? found : complete;
    }

    private boolean isExecutableUsed() {
        return executable.get().filter(owner -> owner.file.isUsed()).isPresent();
    }

    private static List<TypeRef> complete(List<TypeRef> types) {
        return types.stream()
                .filter(type -> !type.resolve().isDeclarationOnly())
                .toList();
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> variableNames(VariableKind kind, String prefix) {
        return askAll(types -> types.variableNames(kind, prefix).toList()).stream();
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> typeNames(TypeKind kind, String prefix) {
        return askAll(types -> types.typeNames(kind, prefix).toList()).stream();
    }

    /** {@inheritDoc} */
    @Override
    public List<Variable> findVariables(String name) {
        Function<DwarfTypes, List<Variable>> question = types -> types.findVariables(name);
        var own = askExecutable(name, question);
        return own.isEmpty() ? askAll(name, question) : own;
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

    /** {@inheritDoc} */
    @Override
    public Optional<CallSite> callSiteAt(long returnAddress) {
        return askOwner(
                        returnAddress - 1,
                        types -> types.scopes().orElseThrow().callSiteAt(returnAddress).stream()
                                .toList())
                .stream()
                .findFirst();
    }

    /** {@inheritDoc} */
    @Override
    public Optional<List<TailCall>> tailCallsOf(long functionAddress) {
        return askOwner(
                        functionAddress,
                        types -> types.scopes().orElseThrow().tailCallsOf(functionAddress).stream()
                                .toList())
                .stream()
                .findFirst();
    }

    /** {@inheritDoc} */
    @Override
    public List<UnwindTable> unwindTablesAt(long virtualAddress) {
        return askOwner(
                virtualAddress, types -> types.unwindTables().orElseThrow().unwindTablesAt(virtualAddress));
    }

    /** Asks the part that has an address. */
    private <T> List<T> askOwner(long virtualAddress, Function<DwarfTypes, List<T>> question) {
        for (var part : parts.get()) {
            if (part.contains.test(virtualAddress)) {
                return part.file.ask(question);
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
