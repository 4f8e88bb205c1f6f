package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.testkit.dump.LabKernel;

/** The packet filter of the lab's dumps {@code dm256}: beside what {@code nft} and {@code iptables-legacy} said in the guest. */
@Timeout(300)
class NetfilterIT {
    private static final int UNSUPPORTED = 7;
    private static final int NOT_FOUND = 4;

    /** {@code inet lab input 11 10}: a rule, and that before it. */
    private static final Pattern RULE = Pattern.compile("(\\w+ \\S+ \\S+) (\\d+)(?: \\d+)?");

    private static final Pattern SET = Pattern.compile("(\\w+ \\S+) @(\\S+)");
    private static final Pattern STEP = Pattern.compile(" +\\[ (\\w+) ?(.*) ]");
    private static final Pattern HOOK = Pattern.compile("\\s*([-+]?\\d+) (.*?)(?: \\[(.*)])?");
    private static final Pattern POLICY = Pattern.compile("-P (\\S+) (\\S+)");
    private static final Pattern RULE_OF = Pattern.compile("-A (\\S+) .*");

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "6.1,dwarf", "6.12,dwarf", "5.10,dwarf"})
    void isAsNftSaid(String series, String symbols) throws IOException {
        var guest = GuestDump.of(series, "dm256");
        var options = symbols.equals("zero") ? List.<String>of() : debugFiles(guest.kernel());
        var said = Json.value(Files.readString(guest.facts().resolve("nft-ruleset.json")))
                .required("nftables");
        var chains = guest.rows(options, "nft");
        var rules = guest.rows(options, "nftrules");
        var sets = guest.rows(options, "nftsets");

        assertThat(texts(chains.stream().map(NetfilterIT::chain))).isEqualTo(texts(chainsSaid(said)));
        assertThat(texts(rules.stream().map(NetfilterIT::rule))).isEqualTo(rulesSaid(guest));
        assertThat(texts(rules.stream()
                        .filter(row -> !row.required("comment").isNull())
                        .map(row -> words(row, "handle", "comment"))))
                .isEqualTo(texts(all(said, "rule")
                        .filter(rule -> rule.has("comment"))
                        .map(rule -> words(rule, "handle", "comment"))))
                .isNotEmpty();
        assertCountedOn(rules, guest);
        // Before 6.5, elements of sets without a size are not counted; Debian's 6.1 counts them by backport.
        var areCounted = !series.equals("5.10");
        assertThat(texts(sets.stream().map(row -> set(row, areCounted)))).isEqualTo(setsSaid(guest, said, areCounted));
        System.out.printf(
                "NetfilterIT %s %s: %d chains, %d rules, %d sets%n",
                series, symbols, chains.size(), rules.size(), sets.size());
        assertThat(chains).hasSizeGreaterThan(6);
        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(sets).hasSize(3);
    }

    private static String chain(JsonNode row) {
        var words = new ArrayList<String>();
        for (var key : List.of("family", "table", "chain", "type", "hook", "priority", "policy", "rules")) {
            words.add(row.required(key).asText());
        }
        words.add(strings(row.required("devices")));
        words.add(strings(row.required("state")));
        return String.join(" ", words);
    }

    private static Stream<String> chainsSaid(JsonNode said) {
        var dormant = all(said, "table")
                .filter(table -> strings(table.path("flags")).contains("dormant"))
                .map(table -> words(table, "family", "name"))
                .toList();
        var chains = all(said, "chain").map(chain -> {
            var words = new ArrayList<String>();
            for (var key : List.of("family", "table", "name", "type", "hook", "prio", "policy")) {
                words.add(
                        chain.path(key).isMissingNode()
                                ? "null"
                                : chain.path(key).asText());
            }
            words.add(Long.toString(all(said, "rule")
                    .filter(rule ->
                            words(rule, "family", "table", "chain").equals(words(chain, "family", "table", "name")))
                    .count()));
            words.add(strings(chain.path("dev")));
            words.add(dormant.contains(words(chain, "family", "table")) ? "dormant" : "");
            return String.join(" ", words);
        });
        var empty = all(said, "table")
                .filter(table -> all(said, "chain")
                        .noneMatch(chain -> words(chain, "family", "table").equals(words(table, "family", "name"))))
                .map(table -> words(table, "family", "name") + " null null null null null null  ");
        return Stream.concat(chains, empty);
    }

    private static String rule(JsonNode row) {
        return words(row, "family", "table", "chain", "handle") + " "
                + strings(row.required("steps")) + " "
                + row.required("verdict").asText();
    }

    /** By the bytecode, as {@code nft --debug=netlink} writes it. */
    private static TreeSet<String> rulesSaid(GuestDump guest) throws IOException {
        var found = new TreeSet<String>();
        var rule = "";
        var steps = new ArrayList<String>();
        var verdict = "null";
        for (var line : Files.readAllLines(guest.facts().resolve("nft-netlink"))) {
            var step = STEP.matcher(line);
            if (step.matches() && !rule.isEmpty()) {
                steps.add(step.group(1));
                verdict = step.group(1).equals("immediate")
                        ? step.group(2)
                                .replace("reg 0 ", "")
                                .replace("->", "")
                                .replaceAll(" +", " ")
                                .strip()
                        : verdict;
            } else {
                if (!steps.isEmpty()) {
                    found.add(rule + " " + String.join(",", steps) + " " + verdict);
                }
                var begun = RULE.matcher(line);
                rule = begun.matches() ? begun.group(1) + " " + begun.group(2) : "";
                steps.clear();
                verdict = "null";
            }
        }
        return found;
    }

    /** Packets go on between what nft said and the dump; of those that are counted no more, the numbers are the same. */
    private static void assertCountedOn(List<JsonNode> rules, GuestDump guest) throws IOException {
        var said = new HashMap<String, Long>();
        for (var rule : all(
                        Json.value(Files.readString(guest.facts().resolve("nft-ruleset.json")))
                                .required("nftables"),
                        "rule")
                .toList()) {
            for (var step : rule.required("expr")) {
                if (step.path("counter").has("packets")) {
                    said.put(
                            words(rule, "table", "handle"),
                            step.path("counter").path("packets").asLong());
                }
            }
        }
        var counted =
                rules.stream().filter(row -> !row.required("packets").isNull()).toList();
        assertThat(counted)
                .hasSameSizeAs(said.keySet())
                .allSatisfy(row -> assertThat(row.required("packets").asLong())
                        .isBetween(said.get(words(row, "table", "handle")), 1000L));
        assertThat(counted.stream().filter(row -> row.required("packets").asLong() > 0))
                .hasSizeGreaterThan(2);
        assertThat(counted.stream()
                        .filter(row -> row.required("verdict").asText().equals("goto web")))
                .singleElement()
                .satisfies(row -> assertThat(row.required("bytes").asLong())
                        .isEqualTo(84 * row.required("packets").asLong()));
    }

    private static String set(JsonNode row, boolean areCounted) {
        assertThat(row.required("elements").isNull()).isEqualTo(!areCounted);
        return words(row, "family", "table", "set") + " "
                + (areCounted ? row.required("elements").asText() : "") + " "
                + strings(row.required("flags")).replaceAll("map|object", "").replaceAll("^,|,$", "");
    }

    private static TreeSet<String> setsSaid(GuestDump guest, JsonNode said, boolean areCounted) throws IOException {
        var flags = Stream.concat(all(said, "set"), all(said, "map"))
                .collect(Collectors.toMap(
                        set -> words(set, "family", "table", "name"), set -> strings(set.path("flags"))));
        var elements = new TreeMap<String, Integer>();
        var set = "";
        for (var line : Files.readAllLines(guest.facts().resolve("nft-netlink"))) {
            var begun = SET.matcher(line);
            if (begun.matches()) {
                set = begun.group(1) + " " + begun.group(2);
            } else if (line.startsWith("\telement ")) {
                elements.merge(set, 1, Integer::sum);
            }
        }
        return texts(elements.entrySet().stream()
                // What a rule has written into it is in no list of sets.
                .map(entry -> entry.getKey() + " " + (areCounted ? entry.getValue() : "") + " "
                        + flags.getOrDefault(entry.getKey(), "anonymous,constant")));
    }

    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "6.1,dwarf", "5.10,dwarf"})
    void isAsIptablesSaid(String series, String symbols) throws IOException {
        var guest = GuestDump.of(series, "dm256");
        var options = symbols.equals("zero") ? List.<String>of() : debugFiles(guest.kernel());
        var policies = new TreeMap<String, String>();
        var rules = new HashMap<String, Integer>();
        var table = "";
        for (var line : Files.readAllLines(guest.facts().resolve("iptables"))) {
            var policy = POLICY.matcher(line);
            var rule = RULE_OF.matcher(line);
            if (line.startsWith("# ")) {
                table = line.substring(2);
            } else if (policy.matches()) {
                policies.put(table + " " + policy.group(1), policy.group(2));
            } else if (line.startsWith("-N ")) {
                policies.put(table + " " + line.substring(3), "null");
            } else if (rule.matches()) {
                rules.merge(table + " " + rule.group(1), 1, Integer::sum);
            }
        }

        assertThat(texts(guest.rows(options, "iptables").stream()
                        .map(row -> words(row, "family", "table", "chain", "policy", "rules"))))
                .isEqualTo(texts(policies.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue() + " "
                                + rules.getOrDefault(entry.getKey(), 0))));
        System.out.printf("NetfilterIT %s %s: %d chains of iptables%n", series, symbols, policies.size());
        assertThat(policies).hasSizeGreaterThan(9);
    }

    private static List<String> debugFiles(LabKernel kernel) {
        var wanted = List.of("nf_tables.ko", "ip_tables.ko", "ip6_tables.ko", "x_tables.ko", "nft_counter.ko");
        var options = new ArrayList<>(List.of("-s", kernel.vmlinux().toString()));
        try (var files = Files.walk(kernel.root().resolve("usr/lib/debug"))) {
            files.filter(file -> wanted.contains(file.getFileName().toString()))
                    .forEach(file -> options.addAll(List.of("-s", file.toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (options.size() < 2 * wanted.size()) {
            Peer.skipped("NOT COMPARED: no debug files of netfilter's modules below " + kernel.root()
                    + ": itest/lab/README.md tells how to get them");
        }
        return options;
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void hooksAreAsNftSaid(String series) throws IOException {
        var guest = GuestDump.of(series, "dm256");
        var rows = guest.rows(List.of(), "nfhooks");

        // Each place is asked by priority.
        var byPlace =
                rows.stream().collect(Collectors.groupingBy(row -> words(row, "net", "family", "hook", "device")));
        for (var place : byPlace.values()) {
            assertThat(place)
                    .isSortedAccordingTo((one, other) -> Integer.compare(
                            one.required("priority").asInt(),
                            other.required("priority").asInt()));
        }
        var said = hooksSaid(guest);
        var initial = rows.getFirst().required("net").asText();
        // Only Debian's 6.12 has the module that lists them for nft.
        if (!said.isEmpty() || series.equals("6.12")) {
            assertThat(rows.stream()
                            .filter(row -> row.required("net").asText().equals(initial))
                            .map(NetfilterIT::hook))
                    .containsExactlyInAnyOrderElementsOf(said)
                    .hasSizeGreaterThan(20);
        }
        System.out.printf("NetfilterIT %s: %d hooks, nft says %d%n", series, rows.size(), said.size());
        assertThat(rows).hasSizeGreaterThan(20);
    }

    private static String hook(JsonNode row) {
        var module = row.required("module");
        var chain = row.required("chain");
        return String.join(
                " ",
                words(row, "family", "hook"),
                row.required("device").asText(),
                row.required("priority").asText(),
                chain.isNull() ? row.required("function").asText() : "chain " + chain.asText(),
                module.isNull() ? "-" : module.asText());
    }

    private static List<String> hooksSaid(GuestDump guest) throws IOException {
        var found = new ArrayList<String>();
        var family = "";
        var hook = "";
        for (var line : Files.readAllLines(guest.facts().resolve("nft-hooks"))) {
            var words = line.strip().split(" ");
            if (words[0].equals("family")) {
                family = words[1];
            } else if (words[0].equals("hook")) {
                hook = words[1] + " " + (words[2].equals("device") ? words[3] : "null");
            } else {
                var one = HOOK.matcher(line);
                if (one.matches()) {
                    found.add(String.join(
                            " ",
                            family,
                            hook,
                            Integer.toString(Integer.parseInt(one.group(1))),
                            one.group(2),
                            one.group(3) == null ? "-" : one.group(3)));
                }
            }
        }
        return found;
    }

    /** Ten modules have the types of the header that they share, each in BTF of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void itsTypesAreThoseOfOneModule(String series) {
        var guest = GuestDump.of(series, "dm256");
        var names = guest.rows(List.of(), "names", "nft_table", "--kind", "struct");

        assertThat(names)
                .singleElement()
                .satisfies(
                        row -> assertThat(row.required("definitions").asInt()).isGreaterThan(5));
        assertThat(guest.rows(List.of(), "type", "struct nft_table"))
                .hasSize(1)
                .isEqualTo(guest.rows(List.of(), "type", "nf_tables.ko::nft_table"));
    }

    @Test
    void aKernelWithoutItIsToldSo() {
        var guest = GuestDump.of("6.1", "kaslr256");

        for (var command : List.of("nft", "nftrules", "nftsets", "iptables")) {
            var run = guest.run(List.of(), command);
            assertThat(run.code()).as(command).isEqualTo(UNSUPPORTED);
            assertThat(run.err()).contains("the module is not loaded");
        }
        assertThat(guest.rows(List.of(), "nfhooks")).isNotEmpty();
    }

    /** Kernels before 5.11 have no BTF of modules. */
    @Test
    void isNotKnownOfWithoutAFileBefore511() {
        var run = GuestDump.of("5.10", "dm256").run(List.of(), "nft");

        assertThat(run.code()).isEqualTo(NOT_FOUND);
        assertThat(run.err()).contains("no struct 'nft_table'");
    }

    private static Stream<JsonNode> all(JsonNode said, String kind) {
        return StreamSupport.stream(said.spliterator(), false)
                .filter(each -> each.has(kind))
                .map(each -> each.required(kind));
    }

    private static String words(JsonNode row, String... keys) {
        return Stream.of(keys).map(key -> row.required(key).asText()).collect(Collectors.joining(" "));
    }

    /** Of one or several; nft writes a lone one without brackets. */
    private static String strings(JsonNode array) {
        return array.isArray()
                ? StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(","))
                : array.asText("");
    }

    private static TreeSet<String> texts(Stream<String> texts) {
        return texts.collect(Collectors.toCollection(TreeSet::new));
    }
}
