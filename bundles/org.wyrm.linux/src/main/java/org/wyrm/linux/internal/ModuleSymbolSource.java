package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.module.Modules;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.symbols.btf.ModuleSymbols;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * The symbols and the BTF of the loaded modules. The lists are walked at the first question; what is read of each module
 * is read when its own turn comes.
 *
 * <p>Walking the lists asks the program for variables and types in turn. Those come from the kernel; a question that
 * comes back here while a list is walked is answered with nothing.
 */
final class ModuleSymbolSource implements SymbolSource {
    private static final long ELF64_SYM_BYTES = 24;
    private static final long MAX_SYMBOLS = 1 << 22;
    private static final long MAX_BTF_BYTES = 1 << 28;
    private static final long MAX_NAMES_BYTES = MAX_SYMBOLS * 64;
    private static final long MAX_NAME_BYTES = 1 << 16;

    private final Program program;
    private final BtfTypes kernelTypes;
    private final Consumer<String> warnings;

    /** Those whose symbols are damaged. */
    private final Set<String> damaged = new ConcurrentSkipListSet<>();

    private @Nullable List<Module> modules;
    private @Nullable List<BtfTypes> types;
    private boolean walking;

    /** @param warnings is told of the modules whose symbols are damaged */
    ModuleSymbolSource(Program program, BtfTypes kernelTypes, Consumer<String> warnings) {
        this.program = program;
        this.warnings = warnings;
        this.kernelTypes = kernelTypes;
    }

    @Override
    public String name() {
        return "modules";
    }

    @Override
    public String missing() {
        return damaged.isEmpty() ? "" : "damaged symbols of modules were left out: " + String.join(", ", damaged);
    }

    @Override
    public Optional<TypeFinder> types() {
        return Optional.of(new TypeFinder() {
            @Override
            public List<TypeRef> findTypes(TypeKind kind, String name) {
                var qualified = QualifiedName.parse(name);
                var plain = qualified.map(QualifiedName::name).orElse(name);
                return moduleTypes().stream()
                        .filter(each -> qualified.isEmpty() || each.isOf(qualified.get()))
                        .flatMap(each -> each.findTypes(kind, plain).stream())
                        .toList();
            }

            @Override
            public Stream<String> typeNames(TypeKind kind, String prefix) {
                return moduleTypes().stream().flatMap(each -> each.typeNames(kind, prefix));
            }
        });
    }

    @Override
    public Optional<VariableFinder> variables() {
        return Optional.of(new VariableFinder() {
            @Override
            public List<Variable> findVariables(String name) {
                // The kernel's own stand after what plug-ins declare of it, which are variables.
                var functions = kernelTypes.findFunctions(name);
                if (!functions.isEmpty()) {
                    return functions;
                }
                var found = moduleTypes().stream()
                        .flatMap(each ->
                                Stream.concat(each.findVariables(name).stream(), each.findFunctions(name).stream()))
                        .toList();
                return found.isEmpty() ? constants(name) : found;
            }

            @Override
            public Stream<String> variableNames(VariableKind kind, String prefix) {
                return moduleTypes().stream().flatMap(each -> each.variableNames(kind, prefix));
            }
        });
    }

    @Override
    public Optional<SymbolFinder> symbols() {
        return Optional.of(new SymbolFinder() {
            @Override
            public List<Symbol> findSymbols(String name) {
                return moduleSymbols()
                        .flatMap(each -> each.findSymbols(name).stream())
                        .toList();
            }

            @Override
            public List<Symbol> symbolsAt(long virtualAddress) {
                // Of the others nothing need be read.
                return modules().stream()
                        .filter(each -> each.contains(virtualAddress))
                        .flatMap(each -> each.symbols.symbolsAt(virtualAddress).stream())
                        .toList();
            }

            @Override
            public Stream<Symbol> allSymbols() {
                return moduleSymbols().flatMap(SymbolFinder::allSymbols);
            }
        });
    }

    /** Those of the kernel too: nobody else is asked after this source. */
    private List<Variable> constants(String name) {
        var found = new ArrayList<>(kernelTypes.findConstants(name));
        moduleTypes().forEach(each -> found.addAll(each.findConstants(name)));
        return List.copyOf(found);
    }

    /** A module's symbols, and where it is. */
    private record Module(SymbolFinder symbols, List<AddressRange> regions) {
        boolean contains(long address) {
            return regions.stream().anyMatch(region -> region.contains(address));
        }
    }

