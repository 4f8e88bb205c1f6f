package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts that come with the product, on dumps of the lab with no file of debugging information: they print what the
 * guest said of itself and what Debian 13's drgn finds. The guest spoke some seconds before the dump.
 */
@Timeout(300)
class ScriptToolsIT {
    private static final Pattern FILE = Pattern.compile("(\\d+) -> (.*)");
    private static final Pattern INTERRUPT = Pattern.compile(" *(\\d+): +(.*)");
    private static final Pattern FUNCTION_SIZE = Pattern.compile("(\\+0x[0-9a-f]+)/0x[0-9a-f]+( \\[\\w+\\])?");

    private static final int CPUS = 2;
    private static final int CACHES = 140;
    private static final int COUNTERS = 145;
    private static final int INODES = 400;
    private static final int AREAS = 190;

    // ---- what is run -------------------------------------------------------------------------------------------

    private static Path folder() {
        return Wyrm.built().home().resolve("share/scripts");
    }

    private static Wyrm.Run run(GuestDump dump, String script, Object... arguments) {
        var words = new ArrayList<Object>(List.of("-c", dump.file(), "script", script));
        words.addAll(List.of(arguments));
        return Wyrm.built().run(words.toArray());
    }

    private static List<String> lines(GuestDump dump, String script, Object... arguments) {
        return run(dump, script, arguments).expectClean().out().lines().toList();
    }

    /** {@return the lines without the first, which says what their words are, with single spaces} */
    private static List<String> table(GuestDump dump, String script, Object... arguments) {
        return words(lines(dump, script, arguments)).stream().skip(1).toList();
    }

