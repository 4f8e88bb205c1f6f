package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sockets that wait, and packets in queues, of the lab's dumps {@code dm256}, without files: timers beside what
 * {@code /proc/net/tcp} and {@code ss} said in the guest, packets beside what {@code guest/labnet.c} sent, what
 * {@code tc} said, and Debian 13's drgn.
 */
@Timeout(300)
class WaitingSocketsIT {
    private static final Map<String, String> TIMERS =
            Map.of("01", "on", "02", "keepalive", "03", "timewait", "04", "persist");

    /** The guest says of what it is before it is dumped: so many seconds, at most. */
    private static final double MOST_LATER = 60;

    /** Half a tick of the guest, and half of the hundredths of a second that it tells times in. */
    private static final double TICK = 0.02;

    /** A timer as the guest said it, in seconds and numbers. */
    private record Said(String name, double expires, long retries) {}

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void timersAreAsTheGuestSaid(String series) throws IOException {
        var guest = GuestDump.of(series, "dm256");
        var said = said(guest);
        var later = new TreeMap<String, Double>();
        var names = new HashSet<String>();
        for (var row : guest.rows(List.of(), "ss", "-t")) {
            var timer = row.required("timer");
            var before = said.get(
                    row.required("local").asText() + " " + row.required("peer").asText());
            if (timer.isNull()) {
                assertThat(before).as("%s", row).isNull();
                continue;
            }
            assertThat(before).as("%s", row).isNotNull();
            var name = timer.required("name").asText();
            assertThat(name).as("%s", row).isEqualTo(before.name());
            names.add(name);
            // One that was due since then is another one now.
            if (!name.equals("persist") && timer.required("retries").asLong() == before.retries()) {
                later.put(
                        row.required("local").asText() + " " + name,
                        before.expires() - timer.required("expires_seconds").asDouble());
            }
        }

        System.out.printf("WaitingSocketsIT %s: timers %s, %s later%n", series, names, later);
        assertThat(names).containsExactlyInAnyOrderElementsOf(TIMERS.values());
        assertThat(later).hasSizeGreaterThanOrEqualTo(3);
        var first = later.firstEntry().getValue();
        assertThat(later.values())
                .allSatisfy(seconds ->
                        assertThat(seconds).isBetween(0.0, MOST_LATER).isCloseTo(first, Offset.offset(TICK)));
        assertThat(states(guest.rows(List.of(), "ss", "-t"))).isEqualTo(statesSaid(guest));
    }

    /** {@code tr tm->when retrnsmt} by the two ends. */
    private static Map<String, Said> said(GuestDump guest) throws IOException {
        var found = new HashMap<String, Said>();
        for (var line : Files.readAllLines(guest.facts().resolve("proc/net/tcp"))) {
            var words = line.strip().split("\\s+");
            if (words[0].equals("sl")) {
                continue;
            }
            var timer = words[5].split(":");
            if (!timer[0].equals("00")) {
                found.put(
                        end(words[1]) + " " + end(words[2]),
                        new Said(
                                TIMERS.get(timer[0]),
                                Long.parseLong(timer[1], 16) / 100.0,
                                Long.parseLong(words[6], 16)));
            }
        }
        return found;
    }

    private static String end(String text) {
        var address = Long.parseLong(text.substring(0, 8), 16);
        return "%d.%d.%d.%d:%d"
                .formatted(
                        address & 0xff,
                        address >> 8 & 0xff,
                        address >> 16 & 0xff,
                        address >> 24,
                        Integer.parseInt(text.substring(9), 16));
    }

    private static Map<String, Long> states(List<JsonNode> rows) {
        return counted(rows.stream().map(row -> row.required("state").asText()));
    }

    private static Map<String, Long> statesSaid(GuestDump guest) throws IOException {
        return counted(
                Files.readAllLines(guest.facts().resolve("ss-timers")).stream().map(line -> line.split("\\s+")[0]));
    }

