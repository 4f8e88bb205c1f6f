package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteCursor;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.symbols.BaseTypeNames;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.spi.LineFinder;
import org.wyrm.symbols.spi.ScopeFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.symbols.spi.TypeSource;
import org.wyrm.symbols.spi.UnwindTableFinder;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * The DWARF of one file as a source of types, variables, functions and constants.
 *
 * <p>A type's number is where its entry is in {@code .debug_info}, in bytes, those of the files of split DWARF after that; of the second and further dimensions of an
 * array, with the dimension above it. A structure that a unit only declares is the one that another unit defines, if
 * there is only one.
 *
 * <p>A name may be told from others of its kind by the file that it is in: {@code sched.c::name}.
 *
 * <p>Thread-safe. Nothing is read before something is asked; each type is made once.
 */
public final class DwarfTypes implements SymbolSource, TypeSource, TypeFinder, VariableFinder {
    private static final int DW_OP_addr = 0x03;
    private static final int DW_OP_const4u = 0x0c;
    private static final int DW_OP_const8u = 0x0e;
    private static final int DW_OP_plus_uconst = 0x23;
    private static final int DW_OP_addrx = 0xa1;
    private static final int DW_OP_constx = 0xa2;
    private static final int DW_OP_GNU_addr_index = 0xfb;
    private static final int DW_OP_GNU_const_index = 0xfc;
    private static final int DW_OP_form_tls_address = 0x9b;
    private static final int DW_OP_GNU_push_tls_address = 0xe0;

    private static final int DIMENSION_SHIFT = 48;
    private static final long OFFSET_MASK = (1L << DIMENSION_SHIFT) - 1;
    private static final long IN_TYPES = 1L << 62;

    private final DwarfFile file;
    private final AddressMapping mapping;
    private final DwarfLines lines;
    private final DwarfScopes scopes;
    private final DwarfUnwindTables unwindTables;
    private final ConcurrentHashMap<Long, TargetType> made = new ConcurrentHashMap<>();

    /**
     * Makes the source of a file.
     *
     * @param mapping tells where the file's addresses are in the target
     */
    public DwarfTypes(DwarfFile file, AddressMapping mapping) {
        this.file = file;
        this.mapping = mapping;
        this.lines = new DwarfLines(file, mapping);
        this.scopes = new DwarfScopes(this, lines, mapping);
        this.unwindTables = new DwarfUnwindTables(file.content(), mapping);
    }

    @Override
    public String name() {
        return "dwarf";
    }

    /** {@return the file} */
    public DwarfFile file() {
        return file;
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
        return Optional.of(lines);
    }

    @Override
    public Optional<ScopeFinder> scopes() {
        return Optional.of(scopes);
    }

    @Override
    public Optional<UnwindTableFinder> unwindTables() {
        return Optional.of(unwindTables);
    }

    /** {@inheritDoc} */
    @Override
    public TargetType type(long id) {
        var known = made.get(id);
        if (known != null) {
            return known;
        }
        var fresh = make(id);
        // Two threads may make the same type; the first one's counts, so that there is only ever one.
        var witness = made.putIfAbsent(id, fresh);
        return witness != null ? witness : fresh;
    }

    private TargetType make(long id) {
        var ref = new TypeRef(this, id);
        if (id == 0) {
            return new VoidType(ref);
        }
        var die = die(id);
        for (var count = 0; count < TargetType.MAX_ALIASES; count++) {
            var other = standsFor(die);
            if (other == null) {
                return count == 0
                        ? new DwarfTypeMaker(this).make(ref, die, (int) (id >>> DIMENSION_SHIFT) & 0xff)
                        : reference(die).resolve();
            }
            die = other;
        }
        throw die.malformed("what it stands for goes in a circle");
    }

    /** {@return the entry of the type that an entry is only another word for, or null} */
    private @Nullable Die standsFor(Die die) {
        if (die.has(DW_AT_signature)) {
            return die.reference(DW_AT_signature);
        }
        if (die.flag(DW_AT_declaration)) {
            return definition(die);
        }
        return switch (die.tag()) {
            case DW_TAG_subrange_type, DW_TAG_packed_type, DW_TAG_shared_type, DW_TAG_dynamic_type ->
                die.reference(DW_AT_type);
            default -> null;
        };
    }

