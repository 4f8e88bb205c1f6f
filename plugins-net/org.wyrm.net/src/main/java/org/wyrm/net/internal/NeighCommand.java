package org.wyrm.net.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.neighbour.Neighbours;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists neighbours, as {@code ip neighbour} does. */
@ProvidesCommand(
        name = "neigh",
        aliases = "arp",
        summary = "list the neighbours and their link addresses: ARP and neighbour discovery",
        row = NeighCommand.Row.class,
        target = Program.class)
public final class NeighCommand implements Command<NeighCommand.Options> {
    private static final int AF_INET6 = 10;

    /** Bits of {@code nud_state}, lowest first: {@code include/uapi/linux/neighbour.h}. */
    private static final List<String> STATES =
            List.of("INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT");

    private static final int NUD_VALID = 0xde;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * One neighbour.
     *
     * @param mac its link address; empty where it is not known
     * @param state what is known of its link address, empty before anything is
     * @param net the inode number of its name space
     * @param neighbour its {@code struct neighbour}
     */
    public record Row(
            Attempt<String> address,
            Attempt<String> device,
            Attempt<Optional<String>> mac,
            Attempt<List<String>> state,
            Attempt<Long> net,
            VirtualAddress neighbour) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var wanted = NetOption.nets(program, options.net).getFirst().address();
        var chains = new Chains(program, error -> context.warn("neighbours: " + error.getMessage()));
        return Stream.of("arp_tbl", "nd_tbl")
                .flatMap(name -> program.findVariable(name).stream())
                .flatMap(table -> chains.tolerant(Neighbours.neighTableForEachNeighbor(table)))
                .filter(neighbour -> options.net.isEmpty()
                        || Attempt.of(() -> net(neighbour).address() == wanted).orElse(true))
                .map(NeighCommand::row);
    }

    private static Row row(Value neighbour) {
        return new Row(
                Attempt.of(() -> address(neighbour)),
                Attempt.of(() -> NetDevices.netdevName(neighbour.member("dev"))),
                Attempt.of(() -> mac(neighbour)),
                Attempt.of(() -> state(neighbour)),
                Attempt.of(() -> NetNamespaces.inode(net(neighbour))),
                new VirtualAddress(neighbour.address()));
    }

    private static Value net(Value neighbour) {
        return DeviceNet.of(neighbour.member("dev"));
    }

    private static String address(Value neighbour) {
        var isIpv6 = neighbour.member("tbl").member("family").intValue() == AF_INET6;
        var key = neighbour.program().bytes(neighbour.member("primary_key").address(), isIpv6 ? 16 : 4);
        return isIpv6 ? Addresses.ipv6(key) : Addresses.ipv4(key);
    }

    private static Optional<String> mac(Value neighbour) {
        var byteSize = neighbour.member("dev").member("addr_len").intValue();
        return (neighbour.member("nud_state").intValue() & NUD_VALID) == 0 || byteSize == 0
                ? Optional.empty()
                : Optional.of(Addresses.link(neighbour.member("ha").bytes(byteSize)));
    }

    private static List<String> state(Value neighbour) {
        var state = neighbour.member("nud_state").intValue();
        return IntStream.range(0, STATES.size())
                .filter(bit -> (state >>> bit & 1) != 0)
                .mapToObj(STATES::get)
                .toList();
    }
}
