package org.wyrm.itest.product;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a guest said of itself, in the words of its {@code /proc}, {@code /sys} and {@code /dev/kmsg}. */
final class Facts {
    private static final Pattern SMAPS_RSS = Pattern.compile("(?m)^Rss:\\s+(\\d+) kB$");
    private static final Pattern CONSOLE_LINE = Pattern.compile("\\[\\s*(\\d+)\\.(\\d{6})\\] (.*)");
    private static final long BYTES_PER_KIB = 1024;

    private final Path folder;
    private final JsonNode system;

    Facts(Path folder) {
        this.folder = folder;
        this.system = Json.value(read("system.json"));
    }

    /** A thread, as {@code /proc/PID/task/TID/stat} had it. */
    record Task(
            int pid,
            int tgid,
            int ppid,
            int cpu,
            String state,
            String comm,
            boolean isKernelThread,
            long rssBytes,
            boolean tookTheFacts) {}

    /** A line of {@code /proc/modules}. */
    record Module(String name, long byteSize, int references, List<String> usedBy, String address, String taints) {}

    /**
     * A line of {@code /proc/1/mountinfo}.
     *
     * @param options those that every file system has, as {@code /proc/mounts} orders them
     * @param more what the file system added
     */
    record Mount(String source, String target, String fstype, List<String> options, List<String> more) {}

    /** A record of {@code /dev/kmsg}. */
    record LogRecord(long seq, int level, long micros, String text) {}

    /** A line of the console that bears a time. */
    record ConsoleLine(long micros, String text) {}

    /** {@return a word of {@code system.json}} */
    String system(String key) {
        return system.required(key).asText();
    }

    double realtime() {
        return system.required("realtime").asDouble();
    }

    /** {@return the seconds since boot when the facts were taken} */
    double uptime() {
        return Double.parseDouble(system("uptime").split(" ")[0]);
    }

    List<Double> loadAverage() {
        var words = system("loadavg").split(" ");
        return List.of(Double.valueOf(words[0]), Double.valueOf(words[1]), Double.valueOf(words[2]));
    }

    /** {@return a line of {@code /proc/meminfo}, in bytes} */
    long memory(String key) {
        return read("proc/meminfo")
                .lines()
                .map(line -> line.split(":?\\s+"))
                .filter(words -> words[0].equals(key))
                .mapToLong(words -> Long.parseLong(words[1]) * BYTES_PER_KIB)
                .findFirst()
                .orElseThrow();
    }

    /** {@return whether a process's memory is counted exactly: by one counter per CPU, since 6.2} */
    boolean countsRssByCpu() {
        var numbers = system("release").split("[.-]");
        var major = Integer.parseInt(numbers[0]);
        return major > 6 || (major == 6 && Integer.parseInt(numbers[1]) >= 2);
    }

    Map<Integer, Task> tasks() {
        var tasks = new TreeMap<Integer, Task>();
        for (var line : Json.lines(folder.resolve("tasks.jsonl"))) {
            var task = new Task(
                    line.required("pid").asInt(),
                    line.required("tgid").asInt(),
                    line.required("ppid").asInt(),
                    line.required("cpu").asInt(),
                    line.required("state").asText(),
                    line.required("task_comm").asText(),
                    line.required("kernel_thread").asBoolean(),
                    line.required("rss_bytes").asLong(),
                    line.path("snapshot").asBoolean());
            if (tasks.put(task.pid, task) != null) {
                throw new AssertionError("two tasks " + task.pid + " in " + folder);
            }
        }
        return tasks;
    }

    /** {@return whether these facts have a count of each process's pages; those of the demo dump have not} */
    boolean countPages() {
        return Files.exists(folder.resolve("proc/1/smaps_rollup"));
    }

    /** {@return the memory of a process, counted page by page; empty for one that has none, or that was not asked} */
    OptionalLong countedRss(int tgid) {
        var file = folder.resolve("proc/" + tgid + "/smaps_rollup");
        var found = SMAPS_RSS.matcher(Files.exists(file) ? read("proc/" + tgid + "/smaps_rollup") : "");
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1)) * BYTES_PER_KIB) : OptionalLong.empty();
    }

    List<Module> modules() {
        return read("proc/modules").lines().map(Facts::module).toList();
    }

    private static Module module(String line) {
        var words = line.split(" ");
        return new Module(
                words[0],
                Long.parseLong(words[1]),
                Integer.parseInt(words[2]),
                words[3].equals("-") ? List.of() : List.of(words[3].split(",")),
                words[5],
                words.length > 6 ? words[6].replaceAll("[()]", "") : "");
    }

    List<Mount> mounts() {
        return read("proc/1/mountinfo").lines().map(Facts::mount).toList();
    }

    private static Mount mount(String line) {
        var words = List.of(line.split(" "));
        var afterDash = words.subList(words.indexOf("-") + 1, words.size());
        var ofMount = List.of(words.get(5).split(","));
        var ofSuper = List.of(afterDash.get(2).split(","));
        var options = new ArrayList<String>();
        options.add(ofMount.contains("ro") || ofSuper.contains("ro") ? "ro" : "rw");
        var more = new ArrayList<String>();
        for (var option : ofSuper.subList(1, ofSuper.size())) {
            (List.of("sync", "dirsync", "mand", "lazytime").contains(option) ? options : more).add(option);
        }
        options.addAll(ofMount.subList(1, ofMount.size()));
        return new Mount(unescaped(afterDash.get(1)), unescaped(words.get(4)), afterDash.get(0), options, more);
    }

    /** Undoes what {@code mangle_path} does with blanks and backslashes. */
    private static String unescaped(String text) {
        return Pattern.compile("\\\\([0-7]{3})").matcher(text).replaceAll(octal -> {
            var character = (char) Integer.parseInt(octal.group(1), 8);
            return character == '\\' ? "\\\\" : String.valueOf(character);
        });
    }

    /** {@return the records of {@code /dev/kmsg}, by number} */
    Map<Long, LogRecord> log() {
        var records = new LinkedHashMap<Long, LogRecord>();
        for (var line : read("kmsg").lines().toList()) {
            if (line.isEmpty() || line.startsWith(" ")) {
                continue; // a property of the record above
            }
            var semicolon = line.indexOf(';');
            var head = line.substring(0, semicolon).split(",");
            var record = new LogRecord(
                    Long.parseLong(head[1]),
                    Integer.parseInt(head[0]) & 7,
                    Long.parseLong(head[2]),
                    unescapedBytes(line.substring(semicolon + 1)));
            records.put(record.seq, record);
        }
        return records;
    }

    /** Undoes {@code \xNN}, byte by byte: what is not ASCII is several of them. */
    private static String unescapedBytes(String text) {
        var bytes = new ByteArrayOutputStream();
        for (var i = 0; i < text.length(); i++) {
            if (text.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** {@return what a console showed of this kernel; empty if there is none} */
    static Optional<List<ConsoleLine>> console(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = new ArrayList<ConsoleLine>();
        var banners = 0;
        for (var line : readBytes(file).lines().toList()) {
            var found = CONSOLE_LINE.matcher(line.strip());
            if (found.lookingAt()) {
                banners += found.group(3).startsWith("Linux version ") ? 1 : 0;
                if (banners > 1) {
                    break; // from here on it is the crash kernel that speaks
                }
                lines.add(new ConsoleLine(
                        Long.parseLong(found.group(1)) * 1_000_000 + Long.parseLong(found.group(2)), found.group(3)));
            }
        }
        return Optional.of(lines);
    }

    private String read(String name) {
        return readBytes(folder.resolve(name));
    }

    private static String readBytes(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