    private Die die(long id) {
        var section = (id & IN_TYPES) != 0 ? DwarfSection.TYPES : DwarfSection.INFO;
        var offset = id & OFFSET_MASK;
        return file.units().die(section, offset);
    }

    /** {@return the only definition of what an entry declares} */
    private @Nullable Die definition(Die declaration) {
        var kinds = kinds(declaration.tag());
        var name = kinds.isEmpty() ? null : ScopedName.of(declaration);
        if (name == null) {
            return null;
        }
        var found = find(kinds, name, false);
        if (found.size() != 1) {
            return null;
        }
        var die = ((DwarfTypes) found.getFirst().source()).die(found.getFirst().id());
        return die.equals(declaration) ? null : die;
    }

    private static Set<IndexKind> kinds(int tag) {
        return switch (tag) {
            case DW_TAG_structure_type, DW_TAG_class_type -> kinds(TypeKind.STRUCT);
            case DW_TAG_union_type -> kinds(TypeKind.UNION);
            case DW_TAG_enumeration_type -> kinds(TypeKind.ENUM);
            default -> Set.of();
        };
    }

    /** {@return the reference to the type that an entry describes; to {@code void} for none} */
    TypeRef reference(@Nullable Die die) {
        if (die == null) {
            return new TypeRef(this, 0);
        }
        var offset = file.units().offset(die);
        if (offset < 0) {
            return file.supplementary(this, mapping).reference(die);
        }
        var section = die.unit().section() == DwarfSection.TYPES ? IN_TYPES : 0;
        return new TypeRef(this, offset | section);
    }

    /** {@return the types of the file that shared ones were moved to, if there is one} */
    private Optional<DwarfTypes> supplementary() {
        return file.info().supplementary().isPresent()
                ? Optional.of(file.supplementary(this, mapping))
                : Optional.empty();
    }

    /** {@return the reference to the array of the dimensions of an array from one on} */
    TypeRef dimension(Die array, int dimension) {
        return new TypeRef(this, reference(array).id() | (long) (dimension & 0xff) << DIMENSION_SHIFT);
    }

    private static Set<IndexKind> kinds(TypeKind kind) {
        return switch (kind) {
            case STRUCT -> Set.of(IndexKind.STRUCT, IndexKind.CLASS);
            case UNION -> Set.of(IndexKind.UNION);
            case ENUM -> Set.of(IndexKind.ENUM);
            case TYPEDEF -> Set.of(IndexKind.TYPEDEF);
            case BASE -> Set.of(IndexKind.BASE);
        };
    }

    /** {@inheritDoc} */
    @Override
    public List<TypeRef> findTypes(TypeKind kind, String name) {
        var kinds = kinds(kind);
        if (kind != TypeKind.BASE) {
            var found = find(kinds, name, false);
            return found.isEmpty() ? find(kinds, name, true) : found;
        }
        var found = new ArrayList<TypeRef>();
        for (var spelling : BaseTypeNames.spellings(name)) {
            found.addAll(find(kinds, spelling, false));
        }
        return found;
    }

    private List<TypeRef> find(Set<IndexKind> kinds, String name, boolean declared) {
        var found = new ArrayList<TypeRef>(1);
        entries(name, kinds, entry -> {
            var index = file.index();
            var flags = index.flags(entry);
            if (((flags & DwarfIndex.DECLARATION) != 0) == declared) {
                var section = (flags & DwarfIndex.IN_TYPES) != 0 ? IN_TYPES : 0;
                found.add(new TypeRef(this, index.offset(entry) | section));
            }
        });
        supplementary().ifPresent(shared -> found.addAll(shared.find(kinds, name, declared)));
        return found;
    }

    private void entries(String name, Set<IndexKind> kinds, java.util.function.IntConsumer found) {
        var index = file.index();
        var qualified = QualifiedName.parse(name);
        index.find(qualified.map(QualifiedName::name).orElse(name), entry -> {
            if (kinds.contains(index.kind(entry)) && (qualified.isEmpty() || isIn(entry, qualified.get()))) {
                found.accept(entry);
            }
        });
    }

