package org.wyrm.symbols.btf;

import static org.wyrm.btf.constants.BtfKind.BTF_KIND_DATASEC;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_ENUM;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_ENUM64;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_FLOAT;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_FUNC;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_FWD;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_INT;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_STRUCT;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_TYPEDEF;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_UNION;
import static org.wyrm.btf.constants.BtfKind.BTF_KIND_VAR;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.btf.Btf;
import org.wyrm.btf.BtfEnumerator;
import org.wyrm.btf.BtfNameIndex;
import org.wyrm.btf.constants.BtfKind;
import org.wyrm.symbols.BaseTypeNames;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.symbols.spi.TypeSource;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * BTF as a source of types, functions and per-CPU variables: a kernel's, or a module's on top of it.
 *
 * <p>A module's source finds by name only what the module adds; the kernel's is another source beside it. What its types
 * refer to in the kernel's BTF is of the kernel's source, so that a type is the same object from wherever it is reached.
 *
 * <p>What BTF cannot tell: {@code x[0]} from {@code x[]} (both are arrays of 0 elements here), and before kernel 6.0
 * whether an {@code enum} has a sign (it has if an enumerator, taken as signed, is below 0).
 *
 * <p>Thread-safe. Nothing is read before something is asked; then the records are found at once, each type is made when
 * it is asked for and kept, and each index of names is built when it is first used.
 */
public final class BtfTypes implements SymbolSource, TypeSource, TypeFinder, VariableFinder {
    private static final String PER_CPU_SECTION = ".data..percpu";
    private static final Set<BtfKind> TYPE_KINDS = EnumSet.of(
            BTF_KIND_INT,
            BTF_KIND_FLOAT,
            BTF_KIND_STRUCT,
            BTF_KIND_UNION,
            BTF_KIND_FWD,
            BTF_KIND_ENUM,
            BTF_KIND_ENUM64,
            BTF_KIND_TYPEDEF);
    private static final Set<BtfKind> VARIABLE_KINDS = EnumSet.of(BTF_KIND_VAR, BTF_KIND_DATASEC);

    private final @Nullable BtfTypes base;
    private final Optional<SourcePlace> place;
    private final Supplier<ByteSlice> bytes;
    private final int pointerByteSize;
    private final LongSupplier perCpuStart;
    private final Consumer<String> warnings;
    private volatile @Nullable Loaded loaded;

    private BtfTypes(
            @Nullable BtfTypes base,
            Optional<SourcePlace> place,
            Supplier<ByteSlice> bytes,
            int pointerByteSize,
            LongSupplier perCpuStart,
            Consumer<String> warnings) {
        this.warnings = warnings;
        this.base = base;
        this.place = place;
        this.bytes = bytes;
        this.pointerByteSize = pointerByteSize;
        this.perCpuStart = perCpuStart;
    }

    /**
     * Makes a source of BTF that stands alone.
     *
     * @param bytes gives the bytes when they are first needed
     * @param pointerByteSize the size of a pointer, which BTF does not say, in bytes
     * @param perCpuStart gives the address at which the per-CPU template starts, {@code __per_cpu_start}; BTF counts
     *     from there
     * @param warnings is told, once, what is left out because it is damaged; of the BTF that goes on from this too
     */
    public static BtfTypes ofKernel(
            Supplier<ByteSlice> bytes, int pointerByteSize, LongSupplier perCpuStart, Consumer<String> warnings) {
        return new BtfTypes(null, Optional.empty(), bytes, pointerByteSize, perCpuStart, warnings);
    }

    /**
     * Makes a source of split BTF that goes on from this.
     *
     * @param file the module's, {@code nf_tables.ko}: what its types are told from those of others by
     * @param moduleBytes gives the bytes when they are first needed
     * @param modulePerCpuStart gives the address of the module's own per-CPU template
     */
    public BtfTypes ofModule(String file, Supplier<ByteSlice> moduleBytes, LongSupplier modulePerCpuStart) {
        var place = new SourcePlace(file, -1, 0);
        return new BtfTypes(this, Optional.of(place), moduleBytes, pointerByteSize, modulePerCpuStart, warnings);
    }

