package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network of a dump: what {@code ss}, {@code net} and {@code route} of the product say is what the guest said of itself,
 * and what the helpers find is what Debian 13's drgn finds.
 */
@Timeout(300)
class NetIT {
    /** How many facts are compared of a guest at least: sockets, owners, devices, routes. */
    private static final int FACTS = 66;

    /** How many lines drgn says of a dump at least. */
    private static final int LINES = 80;

    private final Wyrm wyrm = Wyrm.built();

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "5.10,zero", "6.1,dwarf"})
    void saysWhatTheGuestSaid(String series, String symbols) {
        var guest = GuestDump.of(series, "kaslr256");
        var options = guest.symbols(symbols);
        var facts = new GuestNet(guest.facts());
        var net = facts.initialNet();
        var sockets = guest.rows(options, "ss");
        var ofInit = sockets.stream()
                .filter(row -> row.required("net").asText().equals(net))
                .toList();
        var devices = guest.rows(options, "net");
        var routes = guest.rows(options, "route").stream()
                .filter(row -> row.required("net").asText().equals(net))
                .toList();
        var compared = new ArrayList<String>();

        same(compared, texts(ofInit, NetIT::inet), facts.inetSockets());
        same(compared, texts(ofInit, NetIT::unix), facts.unixSockets());
        same(compared, texts(ofInit, NetIT::netlink), facts.netlinkSockets());
        same(compared, texts(ofInit, NetIT::packet), facts.packetSockets());
        same(compared, owners(sockets), facts.owners());
        same(compared, texts(devices, row -> row.required("net").asText()), facts.nets());
        same(
                compared,
                texts(devices, row -> row.required("net").asText().equals(net) ? device(row) : ""),
                facts.devices());
        same(
                compared,
                texts(
                        guest.rows(options, "qdisc"),
                        row -> row.required("net").asText().equals(net) ? words(row, "device", "kind") : ""),
                facts.qdiscs());
        same(compared, texts(routes, NetIT::ipv4Route), facts.ipv4Routes());
        same(compared, texts(routes, row -> isMain(row) && !isIpv6(row) ? route(row) : ""), facts.mainRoutes());
        same(compared, texts(routes, row -> isIpv6(row) ? route(row) : ""), facts.ipv6Routes());

        System.out.printf("NetIT %s %s: %d facts%n", series, symbols, compared.size());
        assertThat(compared).hasSizeGreaterThanOrEqualTo(FACTS);
    }

    /** Where a kernel does not tell addresses, those of ours are left out, too. */
    private static void same(List<String> compared, Set<String> ours, Set<String> facts) {
        var tellsAddresses = facts.stream().anyMatch(fact -> fact.contains("0xffff"));
        var known = ours.stream()
                .map(text -> tellsAddresses ? text : text.replaceAll("0xffff\\w+", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(known).isEqualTo(facts);
        compared.addAll(facts);
    }

    private static Set<String> texts(List<JsonNode> rows, Function<JsonNode, String> text) {
        return rows.stream().map(text).filter(each -> !each.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String words(JsonNode row, String... keys) {
        return Arrays.stream(keys).map(key -> row.required(key).asText()).collect(Collectors.joining(" "));
    }

    private static boolean is(JsonNode row, String... netids) {
        return List.of(netids).contains(row.required("netid").asText());
    }

    private static String inet(JsonNode row) {
        if (!is(row, "tcp", "udp", "raw")) {
            return "";
        }
        var isListening = row.required("state").asText().equals("LISTEN");
        var inode = row.required("inode");
        return String.join(
                " ",
                words(row, "netid", "state", "recv_q"),
                isListening ? "-" : row.required("send_q").asText(),
                end(row.required("local").asText()),
                end(row.required("peer").asText()),
                inode.isNull() ? "0" : inode.asText(),
                row.required("sock").asText());
    }

    private static String end(String text) {
        var colon = text.lastIndexOf(':');
        var port = text.substring(colon + 1);
        return GuestNet.normal(text.substring(0, colon).replaceAll("[\\[\\]]", "")) + " "
                + (port.equals("*") ? "0" : port);
    }

    private static String unix(JsonNode row) {
        return is(row, "u_str", "u_dgr", "u_seq") ? words(row, "netid", "state", "local", "sock") : "";
    }

    private static String netlink(JsonNode row) {
        return is(row, "nl") ? words(row, "local", "recv_q", "send_q", "inode", "sock") : "";
    }

    private static String packet(JsonNode row) {
        return is(row, "p_raw", "p_dgr") ? words(row, "netid", "local", "inode", "sock") : "";
    }

    private static Set<String> owners(List<JsonNode> rows) {
        var found = new TreeSet<String>();
        for (var row : rows) {
            for (var owner : row.required("owners")) {
                found.add(
                        words(owner, "pid", "fd") + " " + row.required("inode").asText());
            }
        }
        return found;
    }

    private static String device(JsonNode row) {
        var flags = StreamSupport.stream(row.required("flags").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
        var addresses = StreamSupport.stream(row.required("addresses").spliterator(), false)
                .map(each -> " " + each.asText())
                .collect(Collectors.joining());
        // BusyBox's ip does not tell it. The kernel says so of what is not started, whatever the device was before.
        if (!List.of(flags.split(",")).contains("UP")) {
            assertThat(row.required("state").asText()).as("%s", row).isEqualTo("DOWN");
        }
        return words(row, "index", "name") + " " + flags + " " + words(row, "mtu", "mac") + addresses;
    }

    private static boolean isIpv6(JsonNode row) {
        return row.required("destination").asText().contains(":");
    }

    private static boolean isMain(JsonNode row) {
        return row.required("table").asText().equals("main");
    }

    private static String ipv4Route(JsonNode row) {
        return isIpv6(row) ? "" : words(row, "destination", "type");
    }

    private static String route(JsonNode row) {
        var destination = row.required("destination").asText().split("/");
        return GuestNet.normal(destination[0]) + "/" + destination[1] + " " + words(row, "device", "metric");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void findsWhatDrgnFinds(String series) throws IOException {
        var guest = GuestDump.of(series, "kaslr256");
        var theirs = guest.drgn(
                "import drgn.helpers.linux.tc; from drgn.helpers.linux.net import netdev_priv", "net.drgn.py");
        try (var withoutFiles = InProcess.open(guest.file());
                var withDwarf = InProcess.open(guest.file(), guest.kernel())) {
            assertThat(new TreeMap<>(new NetWalks(withoutFiles).lines())).isEqualTo(theirs);
            assertThat(new TreeMap<>(new NetWalks(withDwarf).lines())).isEqualTo(theirs);
        }
        System.out.printf("NetIT %s: %d structures as drgn finds them%n", series, theirs.size());
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(LINES);
    }
}