    private boolean isIn(int entry, QualifiedName wanted) {
        var index = file.index();
        // Of an enumerator, the index knows its enumeration, which knows the file.
        return index.kind(entry) == IndexKind.ENUMERATOR
                ? enumeration(entry)
                        .place()
                        .filter(place -> wanted.isIn(place.file()))
                        .isPresent()
                : wanted.isIn(index.file(entry));
    }

    private TypeRef enumeration(int enumerator) {
        var index = file.index();
        var die = entryDie(enumerator);
        return reference(die.unit().die(die.offset() - index.byteSize(enumerator)));
    }

    private Optional<SourcePlace> place(int entry, Die die) {
        var path = file.index().file(entry);
        var line = (int) Math.min(file.index().line(entry), Integer.MAX_VALUE);
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(new SourcePlace(SourcePath.shown(die.unit(), path), line, 0));
    }

    private Die entryDie(int entry) {
        var index = file.index();
        var section = (index.flags(entry) & DwarfIndex.IN_TYPES) != 0 ? DwarfSection.TYPES : DwarfSection.INFO;
        return file.units().die(section, index.offset(entry));
    }

    /** {@inheritDoc} */
    @Override
    public Optional<SourcePlace> place(long id) {
        if (id == 0) {
            return Optional.empty();
        }
        var die = die(id);
        var number = die.number(DW_AT_decl_file).orElse(0);
        var lines = die.unit().lineHeader();
        if (lines.isEmpty()
                || number > Integer.MAX_VALUE
                || !lines.get().files().has((int) number)) {
            return Optional.empty();
        }
        var path = SourcePath.shown(die.unit(), lines.get(), (int) number);
        var line = Math.clamp(die.number(DW_AT_decl_line).orElse(0), 0, Integer.MAX_VALUE);
        return Optional.of(new SourcePlace(path, line, 0));
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> typeNames(TypeKind kind, String prefix) {
        var own = kind == TypeKind.BASE
                ? file.index().names(kinds(kind), "").map(BaseTypeNames::usual).filter(name -> name.startsWith(prefix))
                : file.index().names(kinds(kind), prefix);
        return Stream.concat(own, supplementary().stream().flatMap(shared -> shared.typeNames(kind, prefix)));
    }

    /** {@inheritDoc} */
    @Override
    public Stream<String> variableNames(VariableKind kind, String prefix) {
        var wanted = switch (kind) {
            case VARIABLE -> IndexKind.VARIABLE;
            case FUNCTION -> IndexKind.FUNCTION;
            case CONSTANT -> IndexKind.ENUMERATOR;
        };
        var own = file.index().names(Set.of(wanted), prefix);
        return Stream.concat(own, supplementary().stream().flatMap(shared -> shared.variableNames(kind, prefix)));
    }

    /** {@inheritDoc} */
    @Override
    public List<Variable> findVariables(String name) {
        var definitions = new ArrayList<Variable>();
        var declarations = new ArrayList<Variable>();
        var index = file.index();
        entries(name, Set.of(IndexKind.VARIABLE, IndexKind.FUNCTION, IndexKind.ENUMERATOR), entry -> {
            var plainName = index.name(entry);
            var die = entryDie(entry);
            if (index.kind(entry) == IndexKind.ENUMERATOR) {
                definitions.add(enumerator(plainName, die, enumeration(entry)));
            } else {
                var location = location(die);
                var variable = new Variable(plainName, typeOf(die), location, name(), place(entry, die));
                (location instanceof Location.BySymbol ? declarations : definitions).add(variable);
            }
        });
        for (var shared : supplementary().stream().toList()) {
            for (var variable : shared.findVariables(name)) {
                (variable.location() instanceof Location.BySymbol ? declarations : definitions).add(variable);
            }
        }
        return List.copyOf(definitions.isEmpty() ? declarations : definitions);
    }

    private Variable enumerator(String name, Die die, TypeRef type) {
        return new Variable(name, type, new Location.Constant(DwarfTypeMaker.constant(die)), name(), type.place());
    }

    /** {@return the type of a variable; a function is its own} */
    private TypeRef typeOf(Die die) {
        var isFunction = die.tag() == DW_TAG_subprogram;
        var at = die;
        for (var count = 0; count < TargetType.MAX_ALIASES; count++) {
            var origin = at.reference(DW_AT_abstract_origin);
            if (origin == null) {
                origin = at.reference(DW_AT_specification);
            }
            if (origin == null || !isFunction && at.has(DW_AT_type)) {
                return isFunction ? reference(at) : reference(at.reference(DW_AT_type));
            }
            at = origin;
        }
        throw die.malformed("what it is an instance of goes in a circle");
    }

    private Location location(Die die) {
        if (die.tag() == DW_TAG_subprogram) {
            var address = entryAddress(die);
            return address.isPresent() ? mapping.function(address.getAsLong()) : new Location.BySymbol();
        }
        if (die.has(DW_AT_segment)) {
            throw new UnsupportedTargetException("addresses in segments are not supported: "
                    + die.malformed("it has DW_AT_segment").getMessage());
        }
        if (die.has(DW_AT_const_value)
                && die.block(DW_AT_const_value) == null
                && die.form(DW_AT_const_value) != DW_FORM_string) {
            return new Location.Constant(DwarfTypeMaker.constant(die));
        }
        var expression = die.block(DW_AT_location);
        if (expression == null) {
            return new Location.BySymbol();
        }
        try {
            return location(die, new ByteCursor(expression, 0));
        } catch (MalformedDataException e) {
            throw die.malformed("its location breaks off: " + e.getMessage());
        }
    }

    /** {@return where a function is called: also one that is in pieces, of which it says no lowest address} */
    private static OptionalLong entryAddress(Die die) {
        var isInPieces = !die.has(DW_AT_low_pc) && die.has(DW_AT_ranges);
        var entryForm = isInPieces ? die.form(DW_AT_entry_pc) : die.form(DW_AT_low_pc);
        if (isAddressElsewhere(die, entryForm)) {
            return OptionalLong.empty();
        }
        if (!isInPieces) {
            return die.address(DW_AT_low_pc);
        }
        if (entryForm == DW_FORM_addr || isAddressIndex(entryForm)) {
            return die.address(DW_AT_entry_pc);
        }
        var ranges = die.ranges();
        return ranges.count() == 0
                ? OptionalLong.empty()
                // A number counts from the first address.
                : OptionalLong.of(ranges.start(0) + die.number(DW_AT_entry_pc).orElse(0));
    }

    private static boolean isExternal(Die die) {
        var origin = die.reference(DW_AT_specification);
        return die.flag(DW_AT_external) || origin != null && origin.flag(DW_AT_external);
    }

    /** {@return whether an address has a number in a table that only the file beside this one has: split DWARF alone} */
    private static boolean isAddressElsewhere(Die die, int form) {
        return isAddressIndex(form) && die.unit().section(DwarfSection.ADDR).byteSize() == 0;
    }

    private static boolean isAddressIndex(int form) {
        return switch (form) {
            case DW_FORM_addrx,
                    DW_FORM_addrx1,
                    DW_FORM_addrx2,
                    DW_FORM_addrx3,
                    DW_FORM_addrx4,
                    DW_FORM_GNU_addr_index -> true;
            default -> false;
        };
    }

    private Location location(Die die, ByteCursor expression) {
        if (!expression.hasRemaining()) {
            return new Location.BySymbol();
        }
        var wide = die.unit().header().encoding().addressByteSize() == 8;
        var operation = expression.u8();
        long address;
        switch (operation) {
            case DW_OP_addr -> address = wide ? expression.u64() : expression.u32();
            case DW_OP_addrx, DW_OP_constx, DW_OP_GNU_addr_index, DW_OP_GNU_const_index -> {
                if (isAddressElsewhere(die, DW_FORM_addrx)) {
                    return new Location.BySymbol();
                }
                address = die.unit().address(expression.uleb128());
            }
            case DW_OP_const4u -> address = expression.u32();
            case DW_OP_const8u -> address = expression.u64();
            default -> {
                return new Location.BySymbol();
            }
        }
        while (expression.hasRemaining()) {
            switch (expression.u8()) {
                case DW_OP_plus_uconst -> address += expression.uleb128();
                case DW_OP_form_tls_address, DW_OP_GNU_push_tls_address -> {
                    return new Location.Tls(address);
                }
                default -> {
                    return new Location.BySymbol();
                }
            }
        }
        return mapping.variable(address, isExternal(die));
    }
}
