package org.wyrm.bpf.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

/** Lists BTF objects, as {@code bpftool btf} does. */
@ProvidesCommand(
        name = "bpfbtf",
        summary = "list the BTF that the kernel has: its own, its modules' and what users loaded",
        row = BpfbtfCommand.Row.class,
        target = Program.class)
public final class BpfbtfCommand implements Command<BpfbtfCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One BTF object.
     *
     * @param name {@code vmlinux}, or the name of a module; empty where users loaded it
     * @param kernel whether the kernel made it
     * @param data its size
     * @param progs the numbers of the programs that have it
     * @param maps the numbers of the maps that have it
     * @param holders the processes that have it open
     * @param btf its {@code struct btf}
     */
    public record Row(
            Attempt<Long> id,
            Attempt<Optional<String>> name,
            Attempt<Boolean> kernel,
            Attempt<ByteSize> data,
            Attempt<List<Long>> progs,
            Attempt<List<Long>> maps,
            List<Holder> holders,
            VirtualAddress btf) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var holders = Holders.of(program, context::warn);
        return BtfObjects.bpfBtfForEach(program).map(btf -> row(program, btf, holders.of(btf.address())));
    }

    private static Row row(Program program, Value btf, List<Holder> holders) {
        return new Row(
                Attempt.of(() -> BtfObjects.id(btf)),
                Attempt.of(() -> btf.findMember("name").map(Value::string).filter(name -> !name.isEmpty())),
                Attempt.of(() ->
                        btf.findMember("kernel_btf").map(Value::booleanValue).orElse(false)),
                Attempt.of(() -> new ByteSize(btf.member("data_size").longValue())),
                Attempt.of(() ->
                        ids(BpfPrograms.bpfProgForEach(program), prog -> prog.member("aux"), btf, BpfPrograms::id)),
                Attempt.of(() -> ids(BpfMaps.bpfMapForEach(program), map -> map, btf, BpfMaps::id)),
                holders,
                new VirtualAddress(btf.address()));
    }

    private static List<Long> ids(
            Stream<Value> all, Function<Value, Value> owner, Value btf, Function<Value, Long> id) {
        return all.filter(each -> owner.apply(each).member("btf").longValue() == btf.address())
                .map(id)
                .toList();
    }
}
