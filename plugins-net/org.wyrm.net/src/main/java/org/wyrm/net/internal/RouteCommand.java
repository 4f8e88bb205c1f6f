package org.wyrm.net.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.internal.NextHops.Hop;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists routes, as {@code ip route show table all} does. */
@ProvidesCommand(
        name = "route",
        summary = "list the IPv4 and IPv6 routes of all name spaces",
        row = RouteCommand.Row.class,
        target = Program.class)
public final class RouteCommand implements Command<RouteCommand.Options> {
    /** {@code RTN_*}: {@code include/uapi/linux/rtnetlink.h}. */
    private static final List<String> TYPES = List.of(
            "unspec",
            "unicast",
            "local",
            "broadcast",
            "anycast",
            "multicast",
            "blackhole",
            "unreachable",
            "prohibit",
            "throw",
            "nat",
            "xresolve");

    private static final Map<Long, String> TABLES = Map.of(253L, "default", 254L, "main", 255L, "local");

    /** {@code RTPROT_*}: who made a route. */
    private static final Map<Long, String> PROTOCOLS = Map.of(
            0L, "unspec", 1L, "redirect", 2L, "kernel", 3L, "boot", 4L, "static", 9L, "ra", 16L, "dhcp", 186L, "bgp");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-4", "--ipv4"},
                    help = "IPv4 routes only")
            boolean ipv4,

            @Flag(
                    names = {"-6", "--ipv6"},
                    help = "IPv6 routes only")
            boolean ipv6,

            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * One route, or one of its next hops.
     *
     * @param gateway the router; empty where the destination is on the link
     * @param source the address that packets get; empty where the route says none
     * @param net the inode number of its name space
     * @param route its {@code struct fib_alias}, or {@code struct fib6_info}
     */
    public record Row(
            Attempt<String> destination,
            Attempt<Optional<String>> gateway,
            Attempt<Optional<String>> device,
            Attempt<Optional<String>> source,
            Attempt<Long> metric,
            Attempt<String> type,
            Attempt<String> protocol,
            String table,
            Attempt<Long> net,
            VirtualAddress route) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.ipv4 && options.ipv6) {
            throw new UsageException("--ipv4 and --ipv6 leave no route");
        }
        var program = LinuxKernel.require(context.target(Program.class));
        var chains = new Chains(program, error -> context.warn("routes: " + error.getMessage()));
        var ipv4 = new FibTrie(program);
        return NetOption.nets(program, options.net).stream().flatMap(net -> {
            var inode = Attempt.of(() -> NetNamespaces.inode(net));
            return Stream.concat(
                    options.ipv6
                            ? Stream.empty()
                            : chains.tolerant(Stream.of(net).flatMap(ipv4::routes))
                                    .flatMap(route -> ofIpv4(route, inode)),
                    options.ipv4
                            ? Stream.empty()
                            : chains.tolerant(Stream.of(net).flatMap(Fib6Tree::routes))
                                    .flatMap(route -> ofIpv6(route, inode)));
        });
    }

    private static Stream<Row> ofIpv4(FibTrie.Route route, Attempt<Long> net) {
        var info = route.alias().member("fa_info");
        return hops(Attempt.of(() -> NextHops.ipv4(info)))
                .map(hop -> new Row(
                        new Attempt.Success<>(destination(route.address(), route.prefixBits())),
                        hop.map(Hop::gateway),
                        hop.map(Hop::device),
                        Attempt.of(() -> Optional.of(info.member("fib_prefsrc"))
                                .filter(Value::booleanValue)
                                .map(Addresses::ipv4)),
                        Attempt.of(() -> info.member("fib_priority").longValue()),
                        Attempt.of(() -> type(route.alias().member("fa_type"))),
                        Attempt.of(() ->
                                named(PROTOCOLS, info.member("fib_protocol").longValue())),
                        named(TABLES, route.table()),
                        net,
                        new VirtualAddress(route.alias().address())));
    }

    private static Stream<Row> ofIpv6(Fib6Tree.Route route, Attempt<Long> net) {
        var info = route.info();
        return hops(Attempt.of(() -> NextHops.ipv6(info)))
                .map(hop -> new Row(
                        Attempt.of(() -> prefix(info.member("fib6_dst"))),
                        hop.map(Hop::gateway),
                        hop.map(Hop::device),
                        Attempt.of(() -> Optional.of(info.member("fib6_prefsrc"))
                                .filter(key -> key.member("plen").booleanValue())
                                .map(key -> Addresses.ipv6(key.member("addr").bytes()))),
                        Attempt.of(() -> info.member("fib6_metric").longValue()),
                        Attempt.of(() -> type(info.member("fib6_type"))),
                        Attempt.of(() ->
                                named(PROTOCOLS, info.member("fib6_protocol").longValue())),
                        named(TABLES, route.table()),
                        net,
                        new VirtualAddress(info.address())));
    }

    /** A route that goes nowhere has a row, too. */
    private static Stream<Attempt<Hop>> hops(Attempt<List<Hop>> hops) {
        var found = hops.orElse(List.of());
        return found.isEmpty()
                ? Stream.of(hops.map(none -> new Hop(Optional.empty(), Optional.empty())))
                : found.stream().map(Attempt.Success::new);
    }

    private static String prefix(Value key) {
        return destination(
                Addresses.ipv6(key.member("addr").bytes()), key.member("plen").intValue());
    }

    private static String destination(String address, int prefixBits) {
        return address + "/" + prefixBits;
    }

    private static String type(Value number) {
        var type = number.intValue();
        return type < TYPES.size() ? TYPES.get(type) : Integer.toString(type);
    }

    private static String named(Map<Long, String> names, long number) {
        return names.getOrDefault(number, Long.toString(number));
    }
}
