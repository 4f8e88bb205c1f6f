package org.wyrm.net.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wyrm.program.Value;

/** What a packet is, shortly: by its headers, or by what TCP notes of it where it has none yet. */
final class PacketText {
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int PORTS_BYTES = 4;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    /** From the lowest bit on. */
    private static final List<String> TCP_FLAGS = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");

    private PacketText() {}

    /** {@return the protocol by the number of Ethernet; empty where there is none} */
    static Optional<String> protocol(Value skb) {
        var number = bigEndian(skb.member("protocol").bytes(), 0);
        return switch (number) {
            case 0 -> Optional.empty();
            case ETH_P_IP -> Optional.of("ip");
            case ETH_P_IPV6 -> Optional.of("ip6");
            case 0x0806 -> Optional.of("arp");
            case 0x8100 -> Optional.of("vlan");
            case 0x88cc -> Optional.of("lldp");
            default -> Optional.of("0x%04x".formatted(number));
        };
    }

    /** {@return the part of the stream that a packet of TCP holds, as TCP notes it: {@code seq 17:1017 PSH,ACK}} */
    static String segment(Value skb) {
        var control = skb.member("cb").reinterpret(skb.program().type("struct tcp_skb_cb"));
        var flags = control.member("tcp_flags").intValue();
        var words = IntStream.range(0, TCP_FLAGS.size())
                .filter(bit -> (flags >> bit & 1) != 0)
                .mapToObj(TCP_FLAGS::get)
                .collect(Collectors.joining(","));
        return "seq %d:%d%s"
                .formatted(
                        control.member("seq").longValue(),
                        control.member("end_seq").longValue(),
                        words.isEmpty() ? "" : " " + words);
    }

    /** {@return the ends of a packet of IP: {@code udp 10.0.0.1:53 > 10.0.0.2:9}; empty of others} */
    static Optional<String> headers(Value skb) {
        var protocol = bigEndian(skb.member("protocol").bytes(), 0);
        // An offset from the head; 0 where nobody has set it.
        var at = skb.member("network_header").longValue();
        var isIpv4 = protocol == ETH_P_IP;
        var fixed = isIpv4 ? IPV4_BYTES : IPV6_BYTES;
        if (at == 0 || (!isIpv4 && protocol != ETH_P_IPV6) || at + fixed > end(skb)) {
            return Optional.empty();
        }
        var header = bytes(skb, at, fixed);
        var version = (header[0] & 0xff) >>> 4;
        if (version != (isIpv4 ? 4 : 6)) {
            return Optional.empty();
        }
        return Optional.of(isIpv4 ? ofIpv4(skb, at, header) : ofIpv6(skb, at, header));
    }

    private static String ofIpv4(Value skb, long at, byte[] header) {
        var isFirst = (bigEndian(header, 6) & FRAGMENT_OFFSET) == 0;
        return text(
                skb,
                header[9] & 0xff,
                Addresses.ipv4(Arrays.copyOfRange(header, 12, 16)),
                Addresses.ipv4(Arrays.copyOfRange(header, 16, 20)),
                isFirst ? at + (header[0] & 0xf) * 4L : Long.MAX_VALUE);
    }

    private static String ofIpv6(Value skb, long at, byte[] header) {
        return text(
                skb,
                header[6] & 0xff,
                "[" + Addresses.ipv6(Arrays.copyOfRange(header, 8, 24)) + "]",
                "[" + Addresses.ipv6(Arrays.copyOfRange(header, 24, 40)) + "]",
                at + IPV6_BYTES);
    }

    private static String text(Value skb, int protocol, String source, String destination, long portsAt) {
        var hasPorts = (protocol == 6 || protocol == 17) && portsAt <= end(skb) - PORTS_BYTES;
        var ports = hasPorts ? bytes(skb, portsAt, PORTS_BYTES) : new byte[0];
        return "%s %s > %s"
                .formatted(
                        name(protocol),
                        hasPorts ? source + ":" + bigEndian(ports, 0) : source,
                        hasPorts ? destination + ":" + bigEndian(ports, 2) : destination);
    }

    private static String name(int protocol) {
        return switch (protocol) {
            case 1 -> "icmp";
            case 2 -> "igmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 47 -> "gre";
            case 50 -> "esp";
            case 58 -> "icmp6";
            case 132 -> "sctp";
            default -> "protocol " + protocol;
        };
    }

    /** How far from the head the part of a packet goes that lies in one piece. */
    private static long end(Value skb) {
        return skb.member("data").longValue()
                - skb.member("head").longValue()
                + skb.member("len").longValue()
                - skb.member("data_len").longValue();
    }

    private static byte[] bytes(Value skb, long at, int count) {
        return skb.program().bytes(skb.member("head").longValue() + at, count);
    }

    private static int bigEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << Byte.SIZE | (bytes[at + 1] & 0xff);
    }
}
