package org.wyrm.bpf.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfMaps;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.bpf.BtfObjects;
import org.wyrm.bpf.internal.Holders.Holder;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists BPF maps, as {@code bpftool map} does. */
@ProvidesCommand(
        name = "bpfmaps",
        summary = "list the BPF maps, what uses them and who has them",
        row = BpfmapsCommand.Row.class,
        target = Program.class)
public final class BpfmapsCommand implements Command<BpfmapsCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One map.
     *
     * @param flags {@code BPF_F_…}, in hexadecimal
     * @param key the size of a key
     * @param value the size of a value
     * @param maxEntries how many it may have; of a ring buffer, its size in bytes
     * @param memlock the memory that it is counted for, where the kernel keeps it
     * @param frozen whether user space may not write it any more
     * @param btf the number of its BTF
     * @param progs the numbers of the programs that use it
     * @param holders the processes that have it open
     * @param pins the paths where it is pinned
     * @param map its {@code struct bpf_map}
     */
    public record Row(
            Attempt<Long> id,
            Attempt<String> type,
            Attempt<String> name,
            Attempt<String> flags,
            Attempt<ByteSize> key,
            Attempt<ByteSize> value,
            Attempt<Long> maxEntries,
            Attempt<Optional<ByteSize>> memlock,
            Attempt<Boolean> frozen,
            Attempt<Optional<Long>> btf,
            Attempt<List<Long>> progs,
            List<Holder> holders,
            List<String> pins,
            VirtualAddress map) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var holders = Holders.of(program, context::warn);
        var pins = Pins.of(program, context::warn);
        return BpfMaps.bpfMapForEach(program).map(map -> row(map, holders.of(map.address()), pins.of(map.address())));
    }

    private static Row row(Value map, List<Holder> holders, List<String> pins) {
        return new Row(
                Attempt.of(() -> BpfMaps.id(map)),
                Attempt.of(() -> BpfMaps.type(map)),
                Attempt.of(() -> BpfMaps.name(map)),
                Attempt.of(() -> "0x" + Long.toHexString(map.member("map_flags").longValue())),
                Attempt.of(() -> new ByteSize(map.member("key_size").longValue())),
                Attempt.of(() -> new ByteSize(map.member("value_size").longValue())),
                Attempt.of(() -> map.member("max_entries").longValue()),
                Attempt.of(() -> BpfMaps.memlockByteSize(map).map(ByteSize::new)),
                Attempt.of(() -> map.member("frozen").booleanValue()),
                Attempt.of(() -> BtfObjects.idOf(map.member("btf"))),
                Attempt.of(() -> users(map)),
                holders,
                pins,
                new VirtualAddress(map.address()));
    }

    private static List<Long> users(Value map) {
        return BpfPrograms.bpfProgForEach(map.program())
                .filter(prog -> BpfPrograms.bpfProgUsedMaps(prog).anyMatch(used -> used.address() == map.address()))
                .map(BpfPrograms::id)
                .toList();
    }
}
