package org.wyrm.linux.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.memory.TargetMemory;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.symbols.btf.Kallsyms;
import org.wyrm.symbols.btf.KallsymsFinder;
import org.wyrm.symbols.btf.KallsymsLocations;
import org.wyrm.symbols.btf.KallsymsTables;
import org.wyrm.symbols.spi.SymbolFinder;

/** The symbols of the kernel's image, from its own tables in its own memory. */
final class KernelSymbols {
    /** The most that lies between two symbols of the image: a table, or all of BTF, in bytes. */
    private static final long MAX_BETWEEN_BYTES = 1 << 28;

    /** What short commands ask for, such as {@code tasks}, {@code mod}, {@code sys}, {@code bt}, without other files. */
    private static final List<String> LIKELY_NAMES = List.of(
            "_stext",
            "_end",
            "__start_BTF",
            "__stop_BTF",
            "__per_cpu_start",
            "init_pid_ns",
            "init_task",
            "modules",
            "nr_cpu_ids",
            "__cpu_possible_mask",
            "__cpu_present_mask",
            "__cpu_online_mask",
            "__per_cpu_offset",
            "prb",
            "init_uts_ns",
            "tk_core",
            "avenrun",
            "_totalram_pages",
            "vm_zone_stat",
            "tainted_mask",
            "taint_flags",
            "__start_orc_unwind_ip",
            "__stop_orc_unwind_ip",
            "__start_orc_unwind",
            "__stop_orc_unwind",
            "__start_orc_header",
            "__stop_orc_header");

    /** Those of which VMCOREINFO has the addresses, in all kernels or most. */
    private static final List<String> KNOWN_NAMES = List.of("_stext", "init_uts_ns", "swapper_pg_dir");

    private final Vmcoreinfo vmcoreinfo;
    private final TargetMemory memory;
    private final int pointerByteSize;
    private final KernelImage image;
    private final Kallsyms kallsyms;
    private volatile @Nullable KallsymsLocations locations;

    /** @param warnings is told what is damaged and left out */
    KernelSymbols(
            Vmcoreinfo vmcoreinfo,
            TargetMemory memory,
            int pointerByteSize,
            KernelImage image,
            CacheFolder cache,
            Consumer<String> warnings) {
        this.vmcoreinfo = vmcoreinfo;
        this.memory = memory;
        this.pointerByteSize = pointerByteSize;
        this.image = image;
        this.kallsyms = new Kallsyms(this::readTables, LIKELY_NAMES, cache, image.buildId(), warnings);
    }

    private KallsymsTables readTables() {
        var where = locations();
        var tables = KallsymsTables.read(image.tables(), where, pointerByteSize);
        image.read(where.symbolCount(), image.tables().slice("kallsyms_num_syms", where.symbolCount(), Integer.BYTES));
        image.read(where.names(), tables.names());
        image.read(where.tokenTable(), tables.tokenTable());
        image.read(where.tokenIndex(), tables.tokenIndex());
        // Pointers differ with the place that the kernel was put to.
        if (where.offsets().isPresent()) {
            image.read(where.offsets().getAsLong(), tables.addresses().bytes());
        }
        locations = where;
        return tables.withKnownAddresses(knownAddresses());
    }

    private List<Long> knownAddresses() {
        return KNOWN_NAMES.stream()
                .map(vmcoreinfo::symbol)
                .flatMapToLong(OptionalLong::stream)
                .boxed()
                .toList();
    }

    /** Lets later processes have what was read, if all of it could be decoded and nothing is damaged. */
    void keep(BtfTypes types) {
        var where = locations;
        if (where != null && types.isIntact() && kallsyms.isIntact()) {
            image.keep(where);
        }
    }

    /** {@return the source; nothing is read yet} */
    Kallsyms source() {
        return kallsyms;
    }

    /** {@return what finds the symbols} */
    SymbolFinder finder() {
        return kallsyms.symbols().orElseThrow();
    }

    /**
     * {@return the address of a symbol that an image has once}
     *
     * @throws LookupFailedException if there is none
     */
    long address(String name) {
        return finder().findSymbols(name).stream()
                .findFirst()
                .orElseThrow(() -> new LookupFailedException("symbol", name, inKallsyms()))
                .address();
    }

    private String inKallsyms() {
        var missing = kallsyms.missing();
        return "in the kernel's kallsyms" + (missing.isEmpty() ? "" : "; " + missing);
    }

    /** {@return the memory from one symbol to another} */
    ByteSlice between(String start, String stop) {
        var first = address(start);
        var byteSize = address(stop) - first;
        if (byteSize <= 0 || byteSize > MAX_BETWEEN_BYTES) {
            throw new CorruptStructureException(start, first, "%s is %d bytes after it".formatted(stop, byteSize));
        }
        var bytes = image.tables().slice(start, first, (int) byteSize);
        image.read(first, bytes);
        return bytes;
    }

    /**
     * Since Linux kernel commit 5fd8fea935a1 ("vmcoreinfo: include kallsyms symbols") (in v6.0), VMCOREINFO names the
     * tables. Before that they are found by what they look like.
     */
    private KallsymsLocations locations() {
        return KallsymsLocations.of(vmcoreinfo::symbol).orElseGet(() -> {
            var known = image.locations();
            return known != null ? known : found();
        });
    }

    private KallsymsLocations found() {
        return imageRange()
                .flatMap(range -> new KallsymsFinder(memory, pointerByteSize).find(range, knownAddresses()))
                .orElseThrow(() -> new LookupFailedException(
                        "table",
                        "kallsyms",
                        "VMCOREINFO of %s does not name it, and it was not found in the kernel's memory"
                                .formatted(vmcoreinfo.find("OSRELEASE").orElse("this kernel"))));
    }

    /** The image begins with its text; how far it may reach is its size in the address space. */
    private Optional<AddressRange> imageRange() {
        var text = vmcoreinfo.symbol("_stext");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var byteSize = vmcoreinfo.number("KERNEL_IMAGE_SIZE").orElse(512L << 20);
        return Optional.of(new AddressRange(text.getAsLong(), text.getAsLong() + byteSize - 1));
    }
}
