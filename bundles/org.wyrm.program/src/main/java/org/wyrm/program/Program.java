package org.wyrm.program;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.program.spi.MainImage;
import org.wyrm.program.spi.NameScope;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;

/**
 * A debugged program: its memory, and what is known of its types, variables and symbols.
 *
 * <p>Nothing is looked up before it is asked for. Thread-safe. A program object is a view of an open target: {@link
 * #with(Cancellation)} gives another view, whose reads, and those of all values made from it, poll another token.
 */
public final class Program implements AutoCloseable {
    private static final String LANGUAGE = "c";

    private final Core core;
    private final Cancellation cancellation;

    private Program(Core core, Cancellation cancellation) {
        this.core = core;
        this.cancellation = cancellation;
    }

    /** What all views of one target share. */
    private static final class Core {
        final TargetImage image;
        final Architecture architecture;
        final TargetMemory physicalMemory;
        final TargetMemory memory;
        /** Asked first, then the declarations, then these that themselves read the program. */
        final List<SymbolSource> sources;

        final List<SymbolSource> laterSources = new CopyOnWriteArrayList<>();
        final Contributions contributions;
        final Map<Class<?>, Object> extensions;
        final DerivedTypes derivedTypes;
        final AutoCloseable resource;
        final List<Runnable> closers;
        final AtomicBoolean isClosed = new AtomicBoolean();
        final ConcurrentHashMap<String, TargetType> typesByName = new ConcurrentHashMap<>();
        final ConcurrentHashMap<Object, Object> cache = new ConcurrentHashMap<>();

        private volatile @Nullable Language language;

        @Nullable
        SymbolSource declarations;

        private final Function<Program, List<LoadedModule>> moduleLister;
        private @Nullable List<LoadedModule> modules;
        private boolean isListingModules;

        Core(Builder builder, TargetMemory memory) {
            this.image = builder.image;
            this.architecture = builder.architecture;
            this.physicalMemory = builder.physicalMemory;
            this.memory = memory;
            this.sources = List.copyOf(builder.sources);
            this.contributions = builder.contributions;
            this.extensions = Map.copyOf(builder.extensions);
            this.derivedTypes = new DerivedTypes(architecture.pointerByteSize());
            this.resource = builder.resource;
            this.closers = List.copyOf(builder.closers);
            this.moduleLister = builder.moduleLister;
        }

        /** Listing them asks for types and variables, and whoever is asked may want the list. */
        synchronized List<LoadedModule> modules(Program program) {
            if (modules == null) {
                if (isListingModules) {
                    return List.of();
                }
                isListingModules = true;
                try {
                    modules = List.copyOf(moduleLister.apply(program));
                } finally {
                    isListingModules = false;
                }
            }
            return modules;
        }

        /** Asked for each operator: without a lock, and the same object however often it is looked up. */
        Language language() {
            var known = language;
            if (known == null) {
                known = contributions.named(Language.class, LANGUAGE);
                language = known;
            }
            return known;
        }

        synchronized SymbolSource declarations(Program program) {
            if (declarations == null) {
                // Without a language there are no declarations: a program may be used as plain memory and types.
                declarations = contributions.of(Language.class).isEmpty()
                        ? () -> "declarations"
                        : language().declarations(program, contributions.of(Declarations.class));
            }
            return declarations;
        }
    }

    /** Collects what makes a program, for an {@link org.wyrm.program.spi.OperatingSystem}. Confined to one thread. */
    public static final class Builder {
        private final TargetImage image;
        private final Contributions contributions;
        private final AutoCloseable resource;
        private final CacheFolder cache;
        private final List<Runnable> closers = new ArrayList<>();
        private final Architecture architecture;
        private final TargetMemory physicalMemory;
        private final List<SymbolSource> sources = new ArrayList<>();
        private final List<Function<Program, SymbolSource>> laterSources = new ArrayList<>();
        private final Map<Class<?>, Object> extensions = new ConcurrentHashMap<>();
        private Optional<MainImage> mainImage = Optional.empty();
        private Function<Program, List<LoadedModule>> moduleLister = program -> List.of();
        private @Nullable TargetMemory memory;

