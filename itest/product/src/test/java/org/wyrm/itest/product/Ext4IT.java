package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems of ext4 and their journals in dumps of the lab: what the commands show is what the guest said of itself,
 * with no file and with debugging information; what the helpers find is what Debian 13's drgn finds; and the tasks that
 * wait for a journal are seen.
 */
@Timeout(300)
class Ext4IT {
    private static final String DRGN = "import drgn.helpers.linux.wait";

    /** How many file systems of ext4 the guest has, and how many lines drgn says of a dump at least. */
    private static final int FILE_SYSTEMS = 7;

    private static final int LINES = 100;

    /** Longer than the guest ran, in milliseconds. */
    private static final long TOO_OLD = 300_000;

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "5.10,zero", "6.1,dwarf"})
    void areAsTheGuestSaid(String series, String symbols) throws IOException {
        var dump = GuestDump.of(series, "dm256");
        var rows = dump.rows(dump.symbols(symbols), "ext4", "--options", "-q");

        assertThat(rows.stream().map(Ext4IT::space))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(dump.facts().resolve("ext4-statfs")))
                .hasSize(FILE_SYSTEMS);
        var sys = byDisk(dump.facts().resolve("ext4-sys"), "/sys/fs/ext4/");
        sys.remove("features");
        assertThat(rows.stream().collect(Collectors.toMap(row -> text(row, "disk"), Ext4IT::sys)))
                .isEqualTo(sys.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                each -> List.copyOf(wanted(each.getValue()).values()))));
        assertThat(rows.stream().filter(row -> row.required("errors").asLong() == 1))
                .singleElement()
                .satisfies(row -> assertThat(row.required("state").toString()).contains("errors"));
        assertThat(rows.stream().filter(row -> row.required("delayed").asLong() != 0))
                .hasSize(1);
        var options = byDisk(dump.facts().resolve("ext4-options"), "/proc/fs/ext4/");
        for (var row : rows) {
            var ours = new TreeSet<String>();
            row.required("options").forEach(option -> ours.add(option.asText()));
            assertThat(options.get(text(row, "disk")).keySet())
                    .as(text(row, "disk"))
                    .containsAll(ours);
            assertThat(ours).hasSizeGreaterThan(5);
        }
        assertThat(rows.stream().filter(row -> row.required("journal").isNull()).map(row -> text(row, "mounted_on")))
                .containsExactlyInAnyOrder("/mnt/dm", "/mnt/net");
        assertThat(rows.stream()
                        .filter(row -> row.required("state").toString().contains("frozen"))
                        .map(row -> text(row, "mounted_on")))
                .containsExactly("/mnt/freeze");
        System.out.printf("Ext4IT %s %s: %d file systems%n", series, symbols, rows.size());
    }

    /** {@return a line as the guest's {@code stat -f} wrote it} */
    private static String space(JsonNode row) {
        return String.join(
                " ",
                text(row, "mounted_on"),
                text(row, "block_size_bytes"),
                text(row, "blocks"),
                text(row, "free"),
                text(row, "available"),
                text(row, "inodes"),
                text(row, "free_inodes"));
    }

    /** {@return what is in the guest's {@code /sys/fs/ext4/DISK}, in the order of {@link #wanted}} */
    private static List<String> sys(JsonNode row) {
        var first = row.required("first_error");
        var last = row.required("last_error");
        var journal = row.required("journal");
        return List.of(
                text(row, "delayed"),
                text(row, "errors"),
                first.isNull() ? "" : text(first, "function"),
                first.isNull() ? "0" : text(first, "line"),
                first.isNull() ? "0" : seconds(first),
                last.isNull() ? "" : text(last, "function"),
                last.isNull() ? "0" : seconds(last),
                journal.isNull() ? "<none>" : text(journal, "thread"));
    }

    private static String seconds(JsonNode error) {
        return Long.toString(Instant.parse(text(error, "time")).getEpochSecond());
    }

    private static Map<String, String> wanted(Map<String, String> files) {
        var names = List.of(
                "delayed_allocation_blocks",
                "errors_count",
                "first_error_func",
                "first_error_line",
                "first_error_time",
                "last_error_func",
                "last_error_time",
                "journal_task");
        var found = new TreeMap<String, String>(java.util.Comparator.comparingInt(names::indexOf));
        files.forEach((name, value) -> {
            if (names.contains(name)) {
                found.put(name, value);
            }
        });
        return found;
    }

    /** {@return lines {@code PREFIX DISK/NAME: VALUE}, by disk and name; those without a name by their value} */
    private static Map<String, Map<String, String>> byDisk(Path file, String prefix) throws IOException {
        var found = new TreeMap<String, Map<String, String>>();
        for (var line : Files.readAllLines(file)) {
            var parts = line.substring(prefix.length()).split("/", 2);
            var pair = parts[1].split(": ?", 2);
            var name = pair[0].equals("options") ? pair[1] : pair[0];
            found.computeIfAbsent(parts[0], disk -> new TreeMap<>()).put(name, pair[1]);
        }
        return found;
    }

    /** The guest has an ext4 whose disk answers no more. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void showTheTasksThatWaitForAJournal(String series) throws IOException {
        var dump = GuestDump.of(series, "dm256");
        var disk = dump.rows(List.of(), "ext4", "-q").stream()
                .filter(row -> text(row, "mounted_on").equals("/mnt/stuck"))
                .map(row -> text(row, "disk"))
                .findFirst()
                .orElseThrow();
        var stacks = GuestDump.processes(dump.facts(), "stack");

        var tasks = dump.rows(List.of(), "jbd2tasks", "-q");
        assertThat(tasks).allSatisfy(row -> {
            assertThat(text(row, "disk")).isEqualTo(disk);
            assertThat(text(row, "state")).isEqualTo("D");
        });
        assertThat(pids(tasks, "handle"))
                .isEqualTo(pidsIn(stacks, "jbd2_journal_get_write_access"))
                .hasSize(1);
        assertThat(pids(tasks, "wait_done_commit"))
                .isEqualTo(pidsIn(stacks, "jbd2_log_wait_commit"))
                .hasSize(1);

        var transactions = dump.rows(List.of(), "jbd2", disk, "-q");
        assertThat(transactions.stream().map(row -> text(row, "role"))).containsExactly("running", "committing");
        var running = transactions.getFirst();
        var committing = transactions.getLast();
        assertThat(text(committing, "state")).startsWith("T_COMMIT");
        assertThat(running.required("tid").asLong())
                .isEqualTo(committing.required("tid").asLong() + 1)
                .isEqualTo(handle(tasks).required("tid").asLong());
        assertThat(running.required("updates").asLong()).isEqualTo(1);
        assertThat(committing.required("updates").asLong()).isZero();
        assertThat(committing.required("requested_ms").asLong())
                .isBetween(1L, committing.required("age_ms").asLong());
        // A handle begins its transaction; the clocks of the two are a tick or two apart.
        assertThat(handle(tasks).required("age_ms").asLong())
                .isBetween(
                        running.required("age_ms").asLong() - 20,
                        running.required("age_ms").asLong() + 20)
                .isLessThan(TOO_OLD);
        System.out.printf("Ext4IT %s: %d tasks, %d transactions%n", series, tasks.size(), transactions.size());
    }

    private static JsonNode handle(List<JsonNode> tasks) {
        return tasks.stream()
                .filter(row -> text(row, "why").equals("handle"))
                .findFirst()
                .orElseThrow();
    }

    private static TreeSet<String> pids(List<JsonNode> tasks, String why) {
        return tasks.stream()
                .filter(row -> text(row, "why").equals(why))
                .map(row -> text(row, "pid"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<String> pidsIn(Map<String, String> stacks, String function) {
        return stacks.entrySet().stream()
                .filter(stack -> stack.getValue().contains(" " + function + "+"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @CsvSource({
        "6.1,dm256",
        "6.12,dm256",
        "5.10,dm256",
        "6.1,kaslr256",
        "6.12,kaslr256",
        "5.10,kaslr256",
        "6.1,stuck256",
        "6.12,stuck256",
        "5.10,stuck256"
    })
    void areWhatDrgnFinds(String series, String name) throws IOException {
        var dump = GuestDump.of(series, name);
        var theirs = dump.drgn(DRGN, "ext4.drgn.py");

        try (var withoutFiles = InProcess.open(dump.file());
                var withDwarf = InProcess.open(dump.file(), dump.kernel())) {
            assertThat(new Ext4Walks(withoutFiles).lines()).isEqualTo(theirs);
            assertThat(new Ext4Walks(withDwarf).lines()).isEqualTo(theirs);
        }
        System.out.printf("Ext4IT %s %s: %d answers as drgn's%n", series, name, theirs.size());
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(LINES);
    }

    private static String text(JsonNode row, String key) {
        return row.required(key).asText();
    }
}
