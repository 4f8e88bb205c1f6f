package org.wyrm.bpf;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wyrm.bpf.internal.Labels;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.idr.Idrs.Identified;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.CompoundType;

/** BPF maps: {@code struct bpf_map}. */
@ProvidesHelpers(names = {"bpf_map_by_id", "bpf_map_for_each"})
public final class BpfMaps {
    /** Maps whose values are numbers to user space: {@code IS_FD_MAP}. */
    private static final Set<String> NUMBERED =
            Set.of("perf_event_array", "prog_array", "cgroup_array", "array_of_maps", "hash_of_maps");

    private BpfMaps() {}

    /**
     * {@return the maps that there are, {@code struct bpf_map}, by their numbers}
     *
     * @kernel kernel/bpf/syscall.c
     */
    @KernelName("bpf_map_for_each")
    public static Stream<Value> bpfMapForEach(Program program) {
        return Idrs.idrForEachEntry(program.variable("map_idr"), program.type("struct bpf_map"))
                .map(Identified::object);
    }

    /**
     * {@return the map of a number, {@code struct bpf_map}; empty if there is none}
     *
     * @kernel kernel/bpf/syscall.c
     */
    @KernelName("bpf_map_by_id")
    public static Optional<Value> bpfMapById(Program program, long id) {
        var address = Idrs.idrFind(program.variable("map_idr"), id);
        return address == 0 ? Optional.empty() : Optional.of(program.object(program.type("struct bpf_map"), address));
    }

    /**
     * {@return the number of a map}
     *
     * @param map {@code struct bpf_map *}
     */
    public static long id(Value map) {
        return map.member("id").longValue();
    }

    /**
     * {@return what kind of map it is, in the words of bpftool: {@code percpu_hash}}
     *
     * @param map {@code struct bpf_map *}
     */
    public static String type(Value map) {
        return Labels.of(map.member("map_type"), "BPF_MAP_TYPE_");
    }

    /**
     * {@return the name of a map, of which the kernel keeps 15 characters}
     *
     * @param map {@code struct bpf_map *}
     */
    public static String name(Value map) {
        return map.member("name").string();
    }

    /**
     * {@return the memory that a map is counted for, in bytes; empty where only the map's own code could tell it}
     *
     * @param map {@code struct bpf_map *}
     */
    public static Optional<Long> memlockByteSize(Value map) {
        var program = map.program();
        var pageByteSize = program.pageByteSize();
        // Since Linux kernel commit 90a5527d7686 ("bpf: add new map ops ->map_mem_usage") (in v6.4), each kind of map
        // has
        // a function for it. Before that, it is worked out from sizes; and before commit 80ee81e0403c ("bpf: Eliminate
        // rlimit-based memory accounting infra for bpf maps") (in v5.11), counted when the map is made.
        var counted = map.findMember("memory");
        if (counted.isPresent()) {
            return Optional.of(counted.get().member("pages").longValue() * pageByteSize);
        }
        if (program.type("struct bpf_map_ops").unaliased() instanceof CompoundType operations
                && operations.findMember("map_mem_usage").isPresent()) {
            return Optional.empty();
        }
        var entryByteSize = roundUp(map.member("key_size").longValue() + valueByteSize(map), Long.BYTES);
        return Optional.of(roundUp(map.member("max_entries").longValue() * entryByteSize, pageByteSize));
    }

    /** Maps of values of CPUs count them all; maps of maps or programs count numbers. */
    private static long valueByteSize(Value map) {
        var type = type(map);
        var byteSize = map.member("value_size").longValue();
        if (type.contains("percpu_")) {
            return roundUp(byteSize, Long.BYTES) * Cpumasks.numPossibleCpus(map.program());
        }
        return NUMBERED.contains(type) ? Integer.BYTES : byteSize;
    }

    private static long roundUp(long number, long to) {
        return (number + to - 1) / to * to;
    }
}