    private Module module(Value module) {
        var symbols = new ModuleSymbols(() -> tables(module), damage -> {
            var name = Modules.name(module);
            damaged.add(name);
            warnings.accept("damaged symbols of module %s are left out: %s".formatted(name, damage));
        });
        return new Module(symbols.symbols().orElseThrow(), Modules.addressRanges(module));
    }

    private Stream<SymbolFinder> moduleSymbols() {
        return modules().stream().map(Module::symbols);
    }

    private synchronized List<Module> modules() {
        if (modules == null) {
            if (walking) {
                return List.of();
            }
            walking = true;
            try {
                var found = new ArrayList<Module>();
                Modules.forEachModule(program).forEach(module -> found.add(module(module)));
                modules = List.copyOf(found);
            } finally {
                walking = false;
            }
        }
        return modules;
    }

    private static ModuleSymbols.Tables tables(Value module) {
        var program = module.program();
        var name = Modules.name(module);
        var kallsyms = module.member("kallsyms");
        var count = kallsyms.member("num_symtab").longValue();
        if (count < 0 || count > MAX_SYMBOLS) {
            throw new CorruptStructureException(
                    "mod_kallsyms", kallsyms.longValue(), "module " + name + " has " + count + " symbols");
        }
        var symtab = kallsyms.member("symtab").longValue();
        var strtab = kallsyms.member("strtab").longValue();
        var symtabByteSize = (int) (count * ELF64_SYM_BYTES);
        var typetab = kallsyms.findMember("typetab")
                .map(types -> program.memory().slice(name + " typetab", types.longValue(), (int) count));
        return new ModuleSymbols.Tables(
                name,
                program.memory().slice(name + " symtab", symtab, symtabByteSize),
                strings(program, name, symtab, symtabByteSize, strtab, kallsyms.findMember("typetab")),
                typetab);
    }

    /**
     * The names have no length of their own: they end with the last name that a symbol has. The letters lie behind them: a
     * name that were there is none.
     */
    private static ByteSlice strings(
            Program program, String name, long symtab, int symtabByteSize, long strtab, Optional<Value> typetab) {
        var limit = typetab.map(letters -> letters.longValue() - strtab)
                .filter(byteSize -> byteSize > 0 && byteSize < MAX_NAMES_BYTES)
                .orElse(MAX_NAMES_BYTES);
        var lastName = 0L;
        for (var at = 0; at < symtabByteSize; at += (int) ELF64_SYM_BYTES) {
            var start = program.memory().u32(symtab + at);
            lastName = start < limit ? Math.max(lastName, start) : lastName;
        }
        var end = lastName;
        while (end - lastName < MAX_NAME_BYTES && program.memory().u8(strtab + end) != 0) {
            end++;
        }
        return program.memory().slice(name + " strtab", strtab, (int) end + 1);
    }

    private synchronized List<BtfTypes> moduleTypes() {
        if (types == null) {
            if (walking) {
                return List.of();
            }
            walking = true;
            try {
                types = findTypes();
            } finally {
                walking = false;
            }
        }
        return types;
    }

    /**
     * By {@code btf_modules}, since {@code module.btf_data} is freed once it is read. A kernel without BTF of modules has
     * no such list.
     */
    private List<BtfTypes> findTypes() {
        var list = program.findVariable("btf_modules");
        if (list.isEmpty()) {
            return List.of();
        }
        var found = new ArrayList<BtfTypes>();
        Lists.listForEachEntry(program.type("struct btf_module"), list.get(), "list")
                .forEach(each -> found.add(kernelTypes.ofModule(
                        Attempt.of(() -> Modules.name(each.member("module"))).orElse("?") + ".ko",
                        () -> btf(each),
                        () -> each.member("module").member("percpu").longValue())));
        return List.copyOf(found);
    }

    private static ByteSlice btf(Value btfModule) {
        var program = btfModule.program();
        var name = Modules.name(btfModule.member("module")) + " BTF";
        var btf = btfModule.member("btf");
        var byteSize = btf.member("data_size").longValue();
        if (byteSize > MAX_BTF_BYTES) {
            throw new CorruptStructureException("btf", btf.longValue(), name + " has " + byteSize + " bytes");
        }
        return program.memory().slice(name, btf.member("data").longValue(), (int) byteSize);
    }
}