        /**
         * Begins a program whose memory is that of an image.
         *
         * @param resource what to close with the program
         * @param cache where what build IDs determine is kept for the next process
         * @throws org.wyrm.base.error.UnsupportedTargetException if nothing contributes the image's architecture
         */
        public Builder(TargetImage image, Contributions contributions, AutoCloseable resource, CacheFolder cache) {
            this.image = image;
            this.cache = cache;
            this.contributions = contributions;
            this.resource = resource;
            this.architecture = contributions.of(Architecture.class).stream()
                    .filter(contribution -> contribution.name().equals(image.architecture()))
                    .findFirst()
                    .orElseThrow(() -> new org.wyrm.base.error.UnsupportedTargetException(
                            "the target is of architecture " + image.architecture() + ", which is not supported"))
                    .get();
            this.physicalMemory = new TargetMemory(AddressSpace.PHYSICAL, architecture.order(), image.physicalMemory());
        }

        /** {@return the target's architecture} */
        public Architecture architecture() {
            return architecture;
        }

        /** {@return the target's memory by physical address} */
        public TargetMemory physicalMemory() {
            return physicalMemory;
        }

        /** {@return where what build IDs determine is kept for the next process} */
        public CacheFolder cache() {
            return cache;
        }

        /** Adds what is to be done when the program is closed, while its memory can still be read. */
        public Builder onClose(Runnable closer) {
            closers.add(closer);
            return this;
        }

        /** Sets the memory by virtual address. */
        public Builder memory(TargetMemory virtualMemory) {
            this.memory = virtualMemory;
            return this;
        }

        /** Adds a source of types, variables or symbols; those added first are asked first. */
        public Builder source(SymbolSource source) {
            sources.add(source);
            return this;
        }

        /** Adds a source that is asked before those added so far. */
        public Builder sourceFirst(SymbolSource source) {
            sources.addFirst(source);
            return this;
        }

        /** Says what the target runs, for debugging information of it to be found. */
        public Builder mainImage(MainImage described) {
            this.mainImage = Optional.of(described);
            return this;
        }

        /** {@return what the target runs, if the operating system said it} */
        public Optional<MainImage> mainImage() {
            return mainImage;
        }

        /** Sets what lists the loaded modules; it is asked when somebody wants to know them. */
        public Builder modules(Function<Program, List<LoadedModule>> lister) {
            this.moduleLister = lister;
            return this;
        }

        /** Adds a source that itself reads the program: its modules, say. It is made when the program is. */
        public Builder source(Function<Program, SymbolSource> maker) {
            laterSources.add(maker);
            return this;
        }

        /** Adds a source that itself reads the program, and is asked before the other sources that do. */
        public Builder sourceFirst(Function<Program, SymbolSource> maker) {
            laterSources.addFirst(maker);
            return this;
        }

        /** Adds an object that {@link Program#extension} will give. */
        public <T> Builder extension(Class<T> type, T extension) {
            extensions.put(type, extension);
            return this;
        }

        /** {@return the program} */
        public Program build() {
            if (memory == null) {
                throw new IllegalStateException("no virtual memory was set");
            }
            var program = new Program(new Core(this, memory), new Cancellation());
            for (var maker : laterSources) {
                program.core.laterSources.add(maker.apply(program));
            }
            return program;
        }
    }

    /** {@return a view of the same target whose work polls {@code token}} */
    public Program with(Cancellation token) {
        return new Program(core, token);
    }

    /** {@return the token that work on this program polls} */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** {@return the target as its file offers it} */
    public TargetImage image() {
        return core.image;
    }

    /** {@return the target's architecture} */
    public Architecture architecture() {
        return core.architecture;
    }

