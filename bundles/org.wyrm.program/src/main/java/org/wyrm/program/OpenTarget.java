package org.wyrm.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.spi.SymbolSource;

/** What all views of one target share: its memory, and who is asked for types, variables and symbols. Thread-safe. */
final class OpenTarget {
    private static final String LANGUAGE = "c";

    final TargetImage image;
    final Architecture architecture;
    final TargetMemory physicalMemory;
    final TargetMemory memory;
    /** Asked first, then the declarations, then these that themselves read the program. */
    private final List<SymbolSource> sources;

    final List<SymbolSource> laterSources = new CopyOnWriteArrayList<>();
    final Contributions contributions;
    final Map<Class<?>, Object> extensions;
    final DerivedTypes derivedTypes;
    private final AutoCloseable resource;
    private final List<Runnable> closers;
    private final Function<TargetImage, Program> opener;
    private final List<Program> inner = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    final ConcurrentHashMap<String, TargetType> typesByName = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Object, Object> cache = new ConcurrentHashMap<>();

    private volatile @Nullable Language language;

    private @Nullable SymbolSource declarations;

    private final Function<Program, List<LoadedModule>> moduleLister;
    private @Nullable List<LoadedModule> modules;
    private boolean isListingModules;

    OpenTarget(Program.Builder builder, TargetMemory memory) {
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
        this.opener = builder.opener;
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

    /** {@return the sources of types, variables and symbols, in the order in which they are asked} */
    List<SymbolSource> sources(Program program) {
        var all = new ArrayList<SymbolSource>(sources);
        all.add(declarations(program));
        all.addAll(laterSources);
        return all;
    }

    /** {@return the sources whose names make the list of all names} */
    List<SymbolSource> sourcesOfNames(Program program) {
        // Debugging information has all variables: declarations add none, and reading them starts their bundles.
        if (sources.stream().noneMatch(source -> source.lines().isPresent())) {
            return sources(program);
        }
        var all = new ArrayList<SymbolSource>(sources);
        all.addAll(laterSources);
        return all;
    }

    /** {@return what the sources know to be missing, as a clause; empty if nothing} */
    String missing() {
        return sources.stream()
                .map(SymbolSource::missing)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** Asks the sources in turn, each only when those before it found nothing. */
    <T> List<T> firstFound(Program program, Function<SymbolSource, Optional<List<T>>> ask) {
        var found = firstFound(sources, ask);
        if (found.isEmpty()) {
            found = ask.apply(declarations(program)).orElse(List.of());
        }
        return found.isEmpty() ? firstFound(laterSources, ask) : found;
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

    /** {@return an object kept under its class, made on first use} */
    <T> T cached(Program program, Class<T> key, Function<Program, T> maker) {
        var known = cache.get(key);
        if (known == null) {
            var made = maker.apply(program);
            known = cache.putIfAbsent(key, made);
            if (known == null) {
                known = made;
            }
        }
        return key.cast(known);
    }

    Program open(TargetImage image) {
        var opened = opener.apply(image);
        inner.add(opened);
        return opened;
    }

    void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        try {
            try {
                inner.forEach(Program::close);
                closers.forEach(Runnable::run);
            } finally {
                resource.close();
            }
        } catch (RuntimeException error) {
            throw error;
        } catch (Exception error) {
            throw new OperationFailedException("cannot close the target: " + error, error);
        }
    }
}
