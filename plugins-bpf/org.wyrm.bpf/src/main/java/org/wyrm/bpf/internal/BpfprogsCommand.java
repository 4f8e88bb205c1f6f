package org.wyrm.bpf.internal;

import java.time.Instant;
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
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists BPF programs, as {@code bpftool prog} does. */
@ProvidesCommand(
        name = "bpfprogs",
        summary = "list the BPF programs, what they are attached to and who has them",
        row = BpfprogsCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "bpf", title = "BPF programs", command = "bpfprogs", rank = 1300)
public final class BpfprogsCommand implements Command<BpfprogsCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One program.
     *
     * @param name its function's, where its BTF tells it
     * @param tag the hash of its instructions
     * @param gpl whether its license is compatible with the GPL
     * @param uid who loaded it
     * @param runs how often it ran while {@code kernel.bpf_stats_enabled} was set
     * @param runTimeNs how long in all, in nanoseconds
     * @param xlated the size of its instructions
     * @param jited the size of its machine code; empty if it is interpreted
     * @param memlock the memory that it takes
     * @param maps the numbers of the maps that it uses
     * @param btf the number of its BTF
     * @param attached by links, to control groups and to sockets
     * @param holders the processes that have it open
     * @param pins the paths where it is pinned
     * @param prog its {@code struct bpf_prog}
     */
    public record Row(
            Attempt<Long> id,
            Attempt<String> type,
            Attempt<String> name,
            Attempt<String> tag,
            Attempt<Boolean> gpl,
            Attempt<Instant> loaded,
            Attempt<Long> uid,
            Attempt<Long> runs,
            Attempt<Long> runTimeNs,
            Attempt<ByteSize> xlated,
            Attempt<Optional<ByteSize>> jited,
            Attempt<ByteSize> memlock,
            Attempt<List<Long>> maps,
            Attempt<Optional<Long>> btf,
            List<String> attached,
            List<Holder> holders,
            List<String> pins,
            VirtualAddress prog) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var holders = Holders.of(program, context::warn);
        var pins = Pins.of(program, context::warn);
        var attachments = Attachments.of(program, context::warn);
        var boot = Attempt.of(() -> Timekeeping.realTime(program).minus(Timekeeping.boottime(program)));
        return BpfPrograms.bpfProgForEach(program).map(prog -> {
            var address = prog.address();
            var sockets = holders.socketsFilteredBy(address).stream()
                    .map(holder -> "socket of pid %d, fd %d".formatted(holder.pid(), holder.fd()));
            var attached =
                    Stream.concat(attachments.of(address).stream(), sockets).toList();
            return row(prog, boot, attached, holders.of(address), pins.of(address));
        });
    }

    private static Row row(
            Value prog, Attempt<Instant> boot, List<String> attached, List<Holder> holders, List<String> pins) {
        var statistics = Attempt.of(() -> BpfPrograms.statistics(prog));
        return new Row(
                Attempt.of(() -> BpfPrograms.id(prog)),
                Attempt.of(() -> BpfPrograms.type(prog)),
                Attempt.of(() -> BpfPrograms.name(prog)),
                Attempt.of(() -> BpfPrograms.tag(prog)),
                Attempt.of(() -> prog.member("gpl_compatible").booleanValue()),
                boot.map(at -> at.plus(BpfPrograms.loadTime(prog))),
                Attempt.of(() -> prog.member("aux")
                        .member("user")
                        .member("uid")
                        .member("val")
                        .longValue()),
                statistics.map(BpfPrograms.Statistics::runCount),
                statistics.map(each -> each.runTime().toNanos()),
                Attempt.of(() -> new ByteSize(BpfPrograms.xlatedByteSize(prog))),
                Attempt.of(() -> Optional.of(new ByteSize(BpfPrograms.jitedByteSize(prog)))
                        .filter(size -> size.bytes() != 0)),
                Attempt.of(() -> new ByteSize(BpfPrograms.memlockByteSize(prog))),
                Attempt.of(
                        () -> BpfPrograms.bpfProgUsedMaps(prog).map(BpfMaps::id).toList()),
                Attempt.of(() -> BtfObjects.idOf(prog.member("aux").member("btf"))),
                attached,
                holders,
                pins,
                new VirtualAddress(prog.address()));
    }
}