    /** {@return the target's memory by virtual address} */
    public TargetMemory memory() {
        return core.memory;
    }

    /** {@return the target's memory by physical address} */
    public TargetMemory physicalMemory() {
        return core.physicalMemory;
    }

    /**
     * {@return what the operating system supplies for a class: the kernel's own description, say}
     *
     * @throws LookupFailedException if it supplies no such thing
     */
    public <T> T extension(Class<T> type) {
        var found = core.extensions.get(type);
        if (found == null) {
            throw new LookupFailedException(type.getSimpleName(), "this target", "it is not a target of that kind");
        }
        return type.cast(found);
    }

    /** {@return what the operating system or a reader of debugging information supplies for a class, if it does} */
    public <T> Optional<T> findExtension(Class<T> type) {
        return Optional.ofNullable(core.extensions.get(type)).map(type::cast);
    }

    /**
     * {@return an object kept with this target, made on first use; helpers keep here what they work out once}
     *
     * @param key its class, equal for equal uses
     * @param maker makes it; may be called twice at the same time, then one result is kept
     */
    public <T> T cached(Class<T> key, Function<Program, T> maker) {
        var known = core.cache.get(key);
        if (known == null) {
            var made = maker.apply(this);
            known = core.cache.putIfAbsent(key, made);
            if (known == null) {
                known = made;
            }
        }
        return key.cast(known);
    }

    /** {@return how often memory was looked up that was not at hand, by address space; for {@code --stats}} */
    public Map<AddressSpace, Long> lookupCounts() {
        var counts = new EnumMap<AddressSpace, Long>(AddressSpace.class);
        counts.put(AddressSpace.VIRTUAL, core.memory.lookupCount());
        counts.put(AddressSpace.PHYSICAL, core.physicalMemory.lookupCount());
        return counts;
    }

    /** {@return the sources of types, variables and symbols, in the order in which they are asked} */
    public List<SymbolSource> sources() {
        var all = new ArrayList<SymbolSource>(core.sources);
        all.add(core.declarations(this));
        all.addAll(core.laterSources);
        return all;
    }

    /**
     * {@return the loaded modules; none while they are being listed}
     *
     * @throws org.wyrm.base.error.DebuggerException if the target's list of them is damaged, with place and cause
     */
    public List<LoadedModule> modules() {
        return core.modules(this);
    }

    /**
     * {@return a type by its C name: {@code struct task_struct}, {@code u64}, {@code struct list_head *}}
     *
     * @throws LookupFailedException if there is none
     */
    public TargetType type(String name) {
        var known = core.typesByName.get(name);
        if (known == null) {
            known = core.language().parseType(this, name);
            core.typesByName.put(name, known);
        }
        return known;
    }

    /**
     * {@return the value of an expression: {@code init_task.comm}, {@code find_task(1)->mm->pgd}}
     *
     * @throws org.wyrm.base.error.UsageException if it is no expression, breaks a rule of C, or has not just one value
     * @throws org.wyrm.base.error.DebuggerException if a name is not there or memory cannot be read, with the column
     */
    public Value evaluate(String expression) {
        try (var values = evaluate(expression, NameScope.NONE)) {
            var found = values.limit(2).toList();
            if (found.size() != 1) {
                throw new org.wyrm.base.error.UsageException(
                        "'" + expression + "' has " + (found.isEmpty() ? "no" : "several") + " values, not one");
            }
            return found.getFirst();
        }
    }

    /**
     * {@return the values of an expression: one, or those that a helper gives: {@code for_each_task()}}
     *
     * @param scope asked for names before the program
     * @throws org.wyrm.base.error.DebuggerException as {@link #evaluate(String)}
     */
    public Stream<Value> evaluate(String expression, NameScope scope) {
        return core.language().evaluate(this, expression, scope, core.contributions);
    }

    Language language() {
        return core.language();
    }

    /** {@return a type by its C name, or empty if the target has none of that name} */
    public Optional<TargetType> findType(String name) {
        try {
            return Optional.of(type(name));
        } catch (LookupFailedException absent) {
            return Optional.empty();
        }
    }

