package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.module.Modules;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
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

    private final Program program;
    private final BtfTypes kernelTypes;
    private @Nullable List<Module> modules;
    private @Nullable List<BtfTypes> types;
    private boolean walking;

    ModuleSymbolSource(Program program, BtfTypes kernelTypes) {
        this.program = program;
        this.kernelTypes = kernelTypes;
    }

    @Override
    public String name() {
        return "modules";
    }

    @Override
    public Optional<TypeFinder> types() {
        return Optional.of(new TypeFinder() {
            @Override
            public List<TypeRef> findTypes(TypeKind kind, String name) {
                return moduleTypes().stream()
                        .flatMap(each -> each.findTypes(kind, name).stream())
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
        static Module of(Value module) {
            return new Module(
                    new ModuleSymbols(() -> tables(module)).symbols().orElseThrow(), Modules.addressRanges(module));
        }

        boolean contains(long address) {
            return regions.stream().anyMatch(region -> region.contains(address));
        }
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
                Modules.forEachModule(program).forEach(module -> found.add(Module.of(module)));
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
                strings(program, name, symtab, symtabByteSize, strtab),
                typetab);
    }

    /** The names have no length of their own: they end with the last name that a symbol has. */
    private static ByteSlice strings(Program program, String name, long symtab, int symtabByteSize, long strtab) {
        var lastName = 0L;
        for (var at = 0; at < symtabByteSize; at += (int) ELF64_SYM_BYTES) {
            lastName = Math.max(lastName, program.memory().u32(symtab + at));
        }
        if (lastName > MAX_SYMBOLS * 64) {
            throw new CorruptStructureException(
                    "mod_kallsyms", symtab, "module " + name + " has a symbol whose name is at byte " + lastName);
        }
        var end = lastName;
        while (program.memory().u8(strtab + end) != 0) {
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
