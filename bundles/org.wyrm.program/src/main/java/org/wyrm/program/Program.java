package org.wyrm.program;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.MainImage;
import org.wyrm.program.spi.NameScope;
import org.wyrm.program.spi.Operators;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.symbols.CompoundType;
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
import org.wyrm.symbols.spi.SymbolSource;

/**
 * A debugged program: its memory, and what is known of its types, variables and symbols.
 *
 * <p>Nothing is looked up before it is asked for. Thread-safe. A program object is a view of an open target: {@link
 * #with(Cancellation)} gives another view, whose reads, and those of all values made from it, poll another token.
 */
public final class Program implements AutoCloseable {
    private final OpenTarget target;
    private final TypeLookup types;
    private final SymbolLookup symbols;
    private final Cancellation cancellation;

    /** Asked for with each operator, so without a lock: all that the language gives do the same. */
    private @Nullable Operators operators;

    private Program(OpenTarget target, Cancellation cancellation) {
        this.target = target;
        this.cancellation = cancellation;
        this.types = new TypeLookup(this, target);
        this.symbols = new SymbolLookup(this, target);
    }

    /** Collects what makes a program, for an {@link org.wyrm.program.spi.OperatingSystem}. Confined to one thread. */
    public static final class Builder {
        final TargetImage image;
        final Contributions contributions;
        final AutoCloseable resource;
        private final CacheFolder cache;
        final List<Runnable> closers = new ArrayList<>();
        final Architecture architecture;
        final TargetMemory physicalMemory;
        final List<SymbolSource> sources = new ArrayList<>();
        private final List<Function<Program, SymbolSource>> laterSources = new ArrayList<>();
        final Map<Class<?>, Object> extensions = new ConcurrentHashMap<>();
        private Optional<MainImage> mainImage = Optional.empty();
        private List<MappedFile> mappedFiles = List.of();
        Function<TargetImage, Program> opener = inner -> {
            throw new UnsupportedTargetException("what is inside this target cannot be opened");
        };
        Function<Program, List<LoadedModule>> moduleLister = program -> List.of();
        private @Nullable TargetMemory memory;
        String name = "";
        Optional<ByteSlice> vmcoreinfo;
        Cancellation cancellation = new Cancellation();
        Consumer<String> warnings = warning -> {};
        Progress progress = Progress.NONE;

        /**
         * Begins a program whose memory is that of an image.
         *
         * @param resource what to close with the program
         * @param cache where what build IDs determine is kept for the next process
         * @throws UnsupportedTargetException if nothing contributes the image's architecture
         */
        public Builder(TargetImage image, Contributions contributions, AutoCloseable resource, CacheFolder cache) {
            this.image = image;
            this.cache = cache;
            this.contributions = contributions;
            this.vmcoreinfo = image.vmcoreinfo();
            this.resource = resource;
            this.architecture = contributions.of(Architecture.class).stream()
                    .filter(contribution -> contribution.name().equals(image.architecture()))
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedTargetException(
                            "the target is of architecture " + image.architecture() + ", which is not supported"))
                    .get();
            this.physicalMemory = new TargetMemory(AddressSpace.PHYSICAL, architecture.order(), image.physicalMemory());
        }

        /** {@return the target as its file offers it} */
        public TargetImage image() {
            return image;
        }

        /** {@return what the target is called in messages: its file} */
        public String name() {
            return name;
        }

        /** {@return the text of VMCOREINFO: what the user gave, else what the image says} */
        public Optional<ByteSlice> vmcoreinfo() {
            return vmcoreinfo;
        }

        /** {@return the token that work on opening it polls} */
        public Cancellation cancellation() {
            return cancellation;
        }

        /** {@return what is told of work on opening it that takes long} */
        public Progress progress() {
            return progress;
        }

