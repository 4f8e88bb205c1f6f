package org.wyrm.net.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.net.pktsched.Qdiscs;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists queueing disciplines, as {@code tc -s qdisc} does. */
@ProvidesCommand(
        name = "qdisc",
        summary = "list the queueing disciplines of the network devices",
        row = QdiscCommand.Row.class,
        target = Program.class)
public final class QdiscCommand implements Command<QdiscCommand.Options> {
    private static final long TCQ_F_CPUSTATS = 0x20;
    private static final int TC_H_ROOT = -1;
    private static final int TC_H_INGRESS = -15;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * One queueing discipline.
     *
     * @param kind {@code fq_codel}
     * @param handle its number
     * @param parent the class that it is of; empty where it is of none
     * @param packets how many wait
     * @param backlog how much waits
     * @param drops how many packets were thrown away
     * @param net the inode number of its device's name space
     * @param qdisc its {@code struct Qdisc}
     */
    public record Row(
            Attempt<String> device,
            Attempt<String> kind,
            Attempt<String> handle,
            Attempt<Optional<String>> parent,
            Attempt<Long> packets,
            Attempt<ByteSize> backlog,
            Attempt<Long> drops,
            Attempt<Long> net,
            VirtualAddress qdisc) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var chains = new Chains(program, error -> context.warn("queueing disciplines: " + error.getMessage()));
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> chains.tolerant(NetDevices.forEachNetdev(net))
                        .flatMap(device -> chains.tolerant(Stream.of(device).flatMap(Qdiscs::forEachQdisc))
                                .map(qdisc -> row(net, device, qdisc))));
    }

    private static Row row(Value net, Value device, Value qdisc) {
        return new Row(
                Attempt.of(() -> NetDevices.netdevName(device)),
                Attempt.of(() -> qdisc.member("ops").member("id").string()),
                Attempt.of(() -> number(qdisc.member("handle").intValue())),
                Attempt.of(() -> parent(qdisc.member("parent").intValue())),
                Attempt.of(() -> sum(qdisc, "qlen")
                        + (countsByCpu(qdisc)
                                ? 0
                                : qdisc.member("q").member("qlen").longValue())),
                Attempt.of(() -> new ByteSize(sum(qdisc, "backlog"))),
                Attempt.of(() -> sum(qdisc, "drops")),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(qdisc.address()));
    }

    private static Optional<String> parent(int handle) {
        return switch (handle) {
            case 0 -> Optional.empty();
            case TC_H_ROOT -> Optional.of("root");
            case TC_H_INGRESS -> Optional.of("ingress");
            default -> Optional.of(number(handle));
        };
    }

    /** {@code 8001:}, and of a class {@code 8001:2}. */
    private static String number(int handle) {
        var minor = handle & 0xffff;
        return Integer.toHexString(handle >>> 16) + ":" + (minor == 0 ? "" : Integer.toHexString(minor));
    }

    private static boolean countsByCpu(Value qdisc) {
        return (qdisc.member("flags").longValue() & TCQ_F_CPUSTATS) != 0;
    }

    /** What is counted for all and, where it is, for each CPU; a CPU's own part may be less than nothing. */
    private static long sum(Value qdisc, String counter) {
        var all = qdisc.member("qstats").member(counter).intValue();
        if (countsByCpu(qdisc)) {
            var each = qdisc.member("cpu_qstats");
            all += Cpumasks.forEachPossibleCpu(qdisc.program())
                    .map(cpu -> Percpu.perCpuPtr(each, cpu).member(counter).intValue())
                    .sum();
        }
        return Integer.toUnsignedLong(all);
    }
}
