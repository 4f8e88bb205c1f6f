package org.wyrm.net.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.program.Value;

/** Where packets of a route go next: {@code struct fib_nh_common}, of the route itself or of nexthop objects. */
final class NextHops {
    private static final int AF_INET6 = 10;

    /** No route has more. */
    private static final long MOST_HOPS = 1 << 16;

    private NextHops() {}

    /**
     * A next hop.
     *
     * @param gateway the router; empty where the destination is on the link
     * @param device empty where packets go nowhere
     */
    record Hop(Optional<String> gateway, Optional<String> device) {}

    /**
     * {@return the next hops of an IPv4 route}
     *
     * @param info {@code struct fib_info *}
     */
    static List<Hop> ipv4(Value info) {
        return hops(info, "fib_nh", checked(info, info.member("fib_nhs")));
    }

    /**
     * {@return the next hops of an IPv6 route}
     *
     * @param info {@code struct fib6_info}
     */
    static List<Hop> ipv6(Value info) {
        return hops(info, "fib6_nh", 1);
    }

    private static List<Hop> hops(Value info, String own, long count) {
        // Since Linux kernel commit 4c7e8084fd46 ("ipv4: Plumb support for nexthop object in a fib_info") (in v5.3), a
        // route may point to nexthop objects. Before that, it has its own next hops.
        var object = info.findMember("nh").filter(nexthop -> !nexthop.isNull());
        return (object.isPresent()
                        ? common(object.get())
                        : LongStream.range(0, count)
                                .mapToObj(index ->
                                        info.member(own).subscript(index).member("nh_common")))
                .map(NextHops::hop)
                .toList();
    }

    private static Stream<Value> common(Value nexthop) {
        if (!nexthop.member("is_group").booleanValue()) {
            return Stream.of(nexthop.member("nh_info").member("fib_nhc"));
        }
        var group = nexthop.member("nh_grp");
        return LongStream.range(0, checked(group, group.member("num_nh")))
                .mapToObj(index -> group.member("nh_entries")
                        .subscript(index)
                        .member("nh")
                        .member("nh_info")
                        .member("fib_nhc"));
    }

    private static long checked(Value of, Value count) {
        var number = count.longValue();
        if (number < 0 || number > MOST_HOPS) {
            throw new CorruptStructureException("route", of.longValue(), "it has " + number + " next hops");
        }
        return number;
    }

    private static Hop hop(Value common) {
        var family = common.member("nhc_gw_family").intValue();
        var gateway = common.member("nhc_gw");
        var device = common.member("nhc_dev");
        return new Hop(
                family == 0
                        ? Optional.empty()
                        : Optional.of(
                                family == AF_INET6
                                        ? Addresses.ipv6(gateway.member("ipv6").bytes())
                                        : Addresses.ipv4(gateway.member("ipv4"))),
                device.isNull() ? Optional.empty() : Optional.of(NetDevices.netdevName(device)));
    }
}