        /** Tells the user, once, what is wrong or was guessed without keeping the target from being used. */
        public void warn(String message) {
            warnings.accept(message);
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

        /** Says which files a process has mapped, for their code and their debugging information to be found. */
        public Builder mappedFiles(List<MappedFile> files) {
            this.mappedFiles = List.copyOf(files);
            return this;
        }

        /** {@return the files that the process has mapped} */
        public List<MappedFile> mappedFiles() {
            return mappedFiles;
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
            var program = new Program(new OpenTarget(this, memory), new Cancellation());
            for (var maker : laterSources) {
                program.target.laterSources.add(maker.apply(program));
            }
            return program;
        }
    }

    /**
     * {@return a target that is inside this one, a kernel's process say, as a program of its own} It is closed with this
     * one at the latest.
     *
     * @throws org.wyrm.base.error.DebuggerException if nothing recognises it, or it is damaged
     */
    public Program open(TargetImage inner) {
        return target.open(inner).with(cancellation);
    }

    /** {@return a view of the same target whose work polls {@code token}} */
    public Program with(Cancellation token) {
        return new Program(target, token);
    }

    /** {@return the token that work on this program polls} */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** {@return the target as its file offers it} */
    public TargetImage image() {
        return target.image;
    }

    /** {@return the target's architecture} */
    public Architecture architecture() {
        return target.architecture;
    }

    /** {@return the target's memory by virtual address} */
    public TargetMemory memory() {
        return target.memory;
    }

    /** {@return whether it may run while it is looked at, so that what is read twice may differ} */
    public boolean isRunning() {
        return !target.memory.isStable();
    }

    /** {@return the target's memory by physical address} */
    public TargetMemory physicalMemory() {
        return target.physicalMemory;
    }

    /**
     * {@return what the operating system supplies for a class: the kernel's own description, say}
     *
     * @throws LookupFailedException if it supplies no such thing
     */
    public <T> T extension(Class<T> type) {
        var found = target.extensions.get(type);
        if (found == null) {
            throw new LookupFailedException(type.getSimpleName(), "this target", "it is not a target of that kind");
        }
        return type.cast(found);
    }

    /** {@return what the operating system or a reader of debugging information supplies for a class, if it does} */
    public <T> Optional<T> findExtension(Class<T> type) {
        return Optional.ofNullable(target.extensions.get(type)).map(type::cast);
    }

    /**
     * {@return an object kept with this target, made on first use; helpers keep here what they work out once}
     *
     * @param key its class, equal for equal uses
     * @param maker makes it; may be called twice at the same time, then one result is kept
     */
    public <T> T cached(Class<T> key, Function<Program, T> maker) {
        return target.cached(this, key, maker);
    }

    /** {@return what was done to read memory, for {@code --stats}: how many of what, by a name that people understand} */
    public Map<String, Long> memoryStatistics() {
        var counts = new LinkedHashMap<String, Long>();
        for (var memory : List.of(target.memory, target.physicalMemory)) {
            memory.statistics()
                    .forEach((what, count) -> counts.put(memory.space().label() + " memory " + what, count));
        }
        counts.putAll(target.image.statistics());
        return counts;
    }

    /** {@return the sources of types, variables and symbols, in the order in which they are asked} */
    public List<SymbolSource> sources() {
        return target.sources(this);
    }

    /**
     * {@return the loaded modules; none while they are being listed}
     *
     * @throws org.wyrm.base.error.DebuggerException if the target's list of them is damaged, with place and cause
     */
    public List<LoadedModule> modules() {
        return target.modules(this);
    }

    /**
     * {@return a type by its C name: {@code struct task_struct}, {@code u64}, {@code struct list_head *}}
     *
     * @throws LookupFailedException if there is none
     */
    public TargetType type(String name) {
        return types.type(name);
    }

