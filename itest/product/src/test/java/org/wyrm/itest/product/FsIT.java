package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.fs.Kernfs;
import org.wyrm.fs.Sysfs;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.Program;

/**
 * File systems of dumps of the lab: what the commands show is what the guest said of itself, with no file and with
 * debugging information; what the helpers find is what Debian 13's drgn finds.
 */
@Timeout(300)
class FsIT {
    private static final Pattern FILE = Pattern.compile("(\\d+) -> (.*)");
    private static final Pattern NAME_SPACE = Pattern.compile("mnt -> mnt:\\[(\\d+)\\]");
    private static final Pattern LOCK =
            Pattern.compile("(\\d+): (-> )?(\\w+) +ADVISORY +(\\w+) (\\d+) (\\w+):(\\w+):(\\d+) (\\d+) (\\w+)");
    private static final String LOCKED = "/run/lab/files/file-000";

    private static final int INIT = 1;
    private static final long PAGE_BYTES = 4096;

    /** How many open files and mounts a guest has at least, and what drgn tells of a dump. */
    private static final int FILES = 190;

    private static final int MOUNTS = 40;
    private static final int STRUCTURES = 15_000;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void areAsTheGuestSaidWithoutAFile(String series) {
        compare(series, "zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1"})
    void areAsTheGuestSaidWithDebuggingInformation(String series) {
        compare(series, "dwarf");
    }

