package org.wyrm.linux.vmstat;

import java.util.OptionalLong;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType.EnumType;

/**
 * Counters of memory management. What CPUs hold back of a counter, to add it later, is left out, as {@code
 * /proc/meminfo} does; a counter below zero for that is zero.
 */
@ProvidesHelpers(
        names = {
            "global_node_page_state",
            "global_vm_event_state",
            "global_zone_page_state",
            "nr_free_pages",
            "zone_page_state"
        })
public final class Vmstat {
    private static final String ZONE_ITEMS = "enum zone_stat_item";
    private static final String NODE_ITEMS = "enum node_stat_item";

    private Vmstat() {}

    /**
     * {@return a counter over all zones, in pages}
     *
     * @param item an enumerator of {@code enum zone_stat_item}: {@code NR_FREE_PAGES}
     * @throws LookupFailedException if this kernel has no such counter
     * @kernel include/linux/vmstat.h
     */
    @KernelName("global_zone_page_state")
    public static long globalZonePageState(Program program, String item) {
        return counter(program.variable("vm_zone_stat"), index(program, ZONE_ITEMS, item));
    }

    /**
     * {@return a counter of one zone, in pages}
     *
     * @param zone {@code struct zone *}
     * @param item an enumerator of {@code enum zone_stat_item}
     * @throws LookupFailedException if this kernel has no such counter
     * @kernel include/linux/vmstat.h
     */
    @KernelName("zone_page_state")
    public static long zonePageState(Value zone, String item) {
        return counter(zone.member("vm_stat"), index(zone.program(), ZONE_ITEMS, item));
    }

    /**
     * {@return a counter over all nodes, in pages, but for {@code NR_KERNEL_STACK_KB}, which is in KiB}
     *
     * @param item an enumerator of {@code enum node_stat_item}: {@code NR_FILE_PAGES}
     * @throws LookupFailedException if this kernel has no such counter
     * @kernel include/linux/vmstat.h
     */
    @KernelName("global_node_page_state")
    public static long globalNodePageState(Program program, String item) {
        return counter(program.variable("vm_node_stat"), index(program, NODE_ITEMS, item));
    }

    /**
     * {@return a counter of pages, wherever this kernel keeps it: some moved from zones to nodes}
     *
     * @param item an enumerator of {@code enum node_stat_item} or {@code enum zone_stat_item}: {@code NR_PAGETABLE}
     * @throws LookupFailedException if this kernel has no such counter
     */
    public static long globalPageState(Program program, String item) {
        return find(program, NODE_ITEMS, item).isPresent()
                ? globalNodePageState(program, item)
                : globalZonePageState(program, item);
    }

    /** {@return whether this kernel counts something, over zones or nodes} */
    public static boolean hasPageState(Program program, String item) {
        return find(program, NODE_ITEMS, item).isPresent()
                || find(program, ZONE_ITEMS, item).isPresent();
    }

    /**
     * {@return how often something happened, on all CPUs}
     *
     * @param item an enumerator of {@code enum vm_event_item}: {@code PGFAULT}
     * @throws LookupFailedException if this kernel has no such counter
     * @kernel include/linux/vmstat.h
     */
    @KernelName("global_vm_event_state")
    public static long globalVmEventState(Program program, String item) {
        var index = index(program, "enum vm_event_item", item);
        var states = program.variable("vm_event_states");
        return Cpumasks.forEachPossibleCpu(program)
                .mapToLong(cpu -> Percpu.perCpu(states, cpu)
                        .member("event")
                        .subscript(index)
                        .longValue())
                .sum();
    }

    /**
     * {@return how many pages are free}
     *
     * @kernel include/linux/swap.h
     */
    @KernelName("nr_free_pages")
    public static long nrFreePages(Program program) {
        return globalZonePageState(program, "NR_FREE_PAGES");
    }

    private static long counter(Value counters, long index) {
        return Math.max(0, counters.subscript(index).member("counter").longValue());
    }

    private static long index(Program program, String type, String item) {
        return find(program, type, item).orElseThrow(() -> new LookupFailedException("enumerator", item, "in " + type));
    }

    private static OptionalLong find(Program program, String type, String item) {
        if (program.type(type).unaliased() instanceof EnumType enumeration) {
            for (var enumerator : enumeration.enumerators()) {
                if (enumerator.name().equals(item)) {
                    return OptionalLong.of(enumerator.value());
                }
            }
        }
        return OptionalLong.empty();
    }
}
