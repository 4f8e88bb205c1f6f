package org.wyrm.net.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.linux.list.Lists;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.sock.Socks;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What {@code ss} tells of a socket, in its words: of a full socket, or of the little that is there of another. */
final class SocketTraits {
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_RAW = 3;
    private static final int TCP_TIME_WAIT = 6;
    private static final int TCP_LISTEN = 10;
    private static final int ETH_P_ALL = 3;

    /** {@code UNIX_PATH_MAX}. */
    private static final int MAX_UNIX_PATH = 108;

    /** By {@code skc_state}: {@code include/net/tcp_states.h}. */
    private static final List<String> STATES = List.of(
            "UNKNOWN",
            "ESTAB",
            "SYN-SENT",
            "SYN-RECV",
            "FIN-WAIT-1",
            "FIN-WAIT-2",
            "TIME-WAIT",
            "UNCONN",
            "CLOSE-WAIT",
            "LAST-ACK",
            "LISTEN",
            "CLOSING",
            "SYN-RECV",
            "BOUND");

    private static final List<String> NETLINK_PROTOCOLS = List.of(
            "rtnl",
            "unused",
            "usersock",
            "fw",
            "tcpdiag",
            "nflog",
            "xfrm",
            "selinux",
            "iscsi",
            "audit",
            "fiblookup",
            "connector",
            "nft",
            "ip6fw",
            "dec-rt",
            "uevent",
            "genl",
            "17",
            "scsi-trans",
            "ecryptfs",
            "rdma",
            "crypto");

    private final SocketKind kind;
    private final Value sk;
    private final Value common;
    private final Program program;

    /** @param sk {@code struct sock} */
    SocketTraits(SocketKind kind, Value sk) {
        this.kind = kind;
        this.sk = sk;
        this.common = sk.member("__sk_common");
        this.program = sk.program();
    }

    /** What is not yet sent or read: bytes; of one that listens, connections, and how many there may be. */
    record Queues(long received, long sent) {}

    /** {@return the kind as {@code ss} calls it, which tells of some the type, too} */
    String netid() {
        return switch (kind) {
            case TCP -> "tcp";
            case UDP -> "udp";
            case RAW -> "raw";
            case UNIX -> type() == SOCK_STREAM ? "u_str" : type() == SOCK_SEQPACKET ? "u_seq" : "u_dgr";
            case NETLINK -> "nl";
            case PACKET -> type() == SOCK_RAW ? "p_raw" : "p_dgr";
        };
    }

    private int type() {
        return sk.member("sk_type").intValue();
    }

    private int stateNumber() {
        return common.member("skc_state").intValue();
    }

    /** {@return the state as {@code ss} calls it} */
    String state() {
        var number = stateNumber();
        if (kind == SocketKind.TCP && number == TCP_TIME_WAIT) {
            // What is left of one whose other end has not closed yet waits in the same way.
            number = as("struct inet_timewait_sock").member("tw_substate").intValue();
        }
        if (kind == SocketKind.NETLINK || kind == SocketKind.PACKET) {
            return "UNCONN";
        }
        return number < STATES.size() ? STATES.get(number) : "UNKNOWN-" + number;
    }

    /** {@return whether it waits for what others send: it listens, or is of a kind without connections and has none} */
    boolean isListening() {
        var state = state();
        return state.equals("LISTEN")
                || (state.equals("UNCONN")
                        && kind != SocketKind.TCP
                        && !(kind == SocketKind.UNIX && type() == SOCK_STREAM));
    }

    /** {@return the queues; empty where it is no full socket, which has none} */
    Optional<Queues> queues() {
        if (!Socks.skFullsock(sk)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (kind) {
                    case TCP -> ofTcp();
                    case UDP ->
                        new Queues(
                                readMemory()
                                        - as("struct udp_sock")
                                                .member("forward_deficit")
                                                .intValue(),
                                writeMemory());
                    case UNIX -> ofUnix();
                    default -> new Queues(readMemory(), writeMemory());
                });
    }

    private Queues ofTcp() {
        if (stateNumber() == TCP_LISTEN) {
            return backlog();
        }
        var tcp = as("struct tcp_sock");
        return new Queues(
                Math.max(
                        0,
                        tcp.member("rcv_nxt").intValue()
                                - tcp.member("copied_seq").intValue()),
                Integer.toUnsignedLong(tcp.member("write_seq").intValue()
                        - tcp.member("snd_una").intValue()));
    }

    private Queues backlog() {
        return new Queues(
                sk.member("sk_ack_backlog").longValue(),
                sk.member("sk_max_ack_backlog").longValue());
    }

    private Queues ofUnix() {
        var queue = sk.member("sk_receive_queue");
        if (stateNumber() == TCP_LISTEN) {
            return new Queues(
                    queue.member("qlen").longValue(),
                    sk.member("sk_max_ack_backlog").longValue());
        }
        var lengths = Lists.listForEach(queue.reinterpret(program.type("struct list_head")))
                .map(node -> program.object(program.type("struct sk_buff"), node.address()))
                .mapToLong(this::unread);
        var isStream = type() == SOCK_STREAM || type() == SOCK_SEQPACKET;
        return new Queues(isStream ? lengths.sum() : lengths.findFirst().orElse(0), writeMemory());
    }

