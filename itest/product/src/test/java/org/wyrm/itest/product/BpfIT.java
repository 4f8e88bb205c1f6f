package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * BPF in a dump: what the commands of the product say is what bpftool said in the guest, and what the helpers find is what
 * Debian 13's drgn finds.
 */
@Timeout(300)
class BpfIT {
    /** How many facts are compared of a guest at least, beside instructions and elements. */
    private static final int FACTS = 130;

    private static final int INSTRUCTIONS = 300;

    private static final int ELEMENTS = 400;

    /** How many lines drgn says of a dump at least. */
    private static final int LINES = 350;

    /** bpftool has no way to list what is in them. */
    private static final Set<String> NOT_DUMPED = Set.of("queue", "stack", "ringbuf", "percpu_cgroup_storage");

    private final Wyrm wyrm = Wyrm.built();

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "5.10,zero", "6.1,dwarf"})
    void saysWhatBpftoolSaid(String series, String symbols) {
        var guest = GuestDump.of(series, "bpf256");
        var options = guest.symbols(symbols);
        var facts = new GuestBpf(guest.facts());
        var progs = guest.rows(options, "bpfprogs");
        var maps = guest.rows(options, "bpfmaps");
        var links = guest.rows(options, "bpflinks");
        var btfs = guest.rows(options, "bpfbtf");
        var compared = new ArrayList<String>();

        same(compared, texts(progs, BpfIT::prog), facts.progs());
        sameTimes(progs, facts.loaded());
        same(compared, texts(maps, BpfIT::map), facts.maps());
        // Since v6.4 only code of each kind of map knows it; then none is told.
        if (series.equals("6.12")) {
            assertThat(texts(maps, row -> word(row, "memlock_bytes"))).isEmpty();
        } else {
            same(compared, texts(maps, row -> word(row, "id") + " " + word(row, "memlock_bytes")), facts.memory());
        }
        sameLinks(compared, texts(links, BpfIT::link), facts.links());
        same(compared, texts(btfs, BpfIT::btf), facts.btfs());
        var groups = texts(guest.rows(options, "bpfcgroups"), BpfIT::group);
        // bpftool 7.5 asks in a way that 5.10 does not know yet, and says of each group that nothing is attached.
        if (series.equals("5.10")) {
            assertThat(facts.groups()).isEmpty();
            assertThat(groups).hasSize(6);
        } else {
            same(compared, groups, facts.groups());
        }
        same(
                compared,
                texts(guest.rows(options, "bpfcgroups", "--effective"), BpfIT::group),
                facts.effectiveInGroups());
        same(compared, holders(progs, maps, links, btfs), facts.holders());

        System.out.printf("BpfIT %s %s: %d facts%n", series, symbols, compared.size());
        assertThat(compared).hasSizeGreaterThanOrEqualTo(FACTS);
    }

    @ParameterizedTest
    @CsvSource({"6.1", "6.12", "5.10"})
    void disassemblesAsBpftoolDid(String series) {
        var guest = GuestDump.of(series, "bpf256");
        var facts = new GuestBpf(guest.facts());
        var count = 0;
        for (var id : facts.loaded().keySet()) {
            var theirs = facts.instructions(id);
            var ours = guest.rows(List.of(), "bpfprog", Long.toString(id)).stream()
                    .map(row -> word(row, "index") + ": " + word(row, "instruction"))
                    .toList();
            assertThat(ours).as("program %d", id).isEqualTo(theirs);
            count += ours.size();
        }
        System.out.printf(
                "BpfIT %s: %d instructions of %d programs%n",
                series, count, facts.loaded().size());
        assertThat(count).isGreaterThanOrEqualTo(INSTRUCTIONS);
    }

    @ParameterizedTest
    @CsvSource({"6.1", "6.12", "5.10"})
    void showsWhatBpftoolFoundInMaps(String series) {
        var guest = GuestDump.of(series, "bpf256");
        var facts = new GuestBpf(guest.facts());
        var count = 0;
        for (var map : facts.mapTypes().entrySet()) {
            if (NOT_DUMPED.contains(map.getValue())) {
                continue;
            }
            var isTyped = facts.isTyped(map.getKey());
            var ours = texts(
                    guest.rows(List.of(), "bpfmap", Long.toString(map.getKey())),
                    row -> String.join(
                            " ",
                            shown(row.required("key"), isTyped),
                            word(row, "cpu"),
                            shown(row.required("value"), isTyped)));
            var theirs = facts.elements(map.getKey());
            if (facts.isCounting(map.getKey())) {
                sameButForTheFirst(ours, theirs);
            } else {
                assertThat(ours).as("map %d", map.getKey()).isEqualTo(theirs);
            }
            count += ours.size();
        }
        System.out.printf(
                "BpfIT %s: %d elements of %d maps%n",
                series, count, facts.mapTypes().size());
        assertThat(count).isGreaterThanOrEqualTo(ELEMENTS);
    }

    /** A program goes on counting in the first element of lab_counters, in the two seconds before the dump. */
    private static void sameButForTheFirst(Set<String> ours, Set<String> theirs) {
        assertThat(ours.stream().skip(1).toList())
                .isEqualTo(theirs.stream().skip(1).toList());
        assertThat(number(ours)).isGreaterThanOrEqualTo(number(theirs));
    }

    private static long number(Set<String> elements) {
        var bytes = elements.iterator().next().split(" ")[2];
        return Long.reverseBytes(Long.parseUnsignedLong(bytes, 16));
    }

    /** labbpf has put 11 to 55 into both, has taken 11 out of the queue and put 66 in. */
    @ParameterizedTest
    @CsvSource({
        "6.1,queue,16000000 21000000 2c000000 37000000 42000000",
        "6.12,queue,16000000 21000000 2c000000 37000000 42000000",
        "5.10,queue,16000000 21000000 2c000000 37000000 42000000",
        "6.1,stack,37000000 2c000000 21000000 16000000 0b000000",
        "6.12,stack,37000000 2c000000 21000000 16000000 0b000000",
        "5.10,stack,37000000 2c000000 21000000 16000000 0b000000"
    })
    void showsQueuesAndStacksInTheirOrder(String series, String type, String values) {
        var guest = GuestDump.of(series, "bpf256");
        var maps = guest.rows(List.of(), "bpfmaps").stream()
                .filter(map -> word(map, "type").equals(type))
                .toList();

        assertThat(maps).hasSize(1);
        assertThat(guest.rows(List.of(), "bpfmap", word(maps.getFirst(), "id")).stream()
                        .map(row -> word(row, "value"))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(values);
    }

    private static void same(List<String> compared, Set<String> ours, Set<String> facts) {
        assertThat(ours).isEqualTo(facts);
        compared.addAll(facts);
    }

    /** bpftool of Debian 13 tells no more of the events of older kernels, which do not tell it themselves. */
    private static void sameLinks(List<String> compared, Set<String> ours, Set<String> facts) {
        var known = facts.stream().anyMatch(fact -> fact.contains("perf_event") && !fact.contains("?"));
        same(
                compared,
                ours.stream()
                        .map(text -> known ? text : text.replaceFirst("(perf_event \\d+ ) \\w+ \\w+", "$1 ?"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                facts);
    }

    /** bpftool takes the time of day and that since the boot one after the other, and seconds of both. */
    private static void sameTimes(List<JsonNode> progs, Map<Long, Long> facts) {
        for (var prog : progs) {
            var ours = Instant.parse(word(prog, "loaded")).getEpochSecond();
            assertThat(ours)
                    .as("%s", prog)
                    .isBetween(
                            facts.get(prog.required("id").asLong()) - 1,
                            facts.get(prog.required("id").asLong()) + 1);
        }
    }

    private static Set<String> texts(List<JsonNode> rows, Function<JsonNode, String> text) {
        return rows.stream().map(text).filter(each -> !each.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String word(JsonNode row, String key) {
        return row.required(key).asText("");
    }

    private static String words(JsonNode row, String... keys) {
        return Arrays.stream(keys).map(key -> word(row, key)).collect(Collectors.joining(" "));
    }

    private static String list(JsonNode row, String key) {
        return StreamSupport.stream(row.required(key).spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
    }

    private static String sorted(JsonNode row, String key) {
        return StreamSupport.stream(row.required(key).spliterator(), false)
                .map(JsonNode::asText)
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static String prog(JsonNode row) {
        return String.join(
                " ",
                words(row, "id", "type", "name", "tag", "gpl", "uid", "runs", "run_time_ns"),
                words(row, "xlated_bytes", "jited_bytes", "memlock_bytes"),
                list(row, "maps"),
                word(row, "btf"),
                sorted(row, "pins"));
    }

    private static String map(JsonNode row) {
        return String.join(
                " ",
                words(row, "id", "type", "name"),
                Long.toString(Long.parseLong(word(row, "flags").substring(2), 16)),
                words(row, "key_bytes", "value_bytes", "max_entries", "frozen", "btf"),
                sorted(row, "pins"));
    }

    private static String link(JsonNode row) {
        var isOfGroup = word(row, "type").equals("cgroup");
        return String.join(
                " ",
                words(row, "id", "type", "prog", "attach_type"),
                isOfGroup ? "?" : target(row),
                sorted(row, "pins"));
    }

    /** Of several functions, the kernel's order is that of their addresses. */
    private static String target(JsonNode row) {
        var text = word(row, "target");
        return word(row, "type").equals("kprobe_multi")
                ? Arrays.stream(text.split(" ")).sorted().collect(Collectors.joining(" "))
                : text;
    }

    private static String btf(JsonNode row) {
        return String.join(
                " ", words(row, "id", "name", "kernel", "data_bytes"), sorted(row, "progs"), sorted(row, "maps"));
    }

    private static String group(JsonNode row) {
        return String.join(" ", words(row, "cgroup", "prog", "attach_type"), list(row, "flags"), word(row, "name"));
    }

    private static Set<String> holders(
            List<JsonNode> progs, List<JsonNode> maps, List<JsonNode> links, List<JsonNode> btfs) {
        var found = new TreeSet<String>();
        Map.of("prog", progs, "map", maps, "link", links, "btf", btfs)
                .forEach((kind, rows) -> rows.forEach(row ->
                        row.required("holders").forEach(holder -> found.add(words(holder, "pid", "fd") + " " + kind))));
        return found;
    }

    /** {@return a key or value as the facts have it: numbers of arrays and of what maps refer to are 4 bytes there} */
    private static String shown(JsonNode value, boolean isTyped) {
        return value.isNumber() && !isTyped ? GuestBpf.bytes(value.asLong()) : GuestBpf.tree(value);
    }

    @ParameterizedTest
    @CsvSource({"6.1,bpf256", "6.12,bpf256", "5.10,bpf256", "6.1,kaslr256", "6.12,kaslr256", "5.10,kaslr256"})
    void findsWhatDrgnFinds(String series, String name) throws IOException {
        var guest = GuestDump.of(series, name);
        var theirs = guest.drgn("import drgn.helpers.linux.bpf, drgn.helpers.linux.cgroup", "bpf.drgn.py");
        try (var withoutFiles = InProcess.open(guest.file());
                var withDwarf = InProcess.open(guest.file(), guest.kernel())) {
            assertThat(new TreeMap<>(new BpfWalks(withoutFiles).lines())).isEqualTo(theirs);
            assertThat(new TreeMap<>(new BpfWalks(withDwarf).lines())).isEqualTo(theirs);
        }
        System.out.printf("BpfIT %s %s: %d walks as drgn does them%n", series, name, theirs.size());
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(LINES);
    }
}