    private static void compare(String series, String symbols) {
        var dump = GuestDump.of(series, "kaslr256");
        var options = dump.symbols(symbols);
        var proc = dump.facts().resolve("proc");
        var files = files(proc);
        var mounts = mounts(proc);
        assertThat(files).hasSizeGreaterThan(FILES);
        assertThat(mounts.values().stream().mapToInt(List::size).sum()).isGreaterThan(MOUNTS);

        assertThat(openFiles(dump.rows(options, "files", "--all", "-q"))).isEqualTo(files);
        var mounted = mounts(dump.rows(options, "mount", "--all", "-q"));
        assertThat(mounted.keySet()).containsExactlyInAnyOrderElementsOf(mounts.keySet());
        mounts.forEach((space, expected) -> {
            // A guest says nothing of what cannot be reached from a task's root: that of kdevtmpfs is in the second
            // mount.
            var reached = expected.size() == 1 ? mounted.get(space).subList(1, 2) : mounted.get(space);
            assertThat(reached).isEqualTo(expected);
        });
        assertThat(dump.rows(options, "filelocks", "-q").stream().map(FsIT::lock))
                .containsExactlyElementsOf(locks(proc))
                .hasSize(2);
        var users = dump.rows(options, "fuser", LOCKED, "-q");
        assertThat(users.stream()
                        .map(row -> row.required("pid").asInt() + " "
                                + row.required("use").asText()))
                .containsExactlyInAnyOrderElementsOf(files.entrySet().stream()
                        .filter(file -> file.getValue().equals(LOCKED))
                        .map(Map.Entry::getKey)
                        .toList())
                .hasSizeGreaterThan(1);
        System.out.printf(
                "FsIT %s %s: %d files, %d mounts%n",
                series,
                options.isEmpty() ? "no file" : "DWARF",
                files.size(),
                mounts.values().stream().mapToInt(List::size).sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void areWhatDrgnFinds(String series) throws IOException {
        var dump = GuestDump.of(series, "kaslr256");
        var theirs = dump.drgn("import drgn.helpers.linux.kernfs", "fs.drgn.py");
        // Two mounts are on top of each other there: drgn goes up only one of them, the kernel both.
        for (var name : List.of("lookup /tmp/..", "lookup /tmp/../.")) {
            theirs.replace(name, theirs.get("lookup /"));
        }
        try (Program program = InProcess.open(dump.file())) {
            var ours = new FsWalks(program).lines();

            var differences = new TreeMap<String, String>();
            ours.forEach((name, words) -> {
                if (!words.equals(theirs.get(name))) {
                    differences.put(name, words + "\n  drgn: " + theirs.get(name));
                }
            });
            System.out.printf("FsIT %s: %d answers as drgn's%n", series, ours.size() - differences.size());
            assertThat(differences).isEmpty();
            assertThat(ours.keySet()).containsExactlyInAnyOrderElementsOf(theirs.keySet());
            assertThat(ours).hasSizeGreaterThan(STRUCTURES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void inSysfsAreAsTheGuestSaid(String series) {
        var dump = GuestDump.of(series, "kaslr256");
        var proc = dump.facts().resolve("proc");
        try (var program = InProcess.open(dump.file())) {
            var modules = firstWords(proc.resolve("modules"));
            var disks = read(proc.resolve("diskstats"))
                    .lines()
                    .map(line -> line.strip().split(" +")[2])
                    .toList();
            assertThat(modules).hasSizeGreaterThan(20);
            assertThat(Sysfs.sysfsListdir(program, "/sys/module")).containsAll(modules);
            assertThat(Sysfs.sysfsListdir(program, "class/block"))
                    .containsExactlyInAnyOrderElementsOf(disks)
                    .hasSizeGreaterThan(4);
            for (var disk : disks) {
                var path = "/sys/block/" + disk;
                var device = Sysfs.sysfsLookup(program, path).orElseThrow();
                assertThat(String.valueOf(device.type())).isEqualTo("struct device");
                assertThat(Sysfs.kobjectPath(device.member("kobj")))
                        .isEqualTo(Kernfs.kernfsPath(
                                Sysfs.sysfsLookupNode(program, path).orElseThrow()))
                        .endsWith("/" + disk);
            }
            for (var module : modules) {
                var kobject =
                        Sysfs.sysfsLookup(program, "/sys/module/" + module).orElseThrow();
                assertThat(Sysfs.kobjectPath(kobject)).isEqualTo("/module/" + module);
                assertThat(kobject.member("name").string()).isEqualTo(module);
            }
            assertThat(Sysfs.sysfsLookupKobject(program, "/sys/module/" + modules.getFirst() + "/sections"))
                    .isEmpty();
            assertThat(Sysfs.sysfsLookupNode(program, "/proc/self")).isEmpty();
            assertThat(Sysfs.sysfsLookupNode(program, "/sys/no/such")).isEmpty();
            System.out.printf("FsIT %s: %d modules, %d disks in sysfs%n", series, modules.size(), disks.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void inMemoryAreAsTheKernelCounts(String series) {
        var dump = GuestDump.of(series, "kaslr256");
        var facts = new Facts(dump.facts());
        var cached = dump.rows(List.of(), "filecache", "-q");
        var names = dump.rows(List.of(), "dentries", "-q");
        try (var program = InProcess.open(dump.file(), dump.kernel())) {
            // What has no name in a directory, such as a pipe, is counted by the kernel only.
            assertThat(sum(names, "dentries"))
                    .isBetween(counter(program, "nr_dentry") - 200, counter(program, "nr_dentry") - 1);
            assertThat(sum(names, "negative")).isEqualTo(counter(program, "nr_dentry_negative"));
        }
        // The guest told of its memory a moment before the dump.
        assertThat((double) sum(cached, "size_bytes"))
                .isCloseTo(facts.memory("Cached") + facts.memory("Buffers"), Percentage.withPercentage(2));
        assertThat(sum(cached, "dirty") * PAGE_BYTES).isLessThanOrEqualTo(facts.memory("Dirty"));
    }

    private static long sum(List<JsonNode> rows, String key) {
        assertThat(rows).hasSizeGreaterThan(30);
        return rows.stream().mapToLong(row -> row.required(key).asLong()).sum();
    }

    private static long counter(Program program, String name) {
        return Cpumasks.forEachPossibleCpu(program)
                .mapToLong(cpu -> Percpu.perCpu(program.variable(name), cpu).longValue())
                .sum();
    }

    // ---- rows

    private static Map<String, String> openFiles(List<JsonNode> rows) {
        return rows.stream()
                .filter(row -> row.required("pid").asInt() != INIT)
                .filter(row -> Character.isDigit(row.required("fd").asText().charAt(0)))
                .collect(Collectors.toMap(
                        row -> row.required("pid").asInt() + " "
                                + row.required("fd").asText(),
                        row -> row.required("path").asText(),
                        (first, again) -> first + " twice",
                        TreeMap::new));
    }

    private static Map<Long, List<String>> mounts(List<JsonNode> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(
                        row -> row.required("namespace").asLong(),
                        TreeMap::new,
                        Collectors.mapping(
                                row -> row.required("target").asText() + " "
                                        + row.required("fstype").asText(),
                                Collectors.toList())));
    }

    private static String lock(JsonNode row) {
        return Stream.of("number", "waiting", "type", "access", "pid", "device", "ino", "start", "end")
                .map(key -> row.required(key).asText())
                .collect(Collectors.joining(" "));
    }

    // ---- facts

    private static List<String> firstWords(Path file) {
        return read(file).lines().map(line -> line.split(" ")[0]).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folders of processes, by PID. */
    private static List<Path> processes(Path proc) {
        try (var folders = Files.list(proc)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparingInt(FsIT::pid))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int pid(Path process) {
        return Integer.parseInt(process.getFileName().toString());
    }

    private static Map<String, String> files(Path proc) {
        var found = new TreeMap<String, String>();
        for (var process : processes(proc)) {
            var text = read(process.resolve("fd.txt"));
            // The first process became another program since, and the one that looked into /proc has ended.
            if (pid(process) != INIT && !text.contains("-> /proc/" + pid(process))) {
                text.lines()
                        .map(FILE::matcher)
                        .filter(Matcher::matches)
                        .forEach(line -> found.put(pid(process) + " " + line.group(1), line.group(2)));
            }
        }
        return found;
    }

    private static Map<Long, List<String>> mounts(Path proc) {
        var found = new TreeMap<Long, List<String>>();
        for (var process : processes(proc)) {
            var space = NAME_SPACE.matcher(read(process.resolve("ns.txt")));
            if (space.find()) {
                found.putIfAbsent(
                        Long.valueOf(space.group(1)),
                        read(process.resolve("mountinfo"))
                                .lines()
                                .map(FsIT::mount)
                                .toList());
            }
        }
        return found;
    }

    private static String mount(String line) {
        var words = line.split(" ");
        var separator = List.of(words).indexOf("-");
        return words[4].replace("\\040", " ") + " " + words[separator + 1];
    }

    private static List<String> locks(Path proc) {
        return read(proc.resolve("locks"))
                .lines()
                .map(LOCK::matcher)
                .filter(Matcher::matches)
                .map(line -> String.join(
                        " ",
                        line.group(1),
                        Boolean.toString(line.group(2) != null),
                        line.group(3),
                        line.group(4),
                        line.group(5),
                        Integer.parseInt(line.group(6), 16) + ":" + Integer.parseInt(line.group(7), 16),
                        line.group(8),
                        line.group(9),
                        line.group(10).equals("EOF") ? "null" : line.group(10)))
                .toList();
    }
}