    /** {@return whether it is a module's, and of the file that is meant} */
    public boolean isOf(QualifiedName qualified) {
        return place.filter(known -> qualified.isIn(known.file())).isPresent();
    }

    /** {@inheritDoc} */
    @Override
    public Optional<SourcePlace> place(long id) {
        return place;
    }

    @Override
    public String name() {
        return "btf";
    }

    @Override
    public Optional<TypeFinder> types() {
        return Optional.of(this);
    }

    @Override
    public Optional<VariableFinder> variables() {
        return Optional.of(this);
    }

    /** {@inheritDoc} */
    @Override
    public TargetType type(long id) {
        var known = loaded();
        if (id < 0 || id >= known.btf.endId()) {
            throw new IllegalArgumentException("type " + id + " is not below " + known.btf.endId());
        }
        if (base != null && id < known.btf.firstId()) {
            return base.type(id);
        }
        return known.type((int) id);
    }

    /** {@inheritDoc} */
    @Override
    public List<TypeRef> findTypes(TypeKind kind, String name) {
        var known = loaded();
        var btf = known.btf;
        var complete = new ArrayList<TypeRef>(1);
        var incomplete = new ArrayList<TypeRef>(0);
        for (var spelling : kind == TypeKind.BASE ? BaseTypeNames.spellings(name) : Set.of(name)) {
            for (var id : known.typeIndex().find(spelling)) {
                if (isOf(kind, btf, id)) {
                    (isComplete(btf, id) ? complete : incomplete).add(new TypeRef(this, id));
                }
            }
        }
        return List.copyOf(complete.isEmpty() ? incomplete : complete);
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> typeNames(TypeKind kind, String prefix) {
        if (kind == TypeKind.BASE) {
            return named(id -> isOf(kind, loaded().btf, id), "")
                    .mapToObj(id -> BaseTypeNames.usual(loaded().btf.name(id)))
                    .filter(name -> name.startsWith(prefix));
        }
        return named(id -> isOf(kind, loaded().btf, id), prefix)
                .filter(id -> isComplete(loaded().btf, id) || isOnlyDeclared(kind, id))
                .mapToObj(loaded().btf::name);
    }

    /** {@return the numbers of those that are wanted and whose names start with {@code prefix}} */
    private IntStream named(IntPredicate wanted, String prefix) {
        var btf = loaded().btf;
        var start = prefix.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(btf.firstId(), btf.endId())
                .filter(id -> !btf.isDamaged(id)
                        && btf.nameOffset(id) != 0
                        && wanted.test(id)
                        && btf.nameStartsWith(id, start));
    }

    private boolean isOnlyDeclared(TypeKind kind, int id) {
        return findTypes(kind, loaded().btf.name(id)).getFirst().id() == id;
    }

    private static boolean isOf(TypeKind kind, Btf btf, int id) {
        return switch (btf.kind(id)) {
            case BTF_KIND_STRUCT -> kind == TypeKind.STRUCT;
            case BTF_KIND_UNION -> kind == TypeKind.UNION;
            case BTF_KIND_FWD -> kind == (btf.kindFlag(id) ? TypeKind.UNION : TypeKind.STRUCT);
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> kind == TypeKind.ENUM;
            case BTF_KIND_TYPEDEF -> kind == TypeKind.TYPEDEF;
            case BTF_KIND_INT, BTF_KIND_FLOAT -> kind == TypeKind.BASE;
            default -> false;
        };
    }

    /** {@return the enumerators of a type, none if it is no enumeration or damaged}, for searches over all types */
    private static List<BtfEnumerator> enumerators(Btf btf, int id) {
        try {
            return btf.enumerators(id);
        } catch (MalformedDataException damaged) {
            // Who asks for the type itself is told.
            return List.of();
        }
    }

    private static boolean isComplete(Btf btf, int id) {
        return switch (btf.kind(id)) {
            case BTF_KIND_FWD -> false;
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> btf.itemCount(id) > 0;
            default -> true;
        };
    }

    /** {@return the variables with a name}; for functions see {@link #findFunctions} */
    @Override
    public List<Variable> findVariables(String name) {
        var known = loaded();
        var found = new ArrayList<Variable>();
        for (var id : known.variableIndex().find(name)) {
            if (known.btf.kind(id) == BTF_KIND_VAR) {
                found.add(new Variable(name, reference(known.btf.typeId(id)), location(known, id), name()));
            }
        }
        return List.copyOf(found);
    }

    /**
     * {@return the functions with a name, of this BTF alone} Their index takes long, for a kernel has 50,000, and most names
     * that are looked up are of variables: so these are for what is no variable.
     */
    public List<Variable> findFunctions(String name) {
        var known = loaded();
        var found = new ArrayList<Variable>();
        for (var id : known.functionIndex().find(name)) {
            found.add(new Variable(name, reference(known.btf.typeId(id)), new Location.BySymbol(), name()));
        }
        return List.copyOf(found);
    }

    /**
     * {@return the enumerators with a name, of this BTF alone} BTF has no names of them to look up: a question goes over
     * all enumerations, so it is for what is found nowhere else.
     */
    public List<Variable> findConstants(String name) {
        var found = new ArrayList<Variable>();
        var known = loaded();
        for (var id : known.enumerationsWith((name + '\0').getBytes(StandardCharsets.UTF_8))) {
            if (!enumerators(known.btf, id).isEmpty() && type(id) instanceof EnumType enumeration) {
                enumeration.enumerators().stream()
                        .filter(one -> one.name().equals(name))
                        .forEach(one -> found.add(
                                new Variable(name, enumeration.ref(), new Location.Constant(one.value()), name())));
            }
        }
        return List.copyOf(found);
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> variableNames(VariableKind kind, String prefix) {
        var btf = loaded().btf;
        if (kind == VariableKind.CONSTANT) {
            return Arrays.stream(loaded().enumerationsWith(prefix.getBytes(StandardCharsets.UTF_8)))
                    .mapToObj(id -> enumerators(btf, id))
                    .flatMap(List::stream)
                    .map(BtfEnumerator::name)
                    .filter(name -> name.startsWith(prefix));
        }
        var wanted = kind == VariableKind.FUNCTION ? BTF_KIND_FUNC : BTF_KIND_VAR;
        return named(id -> btf.kind(id) == wanted, prefix).mapToObj(btf::name);
    }

    private Location location(Loaded known, int variableId) {
        var byteOffset = known.perCpuOffsets().get(variableId);
        if (byteOffset == null && known.hasDamagedSection) {
            throw known.btf.malformed(variableId, "may be in " + PER_CPU_SECTION + ", where entries are damaged");
        }
        return byteOffset == null ? new Location.BySymbol() : new Location.PerCpu(perCpuStart.getAsLong() + byteOffset);
    }

    /** {@return whether the bytes were read and decoded, and no damage was seen} */
    public boolean isIntact() {
        var known = loaded;
        return known != null && known.btf.damage().isEmpty();
    }

    @Override
    public String missing() {
        var known = loaded;
        return known == null ? "" : known.btf.damage();
    }

    int pointerByteSize() {
        return pointerByteSize;
    }

    /** {@return the reference to a type that a record of this BTF names by its number} */
    TypeRef reference(int id) {
        var target = loaded().maker.withoutTags(id);
        var owner = this;
        while (owner.base != null && target < owner.loaded().btf.firstId()) {
            owner = owner.base;
        }
        return new TypeRef(owner, target);
    }

    /**
     * {@return whether the producer told signed enums from others: those since pahole 1.24 do, and then some enum of a
     * kernel has a sign}
     */
    boolean knowsSignOfEnums() {
        var btf = loaded().btf;
        return btf.hasAny(BTF_KIND_ENUM64)
                || btf.hasAnyFlagged(BTF_KIND_ENUM)
                || (base != null && base.knowsSignOfEnums());
    }

    private Loaded loaded() {
        var known = loaded;
        return known != null ? known : load();
    }

    private synchronized Loaded load() {
        var known = loaded;
        if (known == null) {
            var content = bytes.get();
            known = new Loaded(this, base == null ? Btf.parse(content) : Btf.parseSplit(content, base.loaded().btf));
            if (!known.btf.damage().isEmpty()) {
                warnings.accept(known.btf.damage());
            }
            loaded = known;
        }
        return known;
    }

    /** What is known once the bytes were read. */
    private static final class Loaded {
        final Btf btf;
        final BtfTypeMaker maker;
        private final VoidType voidType;
        private final AtomicReferenceArray<@Nullable TargetType> made;
        private volatile @Nullable BtfNameIndex typeIndex;
        private volatile @Nullable BtfNameIndex variableIndex;
        private volatile @Nullable BtfNameIndex functionIndex;
        private volatile @Nullable Map<Integer, Long> perCpuOffsets;
        private volatile boolean hasDamagedSection;
        private volatile int @Nullable [] enumerations;

        Loaded(BtfTypes source, Btf btf) {
            this.btf = btf;
            maker = new BtfTypeMaker(source, btf);
            voidType = new VoidType(new TypeRef(source, 0));
            made = new AtomicReferenceArray<>(btf.endId() - btf.firstId());
        }

        TargetType type(int id) {
            if (id == 0) {
                return voidType;
            }
            var slot = id - btf.firstId();
            var known = made.get(slot);
            if (known != null) {
                return known;
            }
            var fresh = maker.make(id);
            // Two threads may make the same type; the first one's counts, so that there is only ever one.
            var witness = made.compareAndExchange(slot, null, fresh);
            return witness != null ? witness : fresh;
        }

        BtfNameIndex typeIndex() {
            var known = typeIndex;
            if (known == null) {
                known = new BtfNameIndex(btf, TYPE_KINDS);
                typeIndex = known;
            }
            return known;
        }

        BtfNameIndex variableIndex() {
            var known = variableIndex;
            if (known == null) {
                known = new BtfNameIndex(btf, VARIABLE_KINDS);
                variableIndex = known;
            }
            return known;
        }

        BtfNameIndex functionIndex() {
            var known = functionIndex;
            if (known == null) {
                known = new BtfNameIndex(btf, Set.of(BTF_KIND_FUNC));
                functionIndex = known;
            }
            return known;
        }

        /** {@return the enumerations with an enumerator that {@link Btf#hasEnumerator starts with} a text} */
        int[] enumerationsWith(byte[] prefix) {
            var known = enumerations;
            if (known == null) {
                known = IntStream.range(btf.firstId(), btf.endId())
                        .filter(id -> !btf.isDamaged(id) && isOf(TypeKind.ENUM, btf, id))
                        .toArray();
                enumerations = known;
            }
            return Arrays.stream(known)
                    .filter(id -> btf.hasEnumerator(id, prefix))
                    .toArray();
        }

        /** {@return by the number of a per-CPU variable, where it is in the template, in bytes} */
        Map<Integer, Long> perCpuOffsets() {
            var known = perCpuOffsets;
            if (known == null) {
                known = new HashMap<>();
                for (var id : variableIndex().find(PER_CPU_SECTION)) {
                    if (btf.kind(id) == BTF_KIND_DATASEC) {
                        var entries = btf.soundSectionEntries(id);
                        hasDamagedSection |= entries.size() < btf.itemCount(id);
                        for (var entry : entries) {
                            known.put(entry.variableId(), entry.byteOffset());
                        }
                    }
                }
                perCpuOffsets = known;
            }
            return known;
        }
    }
}
