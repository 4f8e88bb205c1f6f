package org.wyrm.itest.product;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What bpftool said in a guest of its BPF objects, each thing as one text. */
final class GuestBpf {
    private static final Pattern INSTRUCTION = Pattern.compile(" *\\d+: \\([0-9a-f]{2}\\) .*");
    private static final Pattern OPEN =
            Pattern.compile("(\\d+) -> anon_inode:\\[?(bpf-map|bpf-prog|bpf_link|bpf-link|btf)\\]?");

    private final Path folder;

    GuestBpf(Path facts) {
        this.folder = facts;
    }

    private String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<JsonNode> list(String name) {
        var text = text(name);
        return text.isBlank() ? List.of() : elements(Json.value(text));
    }

    private static List<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    /** {@return a member's text; nothing where it is not told} */
    private static String word(JsonNode object, String key) {
        return object.path(key).asText("");
    }

    private static String words(JsonNode object, String key) {
        return elements(object.path(key)).stream().map(JsonNode::asText).collect(Collectors.joining(","));
    }

    private static String sortedWords(JsonNode object, String key) {
        return elements(object.path(key)).stream()
                .map(JsonNode::asText)
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** {@return what is told of each program, but for when it was loaded} */
    Set<String> progs() {
        return list("bpftool-prog.json").stream()
                .map(prog -> String.join(
                        " ",
                        word(prog, "id"),
                        word(prog, "type"),
                        word(prog, "name"),
                        word(prog, "tag"),
                        word(prog, "gpl_compatible"),
                        word(prog, "uid"),
                        prog.path("run_cnt").asText("0"),
                        prog.path("run_time_ns").asText("0"),
                        word(prog, "bytes_xlated"),
                        word(prog, "bytes_jited"),
                        word(prog, "bytes_memlock"),
                        words(prog, "map_ids"),
                        word(prog, "btf_id"),
                        sortedWords(prog, "pinned")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return when each program was loaded, in seconds since 1970} */
    Map<Long, Long> loaded() {
        return list("bpftool-prog.json").stream()
                .collect(Collectors.toMap(
                        prog -> prog.required("id").asLong(),
                        prog -> prog.required("loaded_at").asLong()));
    }

    /** {@return what is told of each map, but for its memory} */
    Set<String> maps() {
        return list("bpftool-map.json").stream()
                .map(map -> String.join(
                        " ",
                        word(map, "id"),
                        word(map, "type"),
                        word(map, "name"),
                        word(map, "flags"),
                        word(map, "bytes_key"),
                        word(map, "bytes_value"),
                        word(map, "max_entries"),
                        map.path("frozen").asInt() == 0 ? "false" : "true",
                        word(map, "btf_id"),
                        sortedWords(map, "pinned")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return number and memory of each map} */
    Set<String> memory() {
        return list("bpftool-map.json").stream()
                .map(map -> word(map, "id") + " " + word(map, "bytes_memlock"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return kind and number of each map} */
    Map<Long, String> mapTypes() {
        return list("bpftool-map.json").stream()
                .collect(Collectors.toMap(map -> map.required("id").asLong(), map -> word(map, "type")));
    }

    /** {@return what is told of each link; what it is attached to where bpftool of Debian 13 tells it by name} */
    Set<String> links() {
        return list("bpftool-link.json").stream()
                .map(link -> String.join(
                        " ",
                        word(link, "id"),
                        word(link, "type"),
                        word(link, "prog_id"),
                        word(link, "attach_type"),
                        target(link),
                        sortedWords(link, "pinned")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String target(JsonNode link) {
        return switch (word(link, "type")) {
            case "netns" -> "net:[" + word(link, "netns_ino") + "]";
            case "perf_event" ->
                link.has("func")
                        ? "kprobe " + word(link, "func")
                        : link.has("tracepoint") ? "tracepoint " + word(link, "tracepoint") : "?";
            // It tells the number of the group, and `cgroup tree` its path.
            case "cgroup" -> "?";
            // It tells the number of the function in the kernel's BTF; labbpf has this one.
            case "tracing" -> "do_init_module";
            case "iter" -> word(link, "target_name");
            case "kprobe_multi" ->
                elements(link.path("funcs")).stream()
                        .map(function -> word(function, "func"))
                        .sorted()
                        .collect(Collectors.joining(" "));
            default -> word(link, "tp_name") + word(link, "devname");
        };
    }

    /** {@return what is told of each BTF object} */
    Set<String> btfs() {
        return list("bpftool-btf.json").stream()
                .map(btf -> String.join(
                        " ",
                        word(btf, "id"),
                        word(btf, "name").equals("<anon>") ? "" : word(btf, "name"),
                        word(btf, "kernel").isEmpty() ? "false" : word(btf, "kernel"),
                        word(btf, "size"),
                        sortedWords(btf, "prog_ids"),
                        sortedWords(btf, "map_ids")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return path, number, type and flags of what is attached to control groups} */
    Set<String> groups() {
        return groups("bpftool-cgroup.json");
    }

    /** {@return path, number and type of what runs for control groups} */
    Set<String> effectiveInGroups() {
        return groups("bpftool-effective.json");
    }

    private Set<String> groups(String file) {
        var found = new TreeSet<String>();
        for (var group : list(file)) {
            var path = word(group, "cgroup").replaceFirst("^/sys/fs/cgroup/?", "/");
            for (var prog : group.path("programs")) {
                found.add(String.join(
                        " ",
                        path,
                        word(prog, "id"),
                        word(prog, "attach_type"),
                        word(prog, "attach_flags"),
                        word(prog, "name")));
            }
        }
        return found;
    }

    /** {@return the instructions of a program, without what is said beside them} */
    List<String> instructions(long id) {
        return text("bpftool-prog-" + id + ".txt")
                .lines()
                .filter(line -> INSTRUCTION.matcher(line).matches())
                .map(String::strip)
                .toList();
    }

    /** {@return whether a program changes a map all the time} */
    boolean isCounting(long id) {
        return list("bpftool-map.json").stream()
                .anyMatch(map ->
                        map.required("id").asLong() == id && word(map, "name").equals("lab_counters"));
    }

    /** {@return whether a map came with BTF, and has elements to tell of} */
    boolean isTyped(long id) {
        return list("bpftool-map-" + id + ".json").stream().anyMatch(element -> element.has("formatted"));
    }

    /** {@return key, CPU and value of each element of a map} */
    Set<String> elements(long id) {
        var found = new TreeSet<String>();
        for (var element : list("bpftool-map-" + id + ".json")) {
            var told = element.has("formatted") ? element.required("formatted") : element;
            // Maps that refer to others have no value where there is none.
            if (element.path("value").has("error")) {
                continue;
            }
            if (told.has("values")) {
                for (var each : told.required("values")) {
                    found.add(shown(told.required("key")) + " " + word(each, "cpu") + " "
                            + shown(each.required("value")));
                }
            } else {
                found.add(shown(told.required("key")) + "  " + shown(told.required("value")));
            }
        }
        return found;
    }

    /** {@return a key or a value: bytes as they are, what is typed as JSON} */
    private static String shown(JsonNode value) {
        if (value.isArray() && !value.isEmpty() && value.get(0).asText().startsWith("0x")) {
            var bytes = new StringBuilder();
            value.forEach(each -> bytes.append(each.asText().substring(2)));
            return bytes.toString();
        }
        return tree(value);
    }

    /** {@return typed values in one form: of both sides, bit fields and pointers are numbers, true is 1} */
    static String tree(JsonNode value) {
        if (value.isObject()) {
            var members = new ArrayList<String>();
            value.properties().forEach(member -> {
                // bpftool shows the members of what has no name in an object of its own.
                var inner = tree(member.getValue());
                members.add(
                        member.getKey().isEmpty()
                                ? inner.substring(1, inner.length() - 1)
                                : member.getKey() + "=" + inner);
            });
            return "{" + String.join(" ", members) + "}";
        }
        if (value.isArray()) {
            return elements(value).stream().map(GuestBpf::tree).collect(Collectors.joining(",", "[", "]"));
        }
        var text = value.asText();
        return text.startsWith("0x") ? Long.toUnsignedString(Long.parseUnsignedLong(text.substring(2), 16)) : text;
    }

    /** {@return the bytes of a number of 4 bytes} */
    static String bytes(long number) {
        return HexFormat.of().formatHex(new byte[] {
            (byte) number, (byte) (number >>> 8), (byte) (number >>> 16), (byte) (number >>> 24)
        });
    }

    /** {@return PID, number of the file and kind of each BPF object that a process has open} */
    Set<String> holders() {
        var found = new TreeSet<String>();
        GuestDump.processes(folder, "fd.txt")
                .forEach((pid, text) -> OPEN.matcher(text)
                        .results()
                        .forEach(open -> found.add(pid + " " + open.group(1) + " "
                                + open.group(2).replace("bpf-", "").replace("bpf_", ""))));
        return found;
    }
}