    /**
     * {@return all types of a kind with a name, from the first source that has a complete one; where none has, from the
     * first that has an incomplete one}
     */
    public List<TypeRef> findTypes(TypeKind kind, String name) {
        return findTypes(List.of(kind), name);
    }

    /** {@return all types of some kinds with a name, in the order of the kinds, as {@link #findTypes(TypeKind, String)}} */
    public List<TypeRef> findTypes(List<TypeKind> kinds, String name) {
        var incomplete = new ArrayList<TypeRef>();
        var complete = firstFound(source -> source.types().map(finder -> {
            var found = findTypes(finder, kinds, name);
            // A structure that the kernel only declares may be that of a module.
            if (!found.isEmpty() && found.getFirst().resolve().isDeclarationOnly()) {
                if (incomplete.isEmpty()) {
                    incomplete.addAll(found);
                }
                return List.<TypeRef>of();
            }
            return found;
        }));
        return complete.isEmpty() ? incomplete : complete;
    }

    /**
     * {@return a structure or union with its members: where only its declaration was seen, the one of that name that
     * another source defines, if there is just one, and itself where there is none}
     */
    public TargetType complete(TargetType type) {
        if (!(type.unaliased() instanceof CompoundType compound)
                || compound.isComplete()
                || compound.tag().isEmpty()) {
            return type;
        }
        var found = findTypes(compound.keyword().kind(), compound.tag().get());
        return found.size() == 1 ? found.getFirst().resolve() : type;
    }

    private static List<TypeRef> findTypes(TypeFinder finder, List<TypeKind> kinds, String name) {
        var found = new ArrayList<TypeRef>();
        for (var kind : kinds) {
            found.addAll(finder.findTypes(kind, name));
        }
        return found;
    }

    /**
     * {@return the type of a kind with a name}
     *
     * @throws LookupFailedException if there is none, or if several definitions have the name
     */
    public TypeRef singleType(TypeKind kind, String name) {
        var found = findTypes(kind, name);
        var label = kind == TypeKind.TYPEDEF ? "type" : kind.label();
        if (found.isEmpty()) {
            throw missingType(label, List.of(kind), name);
        }
        if (found.size() > 1) {
            throw new LookupFailedException("single " + label, name, Ambiguity.ofTypes(name, found));
        }
        return found.getFirst();
    }

    /** {@return the error for a type that is not there; of one of another file, with the files that it is in} */
    public LookupFailedException missingType(String label, List<TypeKind> kinds, String name) {
        return QualifiedName.parse(name)
                .flatMap(qualified -> Ambiguity.elsewhere(
                        label,
                        name,
                        findTypes(kinds, qualified.name()).stream()
                                .map(TypeRef::place)
                                .toList()))
                .orElseGet(() -> new LookupFailedException(label, name));
    }

    /**
     * {@return the names of some kinds, sorted by name; of those that several sources have, that of the first}
     *
     * @param prefix what all of them start with; may be empty
     * @param test which of them are wanted
     */
    public Stream<FoundName> names(Set<NameKind> kinds, String prefix, Predicate<String> test) {
        // Debugging information has all variables: declarations add none, and reading them starts their bundles.
        var hasDebugInfo =
                core.sources.stream().anyMatch(source -> source.lines().isPresent());
        var asked = hasDebugInfo ? new ArrayList<>(core.sources) : sources();
        if (hasDebugInfo) {
            asked.addAll(core.laterSources);
        }
        return new NameList(this, asked, prefix, test).of(kinds).stream();
    }

