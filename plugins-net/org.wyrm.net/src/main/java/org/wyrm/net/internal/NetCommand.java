package org.wyrm.net.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists network devices, as {@code ip address} does. */
@ProvidesCommand(
        name = "net",
        summary = "list the network devices of all name spaces and their addresses",
        row = NetCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "network", title = "Network devices", command = "net", rank = 1200)
public final class NetCommand implements Command<NetCommand.Options> {
    private static final long IFF_UP = 1;
    private static final long LINK_STATE_START = 1;
    private static final long LINK_STATE_NOCARRIER = 1 << 2;
    private static final int IF_OPER_UNKNOWN = 0;
    private static final int IF_OPER_DOWN = 2;
    private static final int IF_OPER_UP = 6;

    /** {@code operstate} as {@code ip} calls it: {@code RFC 2863}. */
    private static final List<String> OPERATION =
            List.of("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * One device.
     *
     * @param net the inode number of its name space
     * @param state how its operation is
     * @param flags those that {@code ip} shows
     * @param mtu the most bytes that a packet may have
     * @param mac its link address; empty where it has none
     * @param addresses with the length of the prefix
     * @param device its {@code struct net_device}
     */
    public record Row(
            Attempt<Long> net,
            Attempt<Integer> index,
            Attempt<String> name,
            Attempt<String> state,
            Attempt<List<String>> flags,
            Attempt<Long> mtu,
            Attempt<Optional<String>> mac,
            Attempt<List<String>> addresses,
            VirtualAddress device) {}

    /** A bit of {@code flags} and its name. */
    private record Flagged(long bit, String name) {}

    /** In the order of {@code ip}. */
    private static final List<Flagged> FLAGS = List.of(
            new Flagged(1 << 3, "LOOPBACK"),
            new Flagged(1 << 1, "BROADCAST"),
            new Flagged(1 << 4, "POINTOPOINT"),
            new Flagged(1 << 12, "MULTICAST"),
            new Flagged(1 << 7, "NOARP"),
            new Flagged(1 << 9, "ALLMULTI"),
            new Flagged(1 << 8, "PROMISC"),
            new Flagged(1 << 10, "MASTER"),
            new Flagged(1 << 11, "SLAVE"),
            new Flagged(1 << 2, "DEBUG"),
            new Flagged(1 << 15, "DYNAMIC"),
            new Flagged(1 << 14, "AUTOMEDIA"),
            new Flagged(1 << 13, "PORTSEL"),
            new Flagged(1 << 5, "NOTRAILERS"),
            new Flagged(IFF_UP, "UP"));

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var chains = new Chains(program, error -> context.warn("devices: " + error.getMessage()));
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> chains.tolerant(NetDevices.forEachNetdev(net)).map(device -> row(net, device)));
    }

    private static Row row(Value net, Value device) {
        return new Row(
                Attempt.of(() -> NetNamespaces.inode(net)),
                Attempt.of(() -> device.member("ifindex").intValue()),
                Attempt.of(() -> NetDevices.netdevName(device)),
                Attempt.of(() -> state(device)),
                Attempt.of(() -> flags(device)),
                Attempt.of(() -> device.member("mtu").longValue()),
                Attempt.of(() -> mac(device)),
                Attempt.of(() -> addresses(device)),
                new VirtualAddress(device.address()));
    }

    /** {@code operstate_show}: a device that is not started is down, whatever it was when it was stopped. */
    private static String state(Value device) {
        var number = isStarted(device) ? device.member("operstate").intValue() : IF_OPER_DOWN;
        return number < OPERATION.size() ? OPERATION.get(number) : "UNKNOWN-" + number;
    }

    private static boolean isStarted(Value device) {
        return (device.member("state").longValue() & LINK_STATE_START) != 0;
    }

    /** {@code dev_get_flags}, and what {@code ip} makes of it. */
    private static List<String> flags(Value device) {
        var flags = device.member("flags").longValue();
        var state = device.member("state").longValue();
        var operation = device.member("operstate").intValue();
        var isStarted = isStarted(device);
        var isRunning = isStarted && (operation == IF_OPER_UP || operation == IF_OPER_UNKNOWN);
        var names = new ArrayList<String>();
        if ((flags & IFF_UP) != 0 && !isRunning) {
            names.add("NO-CARRIER");
        }
        FLAGS.stream()
                .filter(flag -> (flags & flag.bit) != 0)
                .map(Flagged::name)
                .forEach(names::add);
        if (isStarted && (state & LINK_STATE_NOCARRIER) == 0) {
            names.add("LOWER_UP");
        }
        return names;
    }

    private static Optional<String> mac(Value device) {
        var byteSize = device.member("addr_len").intValue();
        return byteSize == 0
                ? Optional.empty()
                : Optional.of(Addresses.link(
                        device.program().bytes(device.member("dev_addr").longValue(), byteSize)));
    }

    private static List<String> addresses(Value device) {
        var ipv4 = NetDevices.netdevIpv4Addrs(device)
                .map(address -> Addresses.ipv4(address.member("ifa_local")) + "/"
                        + address.member("ifa_prefixlen").longValue());
        var ipv6 = NetDevices.netdevIpv6Addrs(device)
                .map(address -> Addresses.ipv6(address.member("addr").bytes()) + "/"
                        + address.member("prefix_len").longValue());
        return Stream.concat(ipv4, ipv6).toList();
    }
}
