package org.wyrm.bpf.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfLinks;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.bpf.internal.Holders.Holder;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists BPF links, as {@code bpftool link} does. */
@ProvidesCommand(
        name = "bpflinks",
        summary = "list the BPF links: what programs are attached to, and who has that",
        row = BpflinksCommand.Row.class,
        target = Program.class)
public final class BpflinksCommand implements Command<BpflinksCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One link.
     *
     * @param prog the number of its program
     * @param attachType how the program is attached, where there are several ways
     * @param target what it is attached to
     * @param holders the processes that have it open
     * @param pins the paths where it is pinned
     * @param link its {@code struct bpf_link}
     */
    public record Row(
            Attempt<Long> id,
            Attempt<String> type,
            Attempt<Optional<Long>> prog,
            Attempt<Optional<String>> attachType,
            Attempt<Optional<String>> target,
            List<Holder> holders,
            List<String> pins,
            VirtualAddress link) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var holders = Holders.of(program, context::warn);
        var pins = Pins.of(program, context::warn);
        return BpfLinks.bpfLinkForEach(program)
                .map(link -> row(link, holders.of(link.address()), pins.of(link.address())));
    }

    private static Row row(Value link, List<Holder> holders, List<String> pins) {
        return new Row(
                Attempt.of(() -> BpfLinks.id(link)),
                Attempt.of(() -> BpfLinks.type(link)),
                Attempt.of(() -> Optional.of(link.member("prog"))
                        .filter(prog -> !prog.isNull())
                        .map(BpfPrograms::id)),
                Attempt.of(() -> new LinkTarget(link).attachType()),
                Attempt.of(() -> new LinkTarget(link).target()),
                holders,
                pins,
                new VirtualAddress(link.address()));
    }
}
