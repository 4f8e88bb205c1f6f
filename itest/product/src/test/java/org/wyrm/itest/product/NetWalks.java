package org.wyrm.itest.product;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.listnulls.ListNulls;
import org.wyrm.linux.pid.Pids;
import org.wyrm.net.neighbour.Neighbours;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.pktsched.Qdiscs;
import org.wyrm.net.skbuff.Skbuffs;
import org.wyrm.net.sock.Socks;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers of {@code org.wyrm.net} find in a dump, as lines that {@code itest/lab/net.drgn.py} writes too. */
final class NetWalks extends Walks {
    /** The major number of no queueing discipline. */
    private static final int NO_QDISC = 0x7777;

    NetWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of the structure that they are of} */
    Map<String, String> lines() {
        addresses("nets", NetNamespaces.forEachNet(program));
        NetNamespaces.forEachNet(program).forEach(net -> {
            addresses("devices(" + hex(net) + ")", NetDevices.forEachNetdev(net));
            NetDevices.forEachNetdev(net).forEach(device -> device(net, device));
        });
        var table = program.variable("tcp_hashinfo");
        for (var i = 0; i <= table.member("ehash_mask").intValue(); i++) {
            var head = table.member("ehash").subscript(i).member("chain");
            if (!ListNulls.hlistNullsEmpty(head)) {
                addresses("ehash " + i, Socks.skNullsForEach(head));
                Socks.skNullsForEach(head)
                        .forEach(sk -> say(
                                "state(" + hex(sk) + ")",
                                Stream.of(
                                        Socks.skFullsock(sk) ? "1" : "0",
                                        Long.toString(Socks.skTcpstate(sk).longValue()))));
            }
        }
        Pids.forEachTask(program)
                .filter(task ->
                        task.member("tgid").longValue() == task.member("pid").longValue()
                                && !task.member("files").isNull())
                .forEach(this::files);
        addresses("arp_tbl", Neighbours.neighTableForEachNeighbor(program.variable("arp_tbl")));
        addresses("nd_tbl", Neighbours.neighTableForEachNeighbor(program.variable("nd_tbl")));
        return lines;
    }

    private void device(Value net, Value device) {
        var key = "(" + hex(device) + ")";
        var name = NetDevices.netdevName(device);
        say("name" + key, Stream.of(name));
        addresses(
                "by index" + key,
                NetDevices.netdevGetByIndex(net, device.member("ifindex").intValue()).stream());
        addresses("by name" + key, NetDevices.netdevGetByName(net, name).stream());
        addresses("priv" + key, Stream.of(NetDevices.netdevPriv(device)));
        addresses("queues" + key, NetDevices.netdevForEachTxQueue(device));
        addresses("ipv4" + key, NetDevices.netdevIpv4Addrs(device));
        addresses("ipv6" + key, NetDevices.netdevIpv6Addrs(device));
        var qdisc = device.member("qdisc");
        var major = (int) (qdisc.member("handle").longValue() >>> 16);
        var isItsOwn = qdisc.member("dev_queue").member("dev").longValue() == device.address();
        (isItsOwn ? IntStream.of(major, NO_QDISC) : IntStream.of(major))
                .forEach(wanted -> addresses("qdisc " + wanted + key, Qdiscs.qdiscLookup(device, wanted).stream()));
    }

    private void files(Value task) {
        var operations = program.variable("socket_file_ops").address();
        var table = task.member("files").member("fdt");
        for (var fd = 0; fd < table.member("max_fds").intValue(); fd++) {
            var file = table.member("fd").subscript(fd);
            if (!file.isNull() && file.member("f_op").longValue() == operations) {
                var socket = Socks.socketI(file.member("f_inode"));
                var key = "(" + task.member("pid").longValue() + " " + fd + ")";
                addresses("socket" + key, Stream.of(socket, Socks.sockInode(socket)));
                var skbs = Lists.listForEach(socket.member("sk")
                                .member("sk_receive_queue")
                                .reinterpret(program.type("struct list_head")))
                        .map(node -> program.object(program.type("struct sk_buff"), node.address()))
                        .toList();
                for (var i = 0; i < skbs.size(); i++) {
                    addresses("shinfo " + i + key, Stream.of(Skbuffs.skbShinfo(skbs.get(i))));
                }
            }
        }
    }
}
