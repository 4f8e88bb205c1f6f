package org.wyrm.linux.module;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Loaded modules: {@code struct module}. */
@ProvidesHelpers(names = {"for_each_module", "module_address_regions", "module_refcount"})
public final class Modules {
    /** {@code MODULE_STATE_UNFORMED}: still being made; the kernel itself shows none of these. */
    private static final int MODULE_STATE_UNFORMED = 3;

    /** {@code MODULE_REF_BASE}: the reference that the module loader holds. */
    private static final int MODULE_REF_BASE = 1;

    private Modules() {}

    /**
     * {@return the loaded modules, {@code struct module}, the youngest first}
     *
     * @kernel kernel/module/main.c
     */
    @KernelName("for_each_module")
    public static Stream<Value> forEachModule(Program program) {
        return Lists.listForEachEntry(program.type("struct module"), program.variable("modules"), "list")
                .filter(module -> module.member("state").longValue() != MODULE_STATE_UNFORMED);
    }

    /**
     * {@return a module's name}
     *
     * @param module {@code struct module *}
     */
    public static String name(Value module) {
        return module.member("name").string();
    }

    /**
     * A region that a module's parts are in.
     *
     * @param address its first byte
     * @param size its size
     */
    public record Region(VirtualAddress address, ByteSize size) {}

    /**
     * {@return the regions of memory that a module has, that of its code first}
     *
     * @param module {@code struct module *}
     */
    @KernelName("module_address_regions")
    public static List<Region> moduleAddressRegions(Value module) {
        var regions = new ArrayList<Region>();
        // Since Linux kernel commit ac3b43283923 ("module: replace module_layout with module_memory") (in v6.4),
        // module.mem is an array with a region for each kind. Before that, there are two or three layouts.
        var memory = module.findMember("mem");
        if (memory.isPresent()) {
            memory.get().elements().forEach(each -> add(regions, each));
        } else {
            for (var layout : List.of("core_layout", "init_layout", "data_layout")) {
                module.findMember(layout).ifPresent(each -> add(regions, each));
            }
        }
        return regions;
    }

    /**
     * {@return the addresses of a module's regions, those of its code first}
     *
     * @param module {@code struct module *}
     */
    public static List<AddressRange> addressRanges(Value module) {
        return moduleAddressRegions(module).stream()
                .map(region -> new AddressRange(
                        region.address().value(),
                        region.address().value() + region.size().bytes() - 1))
                .toList();
    }

    private static void add(List<Region> regions, Value memory) {
        var size = memory.member("size").longValue();
        if (size != 0) {
            regions.add(new Region(new VirtualAddress(memory.member("base").longValue()), new ByteSize(size)));
        }
    }

    /**
     * {@return how many references a module has, without the loader's own; -1 while it is going}
     *
     * @param module {@code struct module *}
     * @kernel kernel/module/main.c
     */
    @KernelName("module_refcount")
    public static int moduleRefcount(Value module) {
        return module.member("refcnt").member("counter").intValue() - MODULE_REF_BASE;
    }

    /**
     * {@return the names of the modules that use a module}
     *
     * @param module {@code struct module *}
     */
    public static List<String> usedBy(Value module) {
        var use = module.program().type("struct module_use");
        return Lists.listForEachEntry(use, module.member("source_list"), "source_list")
                .map(each -> name(each.member("source")))
                .toList();
    }
}