    /** {@code unix_skb_len}. */
    private long unread(Value skb) {
        var consumed = program.findType("struct unix_skb_parms")
                .map(parameters -> skb.member("cb")
                        .reinterpret(parameters)
                        .member("consumed")
                        .longValue())
                .orElse(0L);
        return skb.member("len").longValue() - consumed;
    }

    private long readMemory() {
        return sk.member("sk_backlog").member("rmem_alloc").member("counter").longValue();
    }

    /** Allocated, but for what a socket counts itself with. */
    private long writeMemory() {
        return sk.member("sk_wmem_alloc").member("refs").member("counter").longValue() - 1;
    }

    /** {@return the timer that runs; only those of TCP have any} */
    Optional<SocketTimer> timer() {
        return kind == SocketKind.TCP ? SocketTimer.of(sk) : Optional.empty();
    }

    private Value as(String type) {
        return program.object(program.type(type), sk.address());
    }

    /** {@return its own address} */
    String local() {
        return switch (kind) {
            case UNIX -> unixName(as("struct unix_sock")) + " " + inode().orElse(0);
            case NETLINK -> {
                var protocol = sk.member("sk_protocol").intValue();
                var port = Integer.toUnsignedLong(
                        as("struct netlink_sock").member("portid").intValue());
                yield (protocol < NETLINK_PROTOCOLS.size() ? NETLINK_PROTOCOLS.get(protocol) : "" + protocol) + ":"
                        + (port == 0 ? "kernel" : port);
            }
            case PACKET -> {
                var packet = as("struct packet_sock");
                var protocol = bigEndian(packet.member("num"));
                yield (protocol == ETH_P_ALL ? "*" : "[%d]".formatted(protocol)) + ":"
                        + device(packet.member("ifindex").intValue());
            }
            default ->
                endpoint(
                        common.member("skc_rcv_saddr"),
                        "skc_v6_rcv_saddr",
                        common.member("skc_num").intValue());
        };
    }

    /** {@return the address of the other end; {@code *} where there is none} */
    String peer() {
        return switch (kind) {
            case UNIX -> {
                var peer = as("struct unix_sock").member("peer");
                if (peer.isNull()) {
                    yield "* 0";
                }
                yield new SocketTraits(kind, peer.dereference()).local();
            }
            case NETLINK, PACKET -> "*";
            default -> endpoint(common.member("skc_daddr"), "skc_v6_daddr", bigEndian(common.member("skc_dport")));
        };
    }

    private String endpoint(Value ipv4, String ipv6, int port) {
        var address = common.member("skc_family").intValue() == AF_INET6
                ? "[" + Addresses.ipv6(common.member(ipv6).bytes()) + "]"
                : Addresses.ipv4(ipv4);
        return address + ":" + (port == 0 ? "*" : port);
    }

    private static int bigEndian(Value twoBytes) {
        var bytes = twoBytes.bytes();
        return (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff);
    }

    private String device(int index) {
        return index == 0
                ? "*"
                : NetDevices.netdevGetByIndex(net(), index)
                        .map(NetDevices::netdevName)
                        .orElse("if" + index);
    }

    private String unixName(Value unix) {
        var address = unix.member("addr");
        if (address.isNull()) {
            return "*";
        }
        var name = address.member("name");
        var path = Value.sizeOf(program.type("struct sockaddr_un")) - MAX_UNIX_PATH;
        var byteSize = address.member("len").longValue() - path;
        if (byteSize <= 0) {
            return "*";
        }
        var bytes = program.bytes(name.address() + path, (int) Math.min(byteSize, MAX_UNIX_PATH));
        var text = new String(bytes, StandardCharsets.UTF_8);
        // Of the abstract name space, where NUL is a character like others; else it ends the path.
        return bytes[0] == 0 ? text.replace('\0', '@') : text.substring(0, (text + '\0').indexOf('\0'));
    }

    /** {@return the inode by which user space knows it; empty where no process can have it open} */
    OptionalLong inode() {
        var socket = socket();
        return socket == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Socks.sockInode(program.object(program.type("struct socket"), socket))
                        .member("i_ino")
                        .longValue());
    }

    /** {@return the address of its {@code struct socket}, or 0} */
    long socket() {
        return Socks.skFullsock(sk) ? sk.member("sk_socket").longValue() : 0;
    }

    /** {@return its name space, {@code struct net}} */
    Value net() {
        return net(sk);
    }

    /** {@return the name space of a socket of any kind, {@code struct net}} */
    static Value net(Value sk) {
        return sk.member("__sk_common")
                .member("skc_net")
                .findMember("net")
                .map(Value::dereference)
                // A kernel without name spaces has one.
                .orElseGet(() -> sk.program().variable("init_net"));
    }
}
