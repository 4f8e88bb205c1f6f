package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a guest said of its network, each thing as one text: {@code /proc/net}, {@code ip addr}, {@code /proc/PID}. */
final class GuestNet {
    private static final Pattern DEVICE = Pattern.compile("(\\d+): ([^:@]+)(?:@\\w+)?: <(.*)> mtu (\\d+).*");
    private static final Pattern QDISC = Pattern.compile("\\d+: ([^:@]+).* qdisc (\\w+).*");
    private static final Pattern SOCKET = Pattern.compile("(\\d+) -> socket:\\[(\\d+)\\]");
    private static final Pattern NET = Pattern.compile("(?m)^net -> net:\\[(\\d+)\\]$");

    private static final Map<String, String> TCP_STATES = Map.of("01", "ESTAB", "07", "UNCONN", "0A", "LISTEN");

    private static final Map<String, String> NETLINK = Map.of(
            "0",
            "rtnl",
            "4",
            "tcpdiag",
            "7",
            "selinux",
            "9",
            "audit",
            "10",
            "fiblookup",
            "11",
            "connector",
            "15",
            "uevent",
            "16",
            "genl");

    private final Path folder;

    GuestNet(Path facts) {
        this.folder = facts;
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String[]> table(String name) {
        return lines("proc/net/" + name).stream()
                .skip(1)
                .map(line -> line.strip().split("[\\s]+"));
    }

    /** {@return netid, state, unread bytes, ends, inode of each TCP and UDP socket; with its address where it is told} */
    Set<String> inetSockets() {
        var found = new TreeSet<String>();
        for (var name : List.of("tcp", "tcp6", "udp", "udp6", "raw")) {
            table(name).forEach(words -> {
                var netid = name.replace("6", "");
                var state = TCP_STATES.get(words[3]);
                assertThat(state).as("state %s", words[3]).isNotNull();
                var queues = words[4].split(":");
                var inode = words[9];
                found.add(String.join(
                        " ",
                        netid,
                        state,
                        Long.toString(Long.parseLong(queues[1], 16)),
                        state.equals("LISTEN") ? "-" : Long.toString(Long.parseLong(queues[0], 16)),
                        end(words[1]),
                        end(words[2]),
                        inode,
                        pointer(words[11])));
            });
        }
        return found;
    }

    private static String pointer(String text) {
        return text.startsWith("ffff") ? "0x" + text : "";
    }

    private static String end(String text) {
        var words = text.split(":");
        return address(words[0]) + " " + Integer.parseInt(words[1], 16);
    }

    /** Written as numbers of four bytes, each in the order of the machine. */
    private static String address(String hexadecimal) {
        var bytes = HexFormat.of().parseHex(hexadecimal);
        var swapped = new byte[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            swapped[i] = bytes[i / 4 * 4 + 3 - i % 4];
        }
        return of(swapped);
    }

    private static String of(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return an address as this class writes it} */
    static String normal(String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return netid, state, name and inode of each Unix socket, and its address where it is told} */
    Set<String> unixSockets() {
        return table("unix")
                .map(words -> String.join(
                        " ",
                        Map.of("0001", "u_str", "0002", "u_dgr", "0005", "u_seq")
                                .get(words[4]),
                        words[3].equals("00010000") ? "LISTEN" : words[5].equals("03") ? "ESTAB" : "UNCONN",
                        words.length > 7 ? words[7] : "*",
                        words[6],
                        pointer(words[0].replace(":", ""))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return protocol, queues and inode of each netlink socket, and its address where it is told} */
    Set<String> netlinkSockets() {
        return table("netlink")
                .map(words -> String.join(
                        " ",
                        NETLINK.get(words[1]) + ":" + (words[2].equals("0") ? "kernel" : words[2]),
                        words[4],
                        words[5],
                        words[9],
                        pointer(words[0])))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return what a packet socket hears and its inode, and its address where it is told} */
    Set<String> packetSockets() {
        return table("packet")
                .map(words -> String.join(
                        " ",
                        words[2].equals("3") ? "p_raw" : "p_dgr",
                        (words[3].equals("0003") ? "*" : words[3]) + ":" + (words[4].equals("0") ? "*" : words[4]),
                        words[8],
                        pointer(words[0])))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return PID, number of the file and inode of each socket that a process has open} */
    Set<String> owners() {
        var found = new TreeSet<String>();
        GuestDump.processes(folder, "fd.txt")
                .forEach((pid, text) -> SOCKET.matcher(text)
                        .results()
                        .forEach(open -> found.add(pid + " " + open.group(1) + " " + open.group(2))));
        return found;
    }

    /** {@return the network name spaces of processes} */
    Set<String> nets() {
        return GuestDump.processes(folder, "ns.txt").values().stream()
                .flatMap(text -> NET.matcher(text).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the name space of the init process} */
    String initialNet() {
        var found = NET.matcher(GuestDump.processes(folder, "ns.txt").get("1"));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    /** {@return number, name, flags, MTU, link address, addresses of each device} */
    Set<String> devices() {
        var found = new ArrayList<String>();
        for (var line : lines("ip-addr")) {
            var words = line.strip().split(" ");
            var device = DEVICE.matcher(line);
            if (device.matches()) {
                found.add("%s %s %s %s".formatted(device.group(1), device.group(2), device.group(3), device.group(4)));
            } else if (words[0].startsWith("link/")) {
                found.add(found.removeLast() + " " + words[1]);
            } else if (words[0].startsWith("inet")) {
                found.add(found.removeLast() + " " + words[1]);
            }
        }
        return new TreeSet<>(found);
    }

    /** {@return the queueing discipline of each device} */
    Set<String> qdiscs() {
        return lines("ip-addr").stream()
                .map(QDISC::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1) + " " + found.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return destination and type of each IPv4 route, of the tables main and local} */
    Set<String> ipv4Routes() {
        var found = new TreeSet<String>();
        var address = "";
        for (var line : lines("proc/net/fib_trie")) {
            var words = line.strip().split(" ");
            if (words[0].equals("|--")) {
                address = words[1];
            } else if (words[0].matches("/\\d+")) {
                found.add(address + words[0] + " " + words[2].toLowerCase(Locale.ROOT));
            }
        }
        return found;
    }

    /** {@return destination, device and metric of each IPv4 route of the table main} */
    Set<String> mainRoutes() {
        return table("route")
                .map(words -> "%s/%d %s %s"
                        .formatted(
                                address(words[1]),
                                Integer.bitCount((int) Long.parseLong(words[7], 16)),
                                words[0],
                                words[6]))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return destination, device and metric of each IPv6 route but those that stand for none} */
    Set<String> ipv6Routes() {
        return lines("proc/net/ipv6_route").stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> !words[8].equals("00200200"))
                .map(words -> "%s/%d %s %d"
                        .formatted(
                                of(HexFormat.of().parseHex(words[0])),
                                Integer.parseInt(words[1], 16),
                                words[9],
                                Long.parseLong(words[5], 16)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