    /** {@return where a name is defined, for each of its definitions; a place is empty where none is known} */
    public List<Optional<SourcePlace>> definitions(FoundName name) {
        if (name.kind().type().isPresent()) {
            return findTypes(name.kind().type().get(), name.name()).stream()
                    .map(TypeRef::place)
                    .toList();
        }
        if (name.kind().variable().isPresent()) {
            return variables(name.name()).stream()
                    .filter(variable ->
                            variable.kind() == name.kind().variable().get())
                    .map(Variable::place)
                    .toList();
        }
        return symbols(name.name()).stream().map(this::place).toList();
    }

    /** Asks the sources in turn, each only when those before it found nothing. */
    private <T> List<T> firstFound(Function<SymbolSource, Optional<List<T>>> ask) {
        var found = firstFound(core.sources, ask);
        if (found.isEmpty()) {
            found = ask.apply(core.declarations(this)).orElse(List.of());
        }
        return found.isEmpty() ? firstFound(core.laterSources, ask) : found;
    }

    private static <T> List<T> firstFound(List<SymbolSource> sources, Function<SymbolSource, Optional<List<T>>> ask) {
        for (var source : sources) {
            var found = ask.apply(source);
            if (found.isPresent() && !found.get().isEmpty()) {
                return found.get();
            }
        }
        return List.of();
    }

    /** {@return the type of pointers to a type} */
    public TargetType pointerTo(TargetType target) {
        return core.derivedTypes.pointerTo(target.ref());
    }

    /** {@return the type of arrays of a type; without a count, of flexible ones} */
    public TargetType arrayOf(TargetType element, OptionalLong elementCount) {
        return core.derivedTypes.arrayOf(element.ref(), elementCount);
    }

    /** {@return a type with qualifiers} */
    public TargetType qualified(TargetType type, Set<Qualifier> qualifiers) {
        return qualifiers.isEmpty() ? type : core.derivedTypes.qualified(type.ref(), Set.copyOf(qualifiers));
    }

    /** {@return the type of functions with a result and parameters} */
    public TargetType functionType(TargetType result, List<Parameter> parameters, boolean variadic) {
        return core.derivedTypes.function(result.ref(), List.copyOf(parameters), variadic);
    }

    /** {@return an anonymous structure or union with members} */
    public TargetType compoundType(CompoundType.Keyword keyword, long byteSize, List<Member> members) {
        return core.derivedTypes.anonymous(keyword, byteSize, List.copyOf(members));
    }

    /**
     * {@return a field of a structure, its place worked out once}
     *
     * @param type the C name of the structure
     * @param path member names with dots between
     * @throws LookupFailedException if there is no such type or member
     */
    public Field field(String type, String path) {
        return Field.of(type(type), path);
    }

    /**
     * {@return a variable; of a per-CPU variable, its place in the template}
     *
     * @throws LookupFailedException if there is none, if its type or address is unknown, or if several have its name
     */
    public Value variable(String name) {
        var found = variables(name);
        if (found.isEmpty()) {
            throw missingVariable(name);
        }
        return valueOf(Ambiguity.single(name, found));
    }

    /**
     * {@return a variable, or empty if the target has none of that name}
     *
     * @throws LookupFailedException if several have its name
     */
    public Optional<Value> findVariable(String name) {
        var found = variables(name);
        return found.isEmpty() ? Optional.empty() : located(Ambiguity.single(name, found));
    }

    /** {@return all variables and functions with a name, from the first source that has one} */
    public List<Variable> variables(String name) {
        return firstFound(source -> source.variables().map(finder -> finder.findVariables(name)));
    }

    private Value valueOf(Variable variable) {
        return located(variable).orElseThrow(() -> new LookupFailedException("symbol", variable.name()));
    }

    private Optional<Value> located(Variable variable) {
        var type = variable.type().resolve();
        var location = variable.location();
        if (location instanceof Location.Fixed(var address)) {
            return Optional.of(Value.reference(this, type, address));
        }
        if (location instanceof Location.PerCpu(var address)) {
            return Optional.of(Value.reference(this, type, address));
        }
        if (location instanceof Location.Constant(var value)) {
            return Optional.of(Value.scalar(this, type, value));
        }
        if (location instanceof Location.Tls) {
            throw new LookupFailedException("address of", variable.name(), "each thread has one of its own");
        }
        var symbols = firstSymbols(variable.name());
        if (symbols.stream().map(Symbol::address).distinct().count() > 1) {
            throw new LookupFailedException(
                    "single variable", variable.name(), Ambiguity.ofSymbols(variable.name(), symbols, this));
        }
        return symbols.stream().findFirst().map(symbol -> Value.reference(this, type, symbol.address()));
    }