    /**
     * {@return the value of an expression: {@code init_task.comm}, {@code find_task(1)->mm->pgd}}
     *
     * @throws UsageException if it is no expression, breaks a rule of C, or has not just one value
     * @throws org.wyrm.base.error.DebuggerException if a name is not there or memory cannot be read, with the column
     */
    public Value evaluate(String expression) {
        try (var values = evaluate(expression, NameScope.NONE)) {
            var found = values.limit(2).toList();
            if (found.size() != 1) {
                throw new UsageException(
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
        return target.language().evaluate(this, expression, scope, target.contributions);
    }

    Operators operators() {
        var known = operators;
        if (known == null) {
            known = target.language().operators(this);
            operators = known;
        }
        return known;
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
        return types.find(kinds, name);
    }

    /**
     * {@return a structure or union with its members: where only its declaration was seen, the one of that name that
     * another source defines, if there is just one, and itself where there is none}
     */
    public TargetType complete(TargetType type) {
        return types.complete(type);
    }

    /**
     * {@return the type of a kind with a name}
     *
     * @throws LookupFailedException if there is none, or if several definitions have the name
     */
    public TypeRef singleType(TypeKind kind, String name) {
        return types.single(kind, name);
    }

    /** {@return the error for a type that is not there; of one of another file, with the files that it is in} */
    public LookupFailedException missingType(String label, List<TypeKind> kinds, String name) {
        return types.missing(label, kinds, name);
    }

    /**
     * {@return the names of some kinds, sorted by name; of those that several sources have, that of the first}
     *
     * @param prefix what all of them start with; may be empty
     * @param test which of them are wanted
     */
    public Stream<FoundName> names(Set<NameKind> kinds, String prefix, Predicate<String> test) {
        return new NameList(this, target.sourcesOfNames(this), prefix, test).of(kinds).stream();
    }

    /** {@return where a name is defined, for each of its definitions; a place is empty where none is known} */
    public List<Optional<SourcePlace>> definitions(FoundName name) {
        return symbols.definitions(name);
    }

    /** {@return the type of pointers to a type} */
    public TargetType pointerTo(TargetType type) {
        return target.derivedTypes.pointerTo(type.ref());
    }

    /** {@return the type of arrays of a type; without a count, of flexible ones} */
    public TargetType arrayOf(TargetType element, OptionalLong elementCount) {
        return target.derivedTypes.arrayOf(element.ref(), elementCount);
    }

    /** {@return a type with qualifiers} */
    public TargetType qualified(TargetType type, Set<Qualifier> qualifiers) {
        return qualifiers.isEmpty() ? type : target.derivedTypes.qualified(type.ref(), Set.copyOf(qualifiers));
    }

    /** {@return the type of functions with a result and parameters} */
    public TargetType functionType(TargetType result, List<Parameter> parameters, boolean variadic) {
        return target.derivedTypes.function(result.ref(), List.copyOf(parameters), variadic);
    }

    /** {@return an anonymous structure or union with members} */
    public TargetType compoundType(CompoundType.Keyword keyword, long byteSize, List<Member> members) {
        return target.derivedTypes.anonymous(keyword, byteSize, List.copyOf(members));
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
        return symbols.variable(name);
    }

    /**
     * {@return a variable, or empty if the target has none of that name}
     *
     * @throws LookupFailedException if several have its name
     */
    public Optional<Value> findVariable(String name) {
        return symbols.findVariable(name);
    }

    /** {@return all variables and functions with a name, from the first source that has one} */
    public List<Variable> variables(String name) {
        return symbols.variables(name);
    }

    /**
     * {@return the symbol with a name, from the first source that has one}
     *
     * @throws LookupFailedException if there is none, or if several at different addresses have it
     */
    public Symbol symbol(String name) {
        return symbols.symbol(name);
    }

    /** {@return the error for a symbol that is not there, and what there is of its name} */
    public LookupFailedException missingSymbol(String name) {
        return symbols.missingSymbol(name);
    }

    /**
     * {@return all symbols with a name, of the kernel and of its modules}
     *
     * @param name may be of a file: {@code fork.c::name}
     */
    public List<Symbol> symbols(String name) {
        return symbols.symbols(name);
    }

    /** {@return the source line of a function's symbol, or where the variable of a symbol is defined} */
    public Optional<SourcePlace> place(Symbol symbol) {
        return symbols.place(symbol);
    }

    /** {@return the functions with code at an address, the innermost first; none where no source knows it} */
    public List<SourceFrame> framesAt(long virtualAddress) {
        return target.firstFound(this, source -> source.lines().map(lines -> lines.framesAt(virtualAddress)));
    }

    /**
     * {@return where the code of a source line begins, lowest address first; of the next line with code, if it has none}
     *
     * @param file the end of a path: {@code kernel/fork.c}
     */
    public List<SourceLine> findLine(String file, int line) {
        return target.firstFound(this, source -> source.lines().map(lines -> lines.findLine(file, line)));
    }

    /** {@return the scopes that an address of code is in, the innermost first; none where no source knows it} */
    public List<Scope> scopesAt(long virtualAddress) {
        return target.firstFound(this, source -> source.scopes().map(scopes -> scopes.scopesAt(virtualAddress)));
    }

    /** {@return the symbols that an address is in} */
    public List<Symbol> symbolsAt(long virtualAddress) {
        return symbols.symbolsAt(virtualAddress);
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
        return target.memory.bytes(virtualAddress, byteSize);
    }

    /**
     * {@return a copy of memory up to a NUL, which is left out, or to a number of bytes}
     *
     * @throws org.wyrm.base.error.FaultException naming the first byte that is absent
     */
    public byte[] bytesToNul(long virtualAddress, int maxByteSize) {
        cancellation.check();
        return target.memory.bytesToNul(virtualAddress, maxByteSize);
    }

    /** {@return the size of the target's smallest pages, in bytes} */
    public long pageByteSize() {
        return 1L << target.architecture.pageShift();
    }

    /** {@return a computed number or pointer of a type; its bits are cut to the type's width} */
    public Value scalar(TargetType type, long bits) {
        return ComputedValues.scalar(this, type, bits);
    }

    /**
     * {@return a computed number of a type, cut to the type's width}
     *
     * @throws LookupFailedException if the type is not scalar
     */
    public Value number(TargetType type, BigInteger number) {
        return ComputedValues.number(this, type, number);
    }

    /**
     * {@return a computed number of a floating-point type, rounded to its format}
     *
     * @throws LookupFailedException if the type is another
     */
    public Value number(TargetType type, BinaryFloat number) {
        return ComputedValues.number(this, type, number);
    }

    /**
     * {@return a computed number of a floating-point type, rounded to its format once}
     *
     * @throws LookupFailedException if the type is another
     */
    public Value number(TargetType type, BigDecimal number) {
        return ComputedValues.number(this, type, number);
    }

    /**
     * {@return an object made of bytes, which has no address}
     *
     * @param bytes in the target's order, at least as many as the type has
     * @throws org.wyrm.base.error.OperationFailedException if there are fewer
     */
    public Value ofBytes(TargetType type, byte[] bytes) {
        return ComputedValues.ofBytes(this, type, bytes);
    }

    /**
     * {@return an object made of bytes of which some bits are not known: each of its members is absent, optimized out, if
     * it has one of them; so is the object, if no bit of it is known}
     *
     * @param bytes in the target's order, at least as many as the type has
     * @param missing as many bytes; a bit is set where that in {@code bytes} is not known
     * @throws org.wyrm.base.error.OperationFailedException if there are fewer
     */
    public Value ofBytes(TargetType type, byte[] bytes, byte[] missing) {
        return ComputedValues.ofBytes(this, type, bytes, missing);
    }

    /** {@return what stands for an object of which there is no value} */
    public Value absent(TargetType type, AbsenceReason reason) {
        return Value.absent(this, type, reason);
    }

    /** Closes the target, for all views of it; none of its values may be used any more. Once more does nothing. */
    @Override
    public void close() {
        target.close();
    }
}
