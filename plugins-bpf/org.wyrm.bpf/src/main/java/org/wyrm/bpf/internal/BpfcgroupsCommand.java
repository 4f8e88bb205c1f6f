package org.wyrm.bpf.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.bpf.internal.Attachments.Attached;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the BPF programs of control groups, as {@code bpftool cgroup tree} does. */
@ProvidesCommand(
        name = "bpfcgroups",
        summary = "list the BPF programs of control groups",
        row = BpfcgroupsCommand.Row.class,
        target = Program.class)
public final class BpfcgroupsCommand implements Command<BpfcgroupsCommand.Options> {
    private static final long BPF_F_ALLOW_OVERRIDE = 1;
    private static final long BPF_F_ALLOW_MULTI = 1 << 1;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-e", "--effective"},
                    help = "the programs that run for each group, those of the groups above it with them")
            boolean effective) {}

    /**
     * A program of a control group.
     *
     * @param cgroup the path from the root of the hierarchy
     * @param prog the program's number
     * @param flags {@code multi}, {@code override}; none with {@code --effective}
     * @param address of its {@code struct cgroup}
     */
    public record Row(
            Attempt<String> cgroup,
            Attempt<Long> prog,
            Attempt<String> name,
            String attachType,
            List<String> flags,
            VirtualAddress address) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Cgroups.all(LinuxKernel.require(context.target(Program.class))).flatMap(cgroup -> {
            var attached = Attempt.of(
                    () -> (options.effective ? Attachments.effective(cgroup) : Attachments.inGroup(cgroup)).toList());
            if (attached instanceof Attempt.Failure<List<Attached>> failure) {
                context.warn("control group at 0x%x: %s"
                        .formatted(cgroup.address(), failure.error().getMessage()));
            }
            return attached.orElse(List.of()).stream().map(each -> row(cgroup, each));
        });
    }

    private static Row row(Value cgroup, Attached attached) {
        return new Row(
                Attempt.of(() -> Cgroups.path(cgroup)),
                Attempt.of(() -> BpfPrograms.id(attached.prog())),
                Attempt.of(() -> BpfPrograms.name(attached.prog())),
                attached.attachType(),
                flags(attached.flags()),
                new VirtualAddress(cgroup.address()));
    }

    private static List<String> flags(long flags) {
        return Stream.concat(
                        (flags & BPF_F_ALLOW_MULTI) != 0 ? Stream.of("multi") : Stream.empty(),
                        (flags & BPF_F_ALLOW_OVERRIDE) != 0 ? Stream.of("override") : Stream.empty())
                .toList();
    }
}
