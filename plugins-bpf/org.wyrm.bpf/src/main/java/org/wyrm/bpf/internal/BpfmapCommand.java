package org.wyrm.bpf.internal;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfMapElements;
import org.wyrm.bpf.BpfMaps;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists what is in a BPF map, as {@code bpftool map dump} does. */
@ProvidesCommand(
        name = "bpfmap",
        summary = "list what is in a BPF map, by its BTF",
        row = BpfmapCommand.Row.class,
        target = Program.class)
public final class BpfmapCommand implements Command<BpfmapCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "ID", help = "the map's number, as `bpfmaps` shows it")
            String id) {}

    /**
     * An element.
     *
     * @param key empty in queues and stacks
     * @param cpu whose value it is, in maps of values of CPUs
     */
    public record Row(Attempt<Optional<Object>> key, OptionalInt cpu, Attempt<Object> value) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var map = BpfTarget.found(options.id, "BPF map", "bpfmaps", id -> BpfMaps.bpfMapById(program, id));
        return BpfMapElements.bpfMapElements(map)
                .map(element -> new Row(
                        Attempt.of(() -> element.key().map(BpfmapCommand::tree)),
                        element.cpu(),
                        Attempt.of(() -> tree(element.value()))));
    }

    private static Object tree(Value value) {
        return new ElementTree().of(value);
    }
}