    private static List<String> words(List<String> lines) {
        return lines.stream().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    /** {@return the lines by their words up to a place} */
    private static Map<String, String> by(int words, List<String> lines) {
        return lines.stream()
                .collect(Collectors.toMap(
                        line -> String.join(" ", Arrays.copyOf(line.split(" "), words)),
                        line -> line.split(" ", words + 1).length > words ? line.split(" ", words + 1)[words] : "",
                        (first, again) -> first + " twice",
                        TreeMap::new));
    }

    private static GuestDump dump(String series) {
        return GuestDump.of(series, "kaslr256");
    }

    private static List<String> fact(GuestDump dump, String name) throws IOException {
        return Files.readAllLines(dump.facts().resolve(name));
    }

    private static Map<String, String> drgn(GuestDump dump, List<String> pages) throws IOException {
        return dump.drgn("import drgn.helpers.linux.slab, drgn.helpers.linux.cgroup", "tools.drgn.py", pages);
    }

    /** {@return what drgn says of one kind of things, without the kind's name} */
    private static Map<String, String> ofKind(String kind, Map<String, String> theirs) {
        return theirs.entrySet().stream()
                .filter(each -> each.getKey().startsWith(kind + " "))
                .collect(Collectors.toMap(
                        each -> each.getKey().substring(kind.length() + 1),
                        Map.Entry::getValue,
                        (first, again) -> again,
                        TreeMap::new));
    }

    // ---- all of them -------------------------------------------------------------------------------------------

    /** Each can be run by its own name, says what it does, and is in the table of the page. */
    @Test
    void areProgramsThatTheirPageTells() throws IOException {
        var page = Files.readString(Wyrm.root().resolve("docs/help/script.md"));
        try (var files = Files.list(folder())) {
            var scripts = files.toList();
            assertThat(scripts).hasSize(12).allMatch(Files::isExecutable);
            for (var script : scripts) {
                var lines = Files.readAllLines(script);
                assertThat(lines.getFirst()).isEqualTo("#!/usr/bin/env -S wyrm script");
                assertThat(String.join("\n", lines.subList(1, 5)))
                        .startsWith("// ")
                        .contains("Argument");
                assertThat(lines).allMatch(line -> line.length() <= 120);
                assertThat(page)
                        .contains("| `" + String.valueOf(script.getFileName()).replace(".groovy", "") + "` ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void printWhatDrgnFinds(String series) throws IOException {
        var dump = dump(series);
        var theirs = drgn(dump, List.of());

        var caches = by(1, table(dump, "slabinfo"));
        assertThat(caches).isEqualTo(ofKind("slabinfo", theirs)).hasSizeGreaterThan(CACHES);
        var counters = by(1, lines(dump, "vmstat"));
        assertThat(counters).isEqualTo(ofKind("vmstat", theirs)).hasSizeGreaterThan(COUNTERS);
        var interrupts = by(1, table(dump, "irq"));
        assertThat(interrupts).isEqualTo(ofKind("irq", theirs)).hasSizeGreaterThan(20);
        var drivers = by(1, words(lines(dump, "platform_drivers")));
        assertThat(drivers).isEqualTo(ofKind("driver", theirs)).hasSizeGreaterThan(6);
        var groups = table(dump, "cgroup").stream()
                .map(line -> line.split(" ", 3))
                .collect(Collectors.toMap(row -> row[2], row -> row[0] + " " + row[1]));
        assertThat(groups).isEqualTo(ofKind("cgroup", theirs)).hasSize(5);
        var inodes = new TreeMap<String, String>();
        for (var path : List.of("/", "/mnt/ext4")) {
            by(1, table(dump, "fs_inodes", path)).forEach((inode, words) -> inodes.put(path + " " + inode, words));
        }
        assertThat(inodes).isEqualTo(ofKind("inode", theirs)).hasSizeGreaterThan(INODES);
        var ranges = by(1, words(lines(dump, "kcore_list")));
        assertThat(ranges).isEqualTo(ofKind("kcore", theirs)).hasSize(7);
        assertThat(theirs.get("mutex cgroup_mutex")).isEqualTo("0");
        assertThat(lines(dump, "mutex_owner", "&cgroup_mutex")).containsExactly("nobody");
        System.out.printf(
                "ScriptToolsIT %s as drgn: %d caches, %d counters, %d interrupts, %d drivers, %d groups, %d inodes%n",
                series,
                caches.size(),
                counters.size(),
                interrupts.size(),
                drivers.size(),
                groups.size(),
                inodes.size());
    }

    // ---- slabinfo ----------------------------------------------------------------------------------------------

    /** Caches are the same, and what they are; what is in them changes until the dump. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void slabinfoIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        var told = words(fact(dump, "proc/slabinfo")).stream()
                .skip(2)
                .map(line -> line.split(" "))
                .toList();
        var ours = table(dump, "slabinfo").stream().map(line -> line.split(" ")).toList();

        // NAME USED OBJECTS BYTES PER_SLAB PAGES SLABS; the guest says the slabs in the last columns but one
        assertThat(ours.stream().map(row -> List.of(row[0], row[3], row[4], row[5])))
                .containsExactlyElementsOf(told.stream()
                        .map(row -> List.of(row[0], row[3], row[4], row[5]))
                        .toList())
                .hasSizeGreaterThan(CACHES);
        var same = IntStream.range(0, told.size())
                .filter(i -> ours.get(i)[2].equals(told.get(i)[2]) && ours.get(i)[6].equals(told.get(i)[14]))
                .count();
        System.out.printf("ScriptToolsIT %s: %d of %d caches as full as the guest said%n", series, same, ours.size());
        assertThat(same).isGreaterThan(told.size() * 3L / 4);
        assertThat(table(dump, "slabinfo", "task_struct", "dentry").stream().map(line -> line.split(" ")[0]))
                .containsExactlyInAnyOrder("task_struct", "dentry");
    }

    // ---- vmstat ------------------------------------------------------------------------------------------------

    /** The names are the guest's in its order, but for those that are not kept; what counts events has not gone back. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void vmstatIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        // The kernel makes the first ones when asked; the last one is a word for old programs; memory maps are counted
        // in variables of their own.
        Predicate<String> isKept = line -> !line.matches("(nr_dirty_\\w*threshold|nr_memmap\\w*|nr_unstable) .*");
        var told = fact(dump, "proc/vmstat").stream()
                .filter(isKept)
                .map(line -> line.split(" "))
                .toList();
        var ours = lines(dump, "vmstat").stream().map(line -> line.split(" ")).toList();

        assertThat(ours.stream().map(row -> row[0]))
                .containsExactlyElementsOf(told.stream().map(row -> row[0]).toList());
        var names = ours.stream().map(row -> row[0]).toList();
        for (var i = names.indexOf("pgpgin"); i < names.size(); i++) {
            assertThat(Long.parseLong(ours.get(i)[1]))
                    .as(names.get(i))
                    .isGreaterThanOrEqualTo(Long.parseLong(told.get(i)[1]));
        }
        var same = IntStream.range(0, names.size())
                .filter(i -> ours.get(i)[1].equals(told.get(i)[1]))
                .count();
        System.out.printf("ScriptToolsIT %s: %d of %d counters as the guest said%n", series, same, names.size());
        assertThat(same).isGreaterThan(names.size() / 2);
        // A huge page of the guest's: counted as 512 pages since v5.12.
        assertThat(lines(dump, "vmstat", "nr_anon_transparent_hugepages"))
                .containsExactly("nr_anon_transparent_hugepages 1");
    }

    // ---- irq ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void irqIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        var told = by(
                1,
                words(fact(dump, "proc/interrupts")).stream()
                        .map(INTERRUPT::matcher)
                        .filter(line -> line.matches())
                        .map(line -> line.group(1) + " " + line.group(2))
                        .toList());
        var ours = by(1, table(dump, "irq"));

        assertThat(ours.keySet()).isEqualTo(told.keySet());
        ours.forEach((number, line) -> {
            var words = line.split(" ", CPUS + 1);
            var theirs = told.get(number).split(" ", CPUS + 1);
            assertThat(words[CPUS]).isEqualTo(theirs[CPUS]);
            for (var cpu = 0; cpu < CPUS; cpu++) {
                assertThat(Long.parseLong(words[cpu])).as(line).isGreaterThanOrEqualTo(Long.parseLong(theirs[cpu]));
            }
        });
    }

    // ---- vmmap -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void vmmapIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        var maps = GuestDump.processes(dump.facts(), "maps");
        var files = GuestDump.processes(dump.facts(), "fd.txt");
        // All that have a file with no name, and some more; the first process became another program since, and the one
        // that looked into /proc has ended.
        var wanted = maps.entrySet().stream()
                .filter(each -> !each.getKey().equals("1") && !each.getValue().isEmpty())
                .filter(each -> !files.getOrDefault(each.getKey(), "").contains("-> /proc/" + each.getKey()))
                .filter(each ->
                        each.getValue().contains("(deleted)") || each.getKey().endsWith("7"))
                .toList();

        var areas = 0;
        for (var process : wanted) {
            var ours = words(lines(dump, "vmmap", process.getKey()));
            assertThat(ours)
                    .as(process.getKey())
                    .containsExactlyElementsOf(words(process.getValue().lines().toList()));
            areas += ours.size();
        }
        System.out.printf("ScriptToolsIT %s: %d areas of %d processes%n", series, areas, wanted.size());
        assertThat(wanted).hasSizeGreaterThan(2);
        assertThat(String.join("\n", maps.values())).contains("/memfd:", "/SYSV", "/anon_hugepage (deleted)", "[vdso]");
    }

    // ---- cgroup ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void cgroupIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        var told = fact(dump, "cgroups").stream()
                .map(path -> path.substring("/sys/fs/cgroup".length()))
                .map(path -> path.isEmpty() ? "/" : path)
                .toList();

        assertThat(table(dump, "cgroup").stream().map(line -> line.split(" ", 3)[2]))
                .containsExactlyInAnyOrderElementsOf(told)
                .hasSize(5);
        var members = new TreeMap<String, String>();
        for (var path : told) {
            words(lines(dump, "cgroup", path)).forEach(line -> members.put(line.split(" ")[0], path));
        }
        var processes = GuestDump.processes(dump.facts(), "cgroup");
        // The one that copied the facts has ended, and so may have others; a child of the kernel's may be new.
        var compared = processes.keySet().stream().filter(members::containsKey).toList();
        assertThat(compared).hasSizeGreaterThan(processes.size() - 5).hasSizeGreaterThan(100);
        for (var pid : compared) {
            assertThat("0::" + members.get(pid) + "\n").as(pid).isEqualTo(processes.get(pid));
        }
    }

    // ---- find_struct_file --------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void findStructFileIsAsTheGuestSaid(String series) {
        var dump = dump(series);
        var told = new TreeMap<String, List<String>>();
        GuestDump.processes(dump.facts(), "fd.txt").forEach((pid, text) -> {
            // The first process became another program since, and the one that looked into /proc has ended.
            if (!pid.equals("1") && !text.contains("-> /proc/" + pid)) {
                text.lines()
                        .map(FILE::matcher)
                        .filter(line -> line.matches())
                        .forEach(line -> told.computeIfAbsent(line.group(2), path -> new ArrayList<>())
                                .add(pid + " " + line.group(1)));
            }
        });
        var socket = told.keySet().stream()
                .filter(path -> path.startsWith("socket:["))
                .findFirst()
                .orElseThrow();
        var memory = told.keySet().stream()
                .filter(path -> path.startsWith("/memfd:"))
                .findFirst()
                .orElseThrow();

        for (var path : List.of("/dev/null", "/run/lab/files/file-000", socket, memory)) {
            var ours = table(dump, "find_struct_file", path).stream()
                    .map(line -> line.split(" "))
                    .filter(row -> !row[1].equals("1"))
                    .map(row -> row[1] + " " + row[2])
                    .toList();
            assertThat(ours)
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(told.get(path))
                    .isNotEmpty();
        }
    }

    // ---- vmallocinfo -------------------------------------------------------------------------------------------

    /** Addresses, sizes, who asked: but for areas that came and went until the dump. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void vmallocinfoIsAsTheGuestSaid(String series) throws IOException {
        var dump = dump(series);
        // What is not unmapped yet is not told, nor the node of the pages, nor that the list of pages is an area too.
        var told = words(fact(dump, "proc/vmallocinfo")).stream()
                .filter(line -> !line.endsWith("unpurged vm_area"))
                .map(line -> FUNCTION_SIZE.matcher(line).replaceAll("$1"))
                .map(line -> line.replaceAll(" (N\\d+=\\d+|vpages)", ""))
                .toList();
        var ours = words(lines(dump, "vmallocinfo"));

        var same = ours.stream().filter(told::contains).count();
        System.out.printf("ScriptToolsIT %s: %d of %d areas as the guest said%n", series, same, ours.size());
        assertThat(same).isGreaterThan(told.size() - 15).isGreaterThan(AREAS);
    }

    /** Of 5.10, which tells no addresses in {@code /proc}, this is all. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void vmallocinfoIsWhatDrgnFinds(String series) throws IOException {
        var dump = dump(series);
        var theirs = ofKind("vmalloc", drgn(dump, List.of()));
        var ours = words(lines(dump, "vmallocinfo"));

        assertThat(ours.stream().map(line -> line.substring(0, line.indexOf('-'))))
                .containsExactlyElementsOf(theirs.keySet())
                .hasSizeGreaterThan(AREAS);
        for (var line : ours) {
            var words = line.split(" ");
            // bytes, caller, pages, physical address, flags
            var other = theirs.get(line.substring(0, line.indexOf('-'))).split(" ");
            assertThat(Long.parseLong(words[1])).isEqualTo(Long.decode(other[0]));
            if (other.length > 1) {
                assertThat(line.contains("pages=" + Long.decode(other[2]))).isEqualTo(Long.decode(other[2]) != 0);
                assertThat(line.contains("phys=")).isEqualTo(Long.decode(other[3]) != 0);
                assertThat(line.contains("ioremap")).isEqualTo((Long.decode(other[4]) & 1) != 0);
                assertThat(line.contains(" vmalloc")).isEqualTo((Long.decode(other[4]) & 2) != 0);
                assertThat(line.contains(" vmap")).isEqualTo((Long.decode(other[4]) & 4) != 0);
            }
        }
    }

    // ---- mutex_owner -------------------------------------------------------------------------------------------

    /** The disk of a btrfs is stuck while a transaction is committed: its thread holds the mutex that is named for it. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void mutexOwnerIsTheThreadThatCommits(String series) throws IOException {
        var dump = GuestDump.of(series, "stuck256");
        var info = Wyrm.built()
                .run("-c", dump.file(), "-e", """
                        def block = list_for_each_entry('struct super_block', prog['super_blocks'].address_of_(), 's_list')
                                .find { it.s_type.name == 'btrfs' }
                        def info = cast('struct btrfs_fs_info *', block.s_fs_info)
                        println info.transaction_kthread_mutex.address_of_()
                        println info.cleaner_mutex.address_of_()
                        """)
                .expectClean()
                .out()
                .lines()
                .toList();
        var committing = fact(dump, "tasks.jsonl").stream()
                .map(Json::value)
                .filter(task -> task.required("comm").asText().startsWith("btrfs-transacti"))
                .map(task -> task.required("pid").asText())
                .toList();

        assertThat(lines(dump, "mutex_owner", info.get(0)))
                .singleElement()
                .asString()
                .startsWith(committing.getFirst() + " btrfs-transacti 0x");
        assertThat(lines(dump, "mutex_owner", info.get(1))).containsExactly("nobody");
    }

    // ---- show_page_info ----------------------------------------------------------------------------------------

    /** A page of a file, one within a huge page, one of a private map of hugetlbfs, one of memory. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void showPageInfoIsWhatTheGuestMadeAndWhatDrgnFinds(String series) throws IOException {
        var dump = dump(series);
        // In the guest's own words, 00585000-005db000 r--p 00185000 00:02 6 /bin/busybox.
        var file = page(dump, "1", "0x585000");
        assertThat(file.get("contents")).isEqualTo("page 389 of inode 6 of rootfs, /bin/busybox");
        var found = new TreeMap<>(Map.of("file", file));
        for (var line : fact(dump, "facts.jsonl")) {
            var fact = Json.value(line);
            var kind = fact.required("fact").asText();
            if (List.of("thp", "hugetlb", "anon").contains(kind)) {
                var address = Long.decode(fact.required("addr").asText()) + 0x3000;
                var page = page(dump, fact.required("pid").asText(), "0x" + Long.toHexString(address));
                assertThat(page.get("contents")).as(kind).isEqualTo("anonymous memory");
                found.put(kind, page);
            }
        }
        assertThat(found.keySet()).containsExactly("anon", "file", "hugetlb", "thp");

        var addresses =
                found.values().stream().map(page -> page.get("physical")).toList();
        var theirs = ofKind("page", drgn(dump, addresses));
        found.forEach((kind, page) -> {
            var isHuge = kind.equals("thp") || kind.equals("hugetlb");
            // page, first page, flags set, all their names, use, mapped
            var other = theirs.get(page.get("physical")).split(" ");
            assertThat(page.get("page")).as(kind).isEqualTo(isHuge ? other[0] + ", of " + other[1] : other[0]);
            var flags = List.of(page.get("flags").split("\\|"));
            assertThat(flags.contains("head")).as(kind).isEqualTo(isHuge);
            assertThat(flags).as(kind).hasSize(Integer.parseInt(other[2]));
            assertThat(List.of(other[3].split("\\|")))
                    .containsAll(flags.stream().map(flag -> "PG_" + flag).toList());
            assertThat(page.get("used")).as(kind).isEqualTo(other[4]);
            assertThat(page.get("mapped")).as(kind).isEqualTo(isHuge ? "not told of a compound page" : other[5]);
        });
    }

    private static Map<String, String> page(GuestDump dump, String pid, String address) {
        return by(1, words(lines(dump, "show_page_info", pid, address)));
    }

    // ---- what goes wrong ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vmmap            |              | 2 | usage: wyrm script vmmap PID",
                "vmmap            | 2            | 1 | vmmap: task 2, kthreadd, has no memory of its own",
                "vmmap            | 4000         | 1 | vmmap: no task 4000",
                "cgroup           | /none        | 1 | cgroup: no control group /none",
                "fs_inodes        |              | 2 | usage: wyrm script fs_inodes PATH",
                "fs_inodes        | /none        | 4 | wyrm: no ",
                "find_struct_file |              | 2 | usage: wyrm script find_struct_file PATH",
                "mutex_owner      |              | 2 | usage: wyrm script mutex_owner ADDRESS",
                "mutex_owner      | 0x10         | 5 | wyrm: cannot read virtual address 0x0000000000000010",
                "show_page_info   | 1            | 2 | usage: wyrm script show_page_info PID ADDRESS",
                "show_page_info   | 1 0          | 1 | show_page_info: 0 of 1: not mapped"
            })
    void tellWhatIsWrong(String script, String arguments, int code, String message) {
        var words = arguments == null ? new Object[0] : arguments.split(" ");

        var run = run(dump("6.1"), script, words);

        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.err()).startsWith(message);
        assertThat(run.out()).isEmpty();
    }
}
