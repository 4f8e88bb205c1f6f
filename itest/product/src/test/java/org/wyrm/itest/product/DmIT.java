package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.testkit.dump.LabKernel;

/**
 * Devices of device-mapper in dumps of the lab: what the command shows is what {@code dmsetup} said in the guest, with no
 * file and with debugging information; what the helpers find is what Debian 13's drgn finds.
 */
@Timeout(300)
class DmIT {
    private static final Pattern NUMBER = Pattern.compile("\\((\\d+), (\\d+)\\)");

    /** dmsetup writes zeros for each digit of a key, the command a dash for all of it. */
    private static final Pattern KEY = Pattern.compile("(crypt \\S+) 0+ ");

    private static final int DEVICES = 12;
    private static final int UNSUPPORTED = 7;

    /** How many bios wait for the device that is suspended under an ext4 that is in use, at least. */
    private static final long DEFERRED = 2;

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "6.1,dwarf", "6.12,dwarf", "5.10,dwarf"})
    void areAsDmsetupSaid(String series, String symbols) throws IOException {
        var dump = GuestDump.of(series, "dm256");
        var options = symbols.equals("zero") ? List.<String>of() : debugFiles(dump.kernel());
        var rows = dump.rows(options, "dm", "-q");

        assertThat(rows.stream().map(DmIT::table))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(dump.facts().resolve("dmsetup-table")).stream()
                                .map(line ->
                                        KEY.matcher(line).replaceAll("$1 - ").strip())
                                .toList())
                .hasSizeGreaterThan(DEVICES);
        assertThat(rows.stream()
                        .map(row -> line(row, "start", "sectors", "type", "status"))
                        .filter(DmIT::isOfMemory))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(dump.facts().resolve("dmsetup-status")).stream()
                                .map(String::strip)
                                .filter(DmIT::isOfMemory)
                                .toList())
                .hasSizeGreaterThan(DEVICES);
        assertThat(rows.stream().map(row -> info(row, rows)).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(dump.facts().resolve("dmsetup-info")).stream()
                                .map(DmIT::withoutEvents)
                                .toList())
                .hasSize(DEVICES);
        assertThat(liesOn(dump.rows(options, "dm", "--tree", "-q")))
                .isEqualTo(Files.readAllLines(dump.facts().resolve("dmsetup-deps")).stream()
                        .collect(Collectors.toMap(line -> line.split(":")[0], DmIT::numbers)));
        assertThat(rows.stream()
                        .filter(row -> row.required("deferred").asLong() != 0)
                        .map(row -> text(row, "name")))
                .containsExactly("lab-stuck");
        assertThat(rows.stream()
                        .mapToLong(row -> row.required("deferred").asLong())
                        .sum())
                .isGreaterThanOrEqualTo(DEFERRED);
        System.out.printf("DmIT %s %s: %d targets%n", series, symbols, rows.size());
    }

    /** {@return the options by which the modules' debugging information is found; none is a skipped test, said loudly} */
    private static List<String> debugFiles(LabKernel kernel) {
        var folder = kernel.root().resolve("usr/lib/debug");
        if (moduleFiles(kernel).isEmpty()) {
            Peer.skipped("NOT COMPARED: no debugging information of dm-mod in " + folder + "; itest/lab/get-kernel.sh");
        }
        return List.of("--debug-directory", folder.toString());
    }

    /** {@return the debug files of the modules of device-mapper} */
    private static List<String> moduleFiles(LabKernel kernel) {
        try (var files = Files.walk(kernel.root().resolve("usr/lib/debug"))) {
            return files.filter(file -> file.getFileName().toString().equals("dm-mod.ko"))
                    .map(Object::toString)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String table(JsonNode row) {
        return line(row, "start", "sectors", "type", "parameters");
    }

    private static String line(JsonNode row, String... keys) {
        return Stream.of(keys)
                .filter(key -> !row.required(key).isNull())
                .map(key -> text(row, key))
                .collect(Collectors.joining(" ", text(row, "name") + ": ", ""))
                .strip();
    }

    /** {@return whether a line is not of a thin device or their pool, whose status is on the disk} */
    private static boolean isOfMemory(String line) {
        return !line.contains(" thin");
    }

    /** {@return a line as that of {@code dmsetup info}: name, UUID, number, opens, segments, state …} */
    private static String info(JsonNode row, List<JsonNode> rows) {
        var segments = rows.stream()
                .filter(other -> text(other, "name").equals(text(row, "name")))
                .filter(other -> !other.required("start").isNull())
                .count();
        var tables = words(row, "tables");
        return String.join(
                "|",
                text(row, "name"),
                row.required("uuid").isNull() ? "" : text(row, "uuid"),
                text(row, "device").replace(':', '|'),
                text(row, "opens"),
                Long.toString(segments),
                words(row, "state").contains("suspended") ? "Suspended" : "Active",
                row.required("ro").asBoolean() ? "Read-only" : "Writeable",
                tables.size() == 2
                        ? "Both"
                        : tables.isEmpty() ? "None" : tables.contains("live") ? "Live" : "Inactive");
    }

    private static String withoutEvents(String line) {
        var words = new ArrayList<>(List.of(line.split("\\|", -1)));
        words.remove(6);
        return String.join("|", words);
    }

    private static List<String> words(JsonNode row, String key) {
        var words = new ArrayList<String>();
        row.required(key).forEach(word -> words.add(word.asText()));
        return words;
    }

    private static TreeSet<String> numbers(String line) {
        return NUMBER.matcher(line)
                .results()
                .map(each -> each.group(1) + ":" + each.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the numbers of what is right below each device of device-mapper in the tree} */
    private static Map<String, TreeSet<String>> liesOn(List<JsonNode> tree) {
        var found = new TreeMap<String, TreeSet<String>>();
        var above = new ArrayList<String>();
        for (var row : tree) {
            var depth = row.required("depth").asInt();
            if (depth > 0) {
                found.get(above.get(depth - 1)).add(text(row, "device"));
            }
            while (above.size() > depth) {
                above.removeLast();
            }
            above.add(text(row, "name"));
            if (!row.required("mapped_device").isNull()) {
                found.computeIfAbsent(text(row, "name"), name -> new TreeSet<>());
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void areWhatDrgnFinds(String series) throws IOException {
        var dump = GuestDump.of(series, "dm256");
        debugFiles(dump.kernel());
        var theirs = dump.drgn("import drgn.helpers.linux.rbtree", "dm.drgn.py", moduleFiles(dump.kernel()));

        if (!series.equals("5.10")) {
            try (var withoutFiles = InProcess.open(dump.file())) {
                assertThat(new DmWalks(withoutFiles).lines()).isEqualTo(theirs);
            }
        }
        try (var withDwarf = InProcess.open(dump.file(), dump.kernel())) {
            assertThat(new DmWalks(withDwarf).lines()).isEqualTo(theirs);
        }
        System.out.printf("DmIT %s: %d answers as drgn's%n", series, theirs.size());
        assertThat(theirs).hasSizeGreaterThan(4 * DEVICES);
    }

    /** Kernels before 5.11 have no BTF of modules. */
    @Test
    void areNotKnownOfWithoutAFileBefore511() {
        var run = GuestDump.of("5.10", "dm256").run(List.of(), "dm");

        assertThat(run.err()).contains("devices of device-mapper: no struct 'hash_cell'");
        assertThat(Json.rows(run.out())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void areNotAskedForWhereThereIsNoDeviceMapper(String series) {
        var run = GuestDump.of(series, "kaslr256").run(List.of(), "dm");

        assertThat(run.code()).isEqualTo(UNSUPPORTED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("org.wyrm.block.dm needs symbol dm_table_create, which this target has not");
    }

    private static String text(JsonNode row, String key) {
        return row.required(key).asText();
    }
}