    private LookupFailedException missingVariable(String name) {
        var symbols = firstSymbols(name);
        if (symbols.isEmpty()) {
            return elsewhere("variable", name).orElseGet(() -> new LookupFailedException("variable", name));
        }
        return new LookupFailedException(
                "type for variable",
                name,
                "it is at 0x%x, but no source knows its type"
                        .formatted(symbols.getFirst().address()));
    }

    private Optional<LookupFailedException> elsewhere(String kind, String text) {
        return QualifiedName.parse(text)
                .flatMap(qualified -> Ambiguity.elsewhere(
                        kind,
                        text,
                        variables(qualified.name()).stream()
                                .map(Variable::place)
                                .toList()));
    }

    /**
     * {@return the symbol with a name, from the first source that has one}
     *
     * @throws LookupFailedException if there is none, or if several at different addresses have it
     */
    public Symbol symbol(String name) {
        var found = QualifiedName.parse(name).isPresent() ? symbols(name) : firstSymbols(name);
        if (found.isEmpty()) {
            throw missingSymbol(name);
        }
        if (found.stream().map(Symbol::address).distinct().count() > 1) {
            throw new LookupFailedException("single symbol", name, Ambiguity.ofSymbols(name, found, this));
        }
        return found.getFirst();
    }

    /** {@return the error for a symbol that is not there, and what there is of its name} */
    public LookupFailedException missingSymbol(String name) {
        var defined = variables(name);
        return defined.isEmpty()
                ? elsewhere("symbol", name).orElseGet(() -> new LookupFailedException("symbol", name))
                : new LookupFailedException("symbol", name, Ambiguity.withoutSymbol(defined));
    }

    /**
     * {@return all symbols with a name, of the kernel and of its modules}
     *
     * @param name may be of a file: {@code fork.c::name}
     */
    public List<Symbol> symbols(String name) {
        var found = new ArrayList<Symbol>();
        if (QualifiedName.parse(name).isPresent()) {
            variables(name).forEach(variable -> found.addAll(symbolsOf(variable)));
            return found;
        }
        for (var source : sources()) {
            source.symbols().ifPresent(finder -> found.addAll(finder.findSymbols(name)));
        }
        return found;
    }

    /** {@return the symbols at the address of a variable or function; those with its name, if there is one} */
    private List<Symbol> symbolsOf(Variable variable) {
        var address = Ambiguity.address(variable);
        if (address.isEmpty()) {
            return List.of();
        }
        var there = symbolsAt(address.getAsLong()).stream()
                .filter(symbol -> symbol.address() == address.getAsLong())
                .toList();
        var named = there.stream()
                .filter(symbol -> symbol.name().equals(variable.name()))
                .toList();
        return named.isEmpty() ? there : named;
    }

    /** {@return the source line of a function's symbol, or where the variable of a symbol is defined} */
    public Optional<SourcePlace> place(Symbol symbol) {
        var ofCode = framesAt(symbol.address()).stream().findFirst().flatMap(SourceFrame::place);
        return ofCode.isPresent()
                ? ofCode
                : variables(symbol.name()).stream()
                        .filter(variable -> Ambiguity.address(variable).equals(OptionalLong.of(symbol.address())))
                        .findFirst()
                        .flatMap(Variable::place);
    }

    private List<Symbol> firstSymbols(String name) {
        return firstFound(source -> source.symbols().map(finder -> finder.findSymbols(name)));
    }