    private static Map<String, Long> counted(Stream<String> words) {
        return words.collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void packetsAreThoseThatWereSent(String series) {
        var guest = GuestDump.of(series, "dm256");
        var rows = guest.rows(List.of(), "skbs");

        assertThat(of(rows, "receive", "udp 127.0.0.1:9104 ")).containsExactly(10L, 200L, 3000L);
        assertThat(rows.stream()
                        .filter(row -> row.required("of").asText().startsWith("udp 127.0.0.1:9104 "))
                        .map(row -> row.required("packet").asText()))
                .allMatch(packet -> packet.matches("udp 127\\.0\\.0\\.1:\\d+ > 127\\.0\\.0\\.1:9104"));
        assertThat(rows.stream()
                        .filter(row -> row.required("of").asText().startsWith("u_dgr"))
                        .map(row -> row.required("length_bytes").asLong()))
                .containsSubsequence(33L, 44L);
        assertThat(rows.stream()
                        .filter(row -> row.required("of").asText().startsWith("u_str"))
                        .map(row -> row.required("length_bytes").asLong()))
                .contains(2000L);
        var qdiscs = guest.rows(List.of(), "qdisc").stream()
                .filter(row -> row.required("kind").asText().equals("tbf"))
                .toList();
        var held = of(rows, "bfifo", "dummy0");
        assertThat(qdiscs).hasSize(1);
        assertThat(held).hasSize(qdiscs.getFirst().required("packets").asInt()).contains(942L);
        assertThat(held.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(qdiscs.getFirst().required("backlog_bytes").asLong());
        var compared = 0;
        for (var socket : guest.rows(List.of(), "ss", "-t")) {
            if (!socket.required("state").asText().equals("ESTAB")) {
                continue;
            }
            var ends = "tcp " + socket.required("local").asText() + " > "
                    + socket.required("peer").asText();
            var written = new ArrayList<>(of(rows, "write", ends));
            written.addAll(of(rows, "retransmit", ends));
            assertThat(sum(written))
                    .as(ends)
                    .isEqualTo(socket.required("send_q").asLong());
            assertThat(sum(of(rows, "receive", ends)))
                    .as(ends)
                    .isEqualTo(socket.required("recv_q").asLong());
            compared += written.size();
        }
        System.out.printf(
                "WaitingSocketsIT %s: %d packets, %d of them not acknowledged%n", series, rows.size(), compared);
        assertThat(compared).isGreaterThan(30);
        assertThat(guest.rows(List.of(), "skbs", "--sock", unreadUdp(guest))).hasSize(3);
    }

    private static String unreadUdp(GuestDump guest) {
        return guest.rows(List.of(), "ss", "-u").stream()
                .filter(row -> row.required("local").asText().equals("127.0.0.1:9104"))
                .findFirst()
                .orElseThrow()
                .required("sock")
                .asText();
    }

    private static long sum(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    private static List<Long> of(List<JsonNode> rows, String queue, String holder) {
        return rows.stream()
                .filter(row -> row.required("queue").asText().equals(queue)
                        && (row.required("of").asText() + " ").startsWith(holder))
                .map(row -> row.required("length_bytes").asLong())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void packetsOfTcpAreThoseThatDrgnFinds(String series) throws IOException {
        var guest = GuestDump.of(series, "dm256");
        Lab.vmlinux(series);
        var sockets = guest.rows(List.of(), "ss", "-t").stream()
                .filter(row -> !row.required("recv_q").isNull())
                .map(row -> row.required("sock").asText())
                .toList();
        var ours = new TreeMap<String, String>();
        for (var row : guest.rows(List.of(), "skbs")) {
            if (row.required("of").asText().startsWith("tcp ")) {
                ours.merge(
                        row.required("queue").asText().replace(' ', '-') + "-"
                                + row.required("sk").asText(),
                        "%s,%d,%d"
                                .formatted(
                                        row.required("skb").asText(),
                                        row.required("length_bytes").asLong(),
                                        row.required("truesize_bytes").asLong()),
                        (one, other) -> one + " " + other);
            }
        }
        var theirs = guest.drgn("import drgn.helpers.linux.rbtree", "skbs.drgn.py", sockets);

        assertThat(ours).isEqualTo(theirs);
        System.out.printf("WaitingSocketsIT %s: %d queues as drgn's%n", series, theirs.size());
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(4);
    }
}
