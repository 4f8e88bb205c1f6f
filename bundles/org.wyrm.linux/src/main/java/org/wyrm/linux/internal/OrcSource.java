package org.wyrm.linux.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.linux.module.Modules;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.Orc;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.UnwindTableFinder;

/**
 * The ORC tables of the kernel and of its modules, from the target's memory. Each is read when code of it is asked for.
 *
 * @kernel arch/x86/kernel/unwind_orc.c
 */
final class OrcSource implements SymbolSource, UnwindTableFinder {
    private static final int ADDRESS_BYTE_SIZE = 4;
    private static final int ENTRY_BYTE_SIZE = 6;

    /** More than any module has: each is for at least one byte of code. */
    private static final long MOST_ENTRIES = 1 << 24;

    private final Program program;
    private final Vmcoreinfo vmcoreinfo;
    private final KernelSymbols kallsyms;
    private @Nullable AddressRange text;
    private @Nullable List<UnwindTable> kernelTables;
    private @Nullable Attempt<List<Module>> modules;

    OrcSource(Program program, Vmcoreinfo vmcoreinfo, KernelSymbols kallsyms) {
        this.program = program;
        this.vmcoreinfo = vmcoreinfo;
        this.kallsyms = kallsyms;
    }

    /** A module, whose table is read when it is needed. */
    private static final class Module {
        private final Value module;
        private final List<AddressRange> regions;
        private @Nullable List<UnwindTable> tables;

        Module(Value module) {
            this.module = module;
            this.regions = Modules.addressRanges(module);
        }

        boolean contains(long address) {
            for (var region : regions) {
                if (region.contains(address)) {
                    return true;
                }
            }
            return false;
        }

        synchronized List<UnwindTable> tables(Supplier<Optional<ByteSlice>> header, String release) {
            var known = tables;
            if (known == null) {
                known = read(module, header.get(), release)
                        .<List<UnwindTable>>map(List::of)
                        .orElse(List.of());
                tables = known;
            }
            return known;
        }
    }

    @Override
    public String name() {
        return "orc";
    }

    @Override
    public Optional<UnwindTableFinder> unwindTables() {
        return Optional.of(this);
    }

    @Override
    public List<UnwindTable> unwindTablesAt(long virtualAddress) {
        // Modules first: where the kernel's own table is a file's, its symbols need not be looked for.
        var listed = modules();
        for (var module : listed.orElse(List.of())) {
            if (module.contains(virtualAddress)) {
                return module.tables(this::header, vmcoreinfo.get("OSRELEASE"));
            }
        }
        if (text().contains(virtualAddress)) {
            return kernelTables();
        }
        // A damaged list of modules is no reason not to know the kernel's own code.
        if (listed instanceof Attempt.Failure<?> failure) {
            throw failure.error();
        }
        return List.of();
    }

    private synchronized AddressRange text() {
        var known = text;
        if (known == null) {
            known = new AddressRange(kallsyms.address("_stext"), kallsyms.address("_end") - 1);
            text = known;
        }
        return known;
    }

    /** {@return the table of the kernel's image; none if it has none} */
    private synchronized List<UnwindTable> kernelTables() {
        var known = kernelTables;
        if (known == null) {
            known = has("__start_orc_unwind_ip") ? List.of(kernelTable()) : List.of();
            kernelTables = known;
        }
        return known;
    }

    private boolean has(String symbol) {
        return !kallsyms.finder().findSymbols(symbol).isEmpty();
    }

    private Orc kernelTable() {
        return new Orc(
                kallsyms.between("__start_orc_unwind_ip", "__stop_orc_unwind_ip"),
                kallsyms.address("__start_orc_unwind_ip"),
                kallsyms.between("__start_orc_unwind", "__stop_orc_unwind"),
                header(),
                vmcoreinfo.get("OSRELEASE"));
    }

    private Optional<ByteSlice> header() {
        return has("__start_orc_header")
                ? Optional.of(kallsyms.between("__start_orc_header", "__stop_orc_header"))
                : Optional.empty();
    }

    private synchronized Attempt<List<Module>> modules() {
        var known = modules;
        if (known == null) {
            known = Attempt.of(
                    () -> Modules.forEachModule(program).map(Module::new).toList());
            modules = known;
        }
        return known;
    }

    private static Optional<Orc> read(Value module, Optional<ByteSlice> header, String release) {
        var arch = module.member("arch");
        var told = arch.findMember("num_orcs");
        if (told.isEmpty()) {
            return Optional.empty();
        }
        var name = Modules.name(module);
        var count = told.get().longValue();
        if (count < 0 || count > MOST_ENTRIES) {
            throw new CorruptStructureException(
                    "module", module.address(), "%s has %d ORC entries".formatted(name, count));
        }
        var memory = module.program().memory();
        var addresses = arch.member("orc_unwind_ip").longValue();
        var entries = arch.member("orc_unwind").longValue();
        return Optional.of(new Orc(
                memory.slice("ORC addresses of " + name, addresses, (int) count * ADDRESS_BYTE_SIZE),
                addresses,
                memory.slice("ORC entries of " + name, entries, (int) count * ENTRY_BYTE_SIZE),
                header,
                release));
    }
}