    /** {@return the functions with code at an address, the innermost first; none where no source knows it} */
    public List<SourceFrame> framesAt(long virtualAddress) {
        return firstFound(source -> source.lines().map(lines -> lines.framesAt(virtualAddress)));
    }

    /**
     * {@return where the code of a source line begins, lowest address first; of the next line with code, if it has none}
     *
     * @param file the end of a path: {@code kernel/fork.c}
     */
    public List<SourceLine> findLine(String file, int line) {
        return firstFound(source -> source.lines().map(lines -> lines.findLine(file, line)));
    }

    /** {@return the scopes that an address of code is in, the innermost first; none where no source knows it} */
    public List<Scope> scopesAt(long virtualAddress) {
        return firstFound(source -> source.scopes().map(scopes -> scopes.scopesAt(virtualAddress)));
    }

    /** {@return the symbols that an address is in} */
    public List<Symbol> symbolsAt(long virtualAddress) {
        return firstFound(source -> source.symbols().map(finder -> finder.symbolsAt(virtualAddress)));
    }

    /** {@return the object of a type at an address; nothing is read} */
    public Value object(TargetType type, long virtualAddress) {
        return Value.reference(this, type, virtualAddress);
    }

    /**
     * {@return a copy of memory}
     *
     * @param byteSize how many bytes; the caller has checked that it is sensible
     * @throws org.wyrm.base.error.FaultException naming the first byte that is absent
     */
    public byte[] bytes(long virtualAddress, int byteSize) {
        cancellation.check();
        return core.memory.bytes(virtualAddress, byteSize);
    }

    /**
     * {@return a copy of memory up to a NUL, which is left out, or to a number of bytes}
     *
     * @throws org.wyrm.base.error.FaultException naming the first byte that is absent
     */
    public byte[] bytesToNul(long virtualAddress, int maxByteSize) {
        cancellation.check();
        return core.memory.bytesToNul(virtualAddress, maxByteSize);
    }

    /** {@return the size of the target's smallest pages, in bytes} */
    public long pageByteSize() {
        return 1L << core.architecture.pageShift();
    }

    /** {@return a computed number or pointer of a type; its bits are cut to the type's width} */
    public Value scalar(TargetType type, long bits) {
        return Value.scalar(this, type, bits);
    }

    /**
     * {@return a computed number of a type, cut to the type's width}
     *
     * @throws LookupFailedException if the type is not scalar
     */
    public Value number(TargetType type, BigInteger number) {
        return Value.number(this, type, number);
    }

    /**
     * {@return a computed number of a floating-point type, rounded to its format}
     *
     * @throws LookupFailedException if the type is another
     */
    public Value number(TargetType type, BinaryFloat number) {
        return Value.number(this, type, number);
    }

    /**
     * {@return a computed number of a floating-point type, rounded to its format once}
     *
     * @throws LookupFailedException if the type is another
     */
    public Value number(TargetType type, BigDecimal number) {
        return Value.number(this, type, number);
    }

    /**
     * {@return an object made of bytes, which has no address}
     *
     * @param bytes in the target's order, at least as many as the type has
     * @throws org.wyrm.base.error.OperationFailedException if there are fewer
     */
    public Value ofBytes(TargetType type, byte[] bytes) {
        return Value.ofBytes(this, type, bytes);
    }

    /** {@return what stands for an object of which there is no value} */
    public Value absent(TargetType type, AbsenceReason reason) {
        return Value.absent(this, type, reason);
    }

    /** Closes the target, for all views of it; none of its values may be used any more. Once more does nothing. */
    @Override
    public void close() {
        if (core.isClosed.getAndSet(true)) {
            return;
        }
        try {
            try {
                core.closers.forEach(Runnable::run);
            } finally {
                core.resource.close();
            }
        } catch (RuntimeException error) {
            throw error;
        } catch (Exception error) {
            throw new org.wyrm.base.error.OperationFailedException("cannot close the target: " + error, error);
        }
    }
}
