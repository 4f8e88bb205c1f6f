package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks of dumps of the lab: what the commands show is what the guest said of itself, with no file and with debugging
 * information; what the helpers find is what Debian 13's drgn finds; and requests of disks that got stuck are all seen.
 */
@Timeout(300)
class BlockIT {
    private static final String DRGN = "from drgn.helpers.linux.block import bdev_partno, for_each_partition";

    /** How many disks a guest has at least, and how many lines drgn says of a dump. */
    private static final int DISKS = 30;

    private static final int LINES = 250;

    /** How many requests are stuck in a guest at least, and how old the oldest is, in milliseconds. */
    private static final int STUCK = 2;

    private static final long OLD = 1_000;

    /** Longer than the guest ran, in milliseconds. */
    private static final long TOO_OLD = 600_000;

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "5.10,zero", "6.1,dwarf"})
    void areAsTheGuestSaid(String series, String symbols) {
        var dump = GuestDump.of(series, "kaslr256");
        var options = dump.symbols(symbols);
        var proc = dump.facts().resolve("proc");
        var disks = rows(dump, options, "disks", "--partitions", "-q");

        assertThat(disks.stream().map(row -> words(row, "device", "name")))
                .containsExactlyInAnyOrderElementsOf(table(proc.resolve("diskstats"), 0)
                        .map(words -> words[0] + ":" + words[1] + " " + words[2])
                        .toList())
                .hasSizeGreaterThanOrEqualTo(DISKS);
        // The guest leaves out what has no size.
        assertThat(disks.stream()
                        .filter(row -> row.required("size_bytes").asLong() != 0)
                        .map(row -> words(row, "device", "name") + " "
                                + row.required("size_bytes").asLong() / 1024))
                .containsExactlyInAnyOrderElementsOf(table(proc.resolve("partitions"), 2)
                        .map(words -> words[0] + ":" + words[1] + " " + words[3] + " " + words[2])
                        .toList());
        assertThat(disks.stream().map(row -> words(row, "device", "fops")))
                .containsExactlyInAnyOrderElementsOf(operations(proc));
        assertThat(disks.stream()
                        .filter(row -> row.required("reads").asLong()
                                        + row.required("writes").asLong()
                                != 0))
                .isEmpty();
        if (!series.equals("5.10")) {
            assertThat(disks.stream()
                            .filter(row -> !row.required("backing").isNull())
                            .map(row -> words(row, "name", "backing")))
                    .containsExactly("loop0 /mnt/ext4/loop.img", "loop1 /mnt/ext4/freeze.img");
        }
        assertThat(rows(dump, options, "inflight", "-q")).isEmpty();
        System.out.printf("BlockIT %s %s: %d disks%n", series, symbols, disks.size());
    }

    /** {@return the operations of each disk, by the driver that has its major number} */
    private static List<String> operations(Path proc) {
        var byDriver =
                Map.of("ramdisk", "brd_fops", "loop", "lo_fops", "zram", "zram_devops", "virtblk", "virtblk_fops");
        var drivers = table(proc.resolve("devices"), 0)
                .dropWhile(words -> !words[0].equals("Block"))
                .skip(1)
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        return table(proc.resolve("diskstats"), 0)
                .map(words -> words[0] + ":" + words[1] + " " + byDriver.get(drivers.get(words[0])))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"6.1,kaslr256", "6.12,kaslr256", "5.10,kaslr256", "6.1,stuck256", "6.12,stuck256", "5.10,stuck256"})
    void areWhatDrgnFinds(String series, String name) throws IOException {
        var dump = GuestDump.of(series, name);
        var theirs = dump.drgn(DRGN, "block.drgn.py");

        try (var withoutFiles = InProcess.open(dump.file());
                var withDwarf = InProcess.open(dump.file(), dump.kernel())) {
            assertThat(differences(new BlockWalks(withoutFiles).lines(), theirs))
                    .isEmpty();
            assertThat(differences(new BlockWalks(withDwarf).lines(), theirs)).isEmpty();
        }
        System.out.printf("BlockIT %s %s: %d answers as drgn's%n", series, name, theirs.size());
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(LINES);
    }

    /** {@return what one of them says otherwise, or does not say} */
    private static Map<String, String> differences(Map<String, String> ours, Map<String, String> theirs) {
        var names = new TreeSet<>(ours.keySet());
        names.addAll(theirs.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(ours.get(name), theirs.get(name)))
                .collect(Collectors.toMap(
                        name -> name,
                        name -> ours.get(name) + "\n  drgn: " + theirs.get(name),
                        (a, b) -> a,
                        TreeMap::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void areSeenWithTheRequestsThatGotStuck(String series) throws IOException {
        var dump = GuestDump.of(series, "stuck256");
        var theirs = dump.drgn(DRGN, "block.drgn.py").entrySet().stream()
                .filter(line -> line.getKey().startsWith("bios("))
                .map(line -> (line.getKey().substring(5).replace(")", "") + " " + line.getValue()).strip())
                .collect(Collectors.toCollection(TreeSet::new));
        var rows = rows(dump, List.of(), "inflight", "--bios", "-q");
        var disks = rows(dump, List.of(), "disks", "-q");
        var ours = rows.stream().map(BlockIT::bios).collect(Collectors.toCollection(TreeSet::new));

        assertThat(ours).isEqualTo(theirs).hasSize(rows.size()).hasSizeGreaterThanOrEqualTo(STUCK);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.required("op").asText()).isIn("READ", "WRITE", "FLUSH");
            assertThat(row.required("age_ms").asLong()).isBetween(0L, TOO_OLD);
            assertThat(row.required("state").asText()).isIn("idle", "in_flight");
            if (row.required("state").asText().equals("in_flight")) {
                assertThat(row.required("tag").isNull()).isFalse();
                assertThat(row.required("issued_ms").isNull()).isFalse();
            }
            assertThat(row.required("size_bytes").asLong()).isEqualTo(bioBytes(row));
        });
        assertThat(rows.stream()
                        .mapToLong(row -> row.required("age_ms").asLong())
                        .max()
                        .orElse(0))
                .isGreaterThan(OLD);
        assertThat(inFlight(disks)).isEqualTo(inFlightRows(rows));
        // The disk xfs has two hardware queues. Debian's 6.12 has the scheduler in a module, which is not loaded.
        var ofOneQueue = series.equals("6.12") ? "none" : "mq-deadline";
        assertThat(disks.stream()
                        .filter(row -> row.required("name").asText().startsWith("vd"))
                        .map(row -> words(row, "name", "scheduler")))
                .containsExactly(
                        "vda " + ofOneQueue, "vdb " + ofOneQueue, "vdc none", "vdd " + ofOneQueue, "vde " + ofOneQueue);
        System.out.printf(
                "BlockIT %s: %d requests under way, %d of them with the driver%n",
                series,
                rows.size(),
                inFlight(disks).values().stream().mapToLong(Long::longValue).sum());
    }

    /** The rings of the disks and the tags of the block layer are kept by different code: both know the same requests. */
    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "6.1,dwarf"})
    void areInTheRingsOfVirtioDisks(String series, String symbols) {
        var dump = GuestDump.of(series, "stuck256");
        var options = dump.symbols(symbols);
        var queues = rows(dump, options, "virtioblk");
        var requests = rows(dump, options, "virtioblk", "--requests");

        assertThat(requests.stream().map(row -> words(row, "disk", "request")))
                .containsExactlyInAnyOrderElementsOf(rows(dump, options, "inflight", "-q").stream()
                        .filter(row -> row.required("disk").asText().startsWith("vd"))
                        .filter(row -> row.required("state").asText().equals("in_flight"))
                        .map(row -> words(row, "disk", "request"))
                        .toList())
                .hasSizeGreaterThanOrEqualTo(STUCK);
        assertThat(queues).allSatisfy(queue -> {
            var inFlight = queue.required("in_flight").asInt();
            assertThat(queue.required("unanswered").asInt()
                            + queue.required("untaken").asInt())
                    .isEqualTo(inFlight);
            assertThat(queue.required("size").asInt() - queue.required("free").asInt())
                    .isGreaterThanOrEqualTo(inFlight);
            assertThat(queue.required("broken").asBoolean()).isFalse();
        });
        // The disk xfs has two queues, the disk btrfs a ring of its own size.
        assertThat(queues.stream().map(row -> words(row, "disk", "queue", "size")))
                .containsExactly(
                        "vda req.0 256",
                        "vdb req.0 256",
                        "vdc req.0 256",
                        "vdc req.1 256",
                        "vdd req.0 4",
                        "vde req.0 256");
        System.out.printf("BlockIT %s %s: %d requests in rings of virtio%n", series, symbols, requests.size());
    }

    @Test
    void areNotSeenInRingsWithoutTheirTypes() {
        var dump = GuestDump.of("5.10", "stuck256");

        var run = Wyrm.built().run("-c", dump.file(), "virtioblk");
        assertThat(run.code()).isEqualTo(7);
        assertThat(run.err())
                .isEqualTo(
                        "wyrm: org.wyrm.block.virtio needs member packed_ring of struct vring_virtqueue, which this target has"
                                + " not\n");
    }

    private static String bios(JsonNode row) {
        var found = new ArrayList<String>(List.of(row.required("request").asText()));
        row.required("bios").forEach(bio -> found.add(bio.required("bio").asText()));
        return String.join(" ", found);
    }

    private static long bioBytes(JsonNode row) {
        var sum = 0L;
        for (var bio : row.required("bios")) {
            sum += bio.required("size_bytes").asLong();
        }
        return sum;
    }

    private static Map<String, Long> inFlight(List<JsonNode> disks) {
        return disks.stream()
                .filter(row ->
                        row.required("reads").asLong() + row.required("writes").asLong() != 0)
                .collect(Collectors.toMap(
                        row -> row.required("name").asText(),
                        row -> row.required("reads").asLong()
                                + row.required("writes").asLong()));
    }

    private static Map<String, Long> inFlightRows(List<JsonNode> rows) {
        return rows.stream()
                .filter(row -> row.required("state").asText().equals("in_flight"))
                .collect(Collectors.groupingBy(row -> row.required("disk").asText(), Collectors.counting()));
    }

    // ---- the lab

    private static List<JsonNode> rows(GuestDump dump, List<String> options, String... command) {
        var run = dump.run(options, command);
        // Kernels before 5.11 have no BTF of modules, so what a loop device is, is not known without a file.
        if (command[0].equals("disks") && dump.kernel().release().startsWith("5.10.")) {
            assertThat(run.err()).contains("rows hold values that could not be read");
            return Json.rows(run.out());
        }
        return Json.rows(run.expectClean().out());
    }

    private static String words(JsonNode row, String... keys) {
        return Arrays.stream(keys).map(key -> row.required(key).asText()).collect(Collectors.joining(" "));
    }

    /** {@return the words of each line of a file, from a line on, that has some} */
    private static Stream<String[]> table(Path file, int skipped) {
        try {
            return Files.readString(file)
                    .lines()
                    .skip(skipped)
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
