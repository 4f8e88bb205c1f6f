package org.wyrm.net.netdevice;

import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/** Network devices: {@code struct net_device}. */
@ProvidesHelpers(
        names = {
            "for_each_netdev",
            "netdev_for_each_tx_queue",
            "netdev_get_by_index",
            "netdev_get_by_name",
            "netdev_ipv4_addrs",
            "netdev_ipv6_addrs",
            "netdev_name",
            "netdev_priv"
        })
public final class NetDevices {
    /** {@code NETDEV_HASHENTRIES}. */
    private static final int HASH_ENTRIES = 1 << 8;

    /** {@code NETDEV_ALIGN}. */
    private static final long PRIVATE_ALIGNMENT = 32;

    private NetDevices() {}

    /**
     * {@return the devices of the initial name space, {@code struct net_device}, by the time of their registration}
     *
     * @kernel include/linux/netdevice.h
     */
    @KernelName("for_each_netdev")
    public static Stream<Value> forEachNetdev(Program program) {
        return forEachNetdev(program.variable("init_net"));
    }

    /**
     * {@return the devices of a name space, {@code struct net_device}, by the time of their registration}
     *
     * @param net {@code struct net *}
     * @kernel include/linux/netdevice.h
     */
    @KernelName("for_each_netdev")
    public static Stream<Value> forEachNetdev(Value net) {
        return Lists.listForEachEntry(net.program().type("struct net_device"), net.member("dev_base_head"), "dev_list");
    }

    /**
     * {@return the device of a number in the initial name space, {@code struct net_device}}
     *
     * @kernel net/core/dev.c
     */
    @KernelName("netdev_get_by_index")
    public static Optional<Value> netdevGetByIndex(Program program, int index) {
        return netdevGetByIndex(program.variable("init_net"), index);
    }

    /**
     * {@return the device of a number, {@code struct net_device}}
     *
     * @param net {@code struct net *}
     * @kernel net/core/dev.c
     */
    @KernelName("netdev_get_by_index")
    public static Optional<Value> netdevGetByIndex(Value net, int index) {
        var head = net.member("dev_index_head").subscript(index & (HASH_ENTRIES - 1));
        return Lists.hlistForEachEntry(net.program().type("struct net_device"), head, "index_hlist")
                .filter(device -> device.member("ifindex").intValue() == index)
                .findFirst();
    }

    /**
     * {@return the device of a name in the initial name space, {@code struct net_device}}
     *
     * @param name its name, or another one that it was given
     * @kernel net/core/dev.c
     */
    @KernelName("netdev_get_by_name")
    public static Optional<Value> netdevGetByName(Program program, String name) {
        return netdevGetByName(program.variable("init_net"), name);
    }

    /**
     * {@return the device of a name, {@code struct net_device}}
     *
     * @param net {@code struct net *}
     * @param name its name, or another one that it was given
     * @kernel net/core/dev.c
     */
    @KernelName("netdev_get_by_name")
    public static Optional<Value> netdevGetByName(Value net, String name) {
        // Since Linux kernel commit ff92741270bf ("net: introduce name_node struct to be used in hashlist") (in v5.5),
        // the hash table is of names. Before that, it is of devices.
        var node = net.program().findType("struct netdev_name_node");
        var type = node.orElseGet(() -> net.program().type("struct net_device"));
        var heads = net.member("dev_name_head");
        return LongStream.range(0, HASH_ENTRIES)
                .mapToObj(heads::subscript)
                .flatMap(head -> Lists.hlistForEachEntry(type, head, node.isPresent() ? "hlist" : "name_hlist"))
                .filter(named -> named.member("name").string().equals(name))
                .findFirst()
                .map(named -> node.isPresent() ? named.member("dev").dereference() : named);
    }

    /**
     * {@return the name of a device}
     *
     * @param device {@code struct net_device *}
     * @kernel include/linux/netdevice.h
     */
    @KernelName("netdev_name")
    public static String netdevName(Value device) {
        return device.member("name").string();
    }

    /**
     * {@return what a driver keeps with a device, as a {@code void *}}
     *
     * @param device {@code struct net_device *}
     * @kernel include/linux/netdevice.h
     */
    @KernelName("netdev_priv")
    public static Value netdevPriv(Value device) {
        var program = device.program();
        return program.scalar(program.type("void *"), privateAddress(device));
    }

    /**
     * {@return what a driver keeps with a device}
     *
     * @param device {@code struct net_device *}
     * @param type its type
     * @kernel include/linux/netdevice.h
     */
    @KernelName("netdev_priv")
    public static Value netdevPriv(Value device, TargetType type) {
        return device.program().object(type, privateAddress(device));
    }

    private static long privateAddress(Value device) {
        // Since Linux kernel commit 13cabc47f8ae ("netdevice: define and allocate &net_device _properly_") (in v6.11),
        // it is the last member. Before that, it follows the structure.
        return device.findMember("priv").map(Value::address).orElseGet(() -> {
            var byteSize = Value.sizeOf(Walk.typeOf(device));
            return Walk.addressOf(device) + (byteSize + PRIVATE_ALIGNMENT - 1) / PRIVATE_ALIGNMENT * PRIVATE_ALIGNMENT;
        });
    }

    /**
     * {@return the queues that a device sends from, {@code struct netdev_queue}}
     *
     * @param device {@code struct net_device *}
     * @kernel include/linux/netdevice.h
     */
    @KernelName("netdev_for_each_tx_queue")
    public static Stream<Value> netdevForEachTxQueue(Value device) {
        var queues = device.member("_tx");
        return LongStream.range(0, device.member("num_tx_queues").longValue())
                .peek(index -> device.program().cancellation().check())
                .mapToObj(queues::subscript);
    }

    /**
     * {@return the IPv4 addresses of a device, {@code struct in_ifaddr}}
     *
     * @param device {@code struct net_device *}
     * @kernel include/linux/inetdevice.h
     */
    @KernelName("netdev_ipv4_addrs")
    public static Stream<Value> netdevIpv4Addrs(Value device) {
        var of = device.member("ip_ptr");
        if (of.isNull()) {
            return Stream.empty();
        }
        var program = device.program();
        var type = program.type("struct in_ifaddr");
        var next = Field.of(type, "ifa_next").byteOffset();
        return Walk.chain(
                        program,
                        "in_ifaddr",
                        of.member("ifa_list").longValue(),
                        0,
                        address -> program.memory().u64(address + next))
                .map(address -> program.object(type, address));
    }

    /**
     * {@return the IPv6 addresses of a device, {@code struct inet6_ifaddr}}
     *
     * @param device {@code struct net_device *}
     * @kernel include/net/if_inet6.h
     */
    @KernelName("netdev_ipv6_addrs")
    public static Stream<Value> netdevIpv6Addrs(Value device) {
        var of = device.member("ip6_ptr");
        return of.isNull()
                ? Stream.empty()
                : Lists.listForEachEntry(
                        device.program().type("struct inet6_ifaddr"), of.member("addr_list"), "if_list");
    }
}
