package org.wyrm.itest.product;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Compares what the product says of a dump with what the guest said of itself. Confined. */
final class FactsComparer {
    /** {@code kworker/1:0H}, {@code ksoftirqd/1}: a thread of one CPU. */
    private static final Pattern BOUND = Pattern.compile("[^/]+/(\\d+)(:.*)?");

    /** What the lab's {@code action=panic} does. */
    private static final String PANIC = "sysrq triggered crash";

    /** No dump is taken later: the lab dumps as soon as the guest says that it is ready. */
    private static final double MAX_DUMP_DELAY_S = 90;

    /** The facts read two clocks one after the other, a guest under TCG takes its time between, and jiffies are 4 ms. */
    private static final double CLOCK_TOLERANCE_S = 0.5;

    private static final int CONSOLE_LEVELS = 7;

    /** TASK_RSS_EVENTS_THRESH faults, each of which maps up to 16 pages around it. */
    private static final long LEFT_TO_A_THREAD_BYTES = 64 * 16 * 4096;

    private final Wyrm wyrm;
    private final DumpFile dump;
    private final Facts facts;
    private final Map<Integer, Facts.Task> tasks;
    private final Comparison result;

    FactsComparer(Wyrm wyrm, DumpFile dump) {
        this.wyrm = wyrm;
        this.dump = dump;
        this.facts = new Facts(dump.facts());
        this.tasks = facts.tasks();
        this.result = new Comparison(dump);
    }

    /** Compares all that there are facts of. */
    Comparison compareAll() {
        compareTasks();
        compareLog();
        compareModules();
        compareMounts();
        compareSystem();
        return result;
    }

    private List<JsonNode> rows(String command) {
        var run = wyrm.run("-c", dump.file(), command, "--format", "json");
        if (run.code() != 0 || !run.err().isEmpty()) {
            result.differs(command, "a clean run", run);
        }
        return Json.rows(run.out());
    }

    // ---- tasks

    private void compareTasks() {
        var rows = rows("tasks");
        var actual = new TreeMap<Integer, JsonNode>();
        var last = 0;
        for (var row : rows) {
            var pid = row.required("pid").asInt();
            if (pid <= last) {
                result.differs("tasks", "PIDs in order", pid + " after " + last);
            }
            last = pid;
            actual.put(pid, row);
        }
        for (var task : tasks.values()) {
            var row = actual.remove(task.pid());
            if (row != null) {
                result.row("tasks");
                compareTask(task, row);
            } else if (task.tookTheFacts()) {
                result.moved(Mover.SNAPSHOT_TASK_ENDED);
            } else if (task.isKernelThread() && task.comm().startsWith("kworker/")) {
                result.moved(Mover.KWORKER_CAME_OR_WENT);
            } else if (task.isKernelThread() && task.comm().equals("ext4lazyinit")) {
                result.moved(Mover.LAZY_INIT_ENDED);
            } else {
                result.differs("tasks", task, "no such task");
            }
        }
        actual.values().forEach(this::explainNewTask);
    }

    private void explainNewTask(JsonNode row) {
        result.row("tasks");
        var comm = row.required("comm").asText();
        var isKernels = row.required("ppid").asInt() == 2
                && row.required("kernel_thread").asBoolean();
        if (isKernels && comm.startsWith("kworker/")) {
            result.moved(Mover.KWORKER_CAME_OR_WENT);
        } else if (isKernels
                && dump.loadedCrashKernel()
                && (comm.startsWith("jbd2/") || comm.startsWith("ext4-rsv-"))) {
            result.moved(Mover.CRASH_KERNEL_THREADS);
        } else {
            result.differs("tasks", "no such task", row);
        }
    }

    private void compareTask(Facts.Task task, JsonNode row) {
        var what = "tasks " + task.pid() + " " + task.comm() + " ";
        result.same(what + "tgid", task.tgid(), row.required("tgid").asInt());
        result.same(what + "ppid", task.ppid(), row.required("ppid").asInt());
        result.same(
                what + "kernel_thread",
                task.isKernelThread(),
                row.required("kernel_thread").asBoolean());
        if (!row.required("task").asText().matches("0x[0-9a-f]{16}")) {
            result.differs(what + "task", "an address", row.required("task"));
        }
        if (task.pid() == 1) {
            result.moved(Mover.INIT_WENT_ON);
            result.same(
                    what + "comm",
                    dump.crashed() ? "init" : "sleep",
                    row.required("comm").asText());
            result.same(
                    what + "state",
                    dump.crashed() ? "R" : "S",
                    row.required("state").asText());
            if (row.required("rss_bytes").asLong() <= 0) {
                result.differs(what + "rss_bytes", "some", row.required("rss_bytes"));
            }
            return;
        }
        result.same(what + "comm", task.comm(), row.required("comm").asText());
        compareState(what, task, row);
        compareCpu(what, task, row);
        compareRss(what, task, row);
    }

    private void compareState(String what, Facts.Task task, JsonNode row) {
        var state = row.required("state").asText();
        if (task.state().equals(state)) {
            return;
        }
        var flips = task.isKernelThread()
                && (task.comm().matches("rcu_(preempt|sched)") || task.comm().matches("(ksoftirqd|kworker)/.*"))
                && "RIS".contains(state)
                && "RIS".contains(task.state());
        if (flips) {
            result.moved(Mover.RUNNING_OR_IDLE);
        } else {
            result.differs(what + "state", task.state(), state);
        }
    }

    private void compareCpu(String what, Facts.Task task, JsonNode row) {
        var cpu = row.required("cpu").asInt();
        if (cpu == task.cpu()) {
            return;
        }
        var isCpu = cpu >= 0 && cpu < Integer.parseInt(facts.system("cpus"));
        var bound = BOUND.matcher(task.comm());
        if (task.isKernelThread()
                && isCpu
                && (!isBound(task.comm()) || bound.matches() && cpu == Integer.parseInt(bound.group(1)))) {
            result.moved(Mover.KERNEL_THREAD_ON_OTHER_CPU);
        } else if (isCpu && task.state().equals("R")) {
            result.moved(Mover.RUNNING_TASK_ON_OTHER_CPU);
        } else {
            result.differs(what + "cpu", task.cpu(), cpu);
        }
    }

    private static boolean isBound(String comm) {
        return BOUND.matcher(comm).matches();
    }

    /** What the kernel counted page by page is what the dump has to say; a task without memory has no number. */
    private void compareRss(String what, Facts.Task task, JsonNode row) {
        var rss = row.required("rss_bytes");
        var actual = rss.isNull() ? OptionalLong.empty() : OptionalLong.of(rss.asLong());
        var hasMemory = !task.isKernelThread() && !task.state().equals("Z");
        if (!facts.countPages() && hasMemory) {
            var left = LEFT_TO_A_THREAD_BYTES * tasksOf(task.tgid());
            var most = task.rssBytes() + (facts.countsRssByCpu() ? 0 : left);
            if (actual.isEmpty() || actual.getAsLong() < task.rssBytes() || actual.getAsLong() > most) {
                result.differs(what + "rss_bytes", task.rssBytes() + " to " + most, actual);
            } else if (actual.getAsLong() != task.rssBytes()) {
                result.moved(Mover.RSS_LEFT_TO_THREADS);
            }
            return;
        }
        result.same(
                what + "rss_bytes (smaps_rollup; stat says " + task.rssBytes() + ")",
                hasMemory ? facts.countedRss(task.tgid()) : OptionalLong.empty(),
                actual);
    }

    private long tasksOf(int tgid) {
        return tasks.values().stream().filter(task -> task.tgid() == tgid).count();
    }

    // ---- log

    private void compareLog() {
        var expected = facts.log();
        var after = new ArrayList<JsonNode>();
        var lastSeq =
                expected.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
        var lastMicros = expected.get(lastSeq).micros();
        for (var row : rows("log")) {
            result.row("log");
            var actual = new Facts.LogRecord(
                    row.required("seq").asLong(),
                    row.required("level").asInt(),
                    row.required("timestamp_ns").asLong() / 1000,
                    row.required("text").asText());
            if (actual.seq() > lastSeq) {
                after.add(row);
                result.moved(Mover.LOG_WENT_ON);
            } else {
                result.same("log " + actual.seq(), expected.remove(actual.seq()), actual);
            }
        }
        expected.values().forEach(missing -> result.differs("log", missing, "no such record"));
        Facts.console(dump.console()).ifPresent(console -> compareConsole(console, lastMicros, after));
    }

    /** What came after the facts stands on the console: all that is more than debugging, line by line. */
    private void compareConsole(List<Facts.ConsoleLine> console, long lastMicros, List<JsonNode> after) {
        var shown = console.stream()
                .filter(line -> line.micros() > lastMicros)
                .map(Facts.ConsoleLine::toString)
                .sorted()
                .toList();
        var logged = after.stream()
                .filter(row -> row.required("level").asInt() < CONSOLE_LEVELS)
                .flatMap(row -> row.required("text")
                        .asText()
                        .lines()
                        .map(line -> new Facts.ConsoleLine(
                                row.required("timestamp_ns").asLong() / 1000, line)))
                .map(Facts.ConsoleLine::toString)
                .sorted()
                .toList();
        if (!shown.equals(logged)) {
            var onlyShown = new ArrayList<>(shown);
            logged.forEach(onlyShown::remove);
            var onlyLogged = new ArrayList<>(logged);
            shown.forEach(onlyLogged::remove);
            result.differs("log after the facts, against the console", onlyShown, onlyLogged);
        }
    }

    // ---- modules

    private void compareModules() {
        var expected = facts.modules();
        var actual = rows("mod");
        result.same(
                "mod names, in order", expected.stream().map(Facts.Module::name).toList(), texts(actual, "name"));
        for (var i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            result.row("mod");
            compareModule(expected.get(i), actual.get(i));
        }
    }

    private void compareModule(Facts.Module module, JsonNode row) {
        var what = "mod " + module.name() + " ";
        result.same(what + "address", module.address(), row.required("address").asText());
        result.same(
                what + "size_bytes",
                module.byteSize(),
                row.required("size_bytes").asLong());
        result.same(what + "used_by", module.usedBy(), strings(row.required("used_by")));
        result.same(
                what + "taints", orNull(module.taints()), row.required("taints").textValue());
        var moved = row.required("references").asInt() - module.references();
        if (moved == 0) {
            return;
        }
        if (module.name().equals("virtio_blk") && moved == -1) {
            result.moved(Mover.SNAPSHOT_DISK_CLOSED);
        } else if (dump.loadedCrashKernel() && module.name().startsWith("crc32c") && moved == 2) {
            result.moved(Mover.CRASH_KERNEL_CHECKSUMS);
        } else {
            result.differs(what + "references", module.references(), row.required("references"));
        }
    }

    // ---- mounts

    private void compareMounts() {
        var expected = facts.mounts();
        var actual = rows("mount");
        for (var i = 0; i < actual.size(); i++) {
            result.row("mount");
            var row = actual.get(i);
            if (i < expected.size()) {
                compareMount(expected.get(i), row);
            } else if (dump.loadedCrashKernel()
                    && row.required("target").asText().equals("/mnt/kdump")) {
                result.moved(Mover.CRASH_KERNEL_MOUNT);
                result.same(
                        "mount /mnt/kdump fstype",
                        "ext4",
                        row.required("fstype").asText());
                result.same("mount /mnt/kdump options", List.of("ro", "relatime"), strings(row.required("options")));
            } else {
                result.differs("mount", "no such mount", row);
            }
        }
        expected.stream().skip(actual.size()).forEach(missing -> result.differs("mount", missing, "no such mount"));
    }

    private void compareMount(Facts.Mount mount, JsonNode row) {
        var what = "mount " + mount.target() + " ";
        result.same(what + "target", mount.target(), row.required("target").asText());
        result.same(what + "fstype", mount.fstype(), row.required("fstype").asText());
        result.same(what + "options", mount.options(), strings(row.required("options")));
        if (!mount.more().isEmpty()) {
            result.moved(Mover.FILE_SYSTEM_OPTIONS);
        }
        var source = row.required("source").asText();
        if (!source.equals(mount.source()) && mount.fstype().equals("btrfs") && source.equals("none")) {
            result.moved(Mover.BTRFS_DEVICE_UNKNOWN);
        } else {
            result.same(what + "source", mount.source(), source);
        }
    }

    // ---- the whole

    private void compareSystem() {
        var rows = rows("sys");
        result.same("sys rows", 1, rows.size());
        var row = rows.getFirst();
        result.row("sys");
        for (var key : List.of("release", "version", "machine", "nodename")) {
            result.same("sys " + key, facts.system(key), row.required(key).asText());
        }
        result.same(
                "sys cpus",
                Integer.valueOf(facts.system("cpus")),
                row.required("cpus").asInt());
        compareOnline(row.required("cpus_online").asInt());
        result.same(
                "sys taints",
                orNull(taints(Long.parseLong(facts.system("tainted")))),
                row.required("taints").textValue());
        result.same(
                "sys panic",
                dump.crashed() ? PANIC : null,
                row.required("panic").textValue());
        result.same(
                "sys memory_bytes",
                facts.memory("MemTotal"),
                row.required("memory_bytes").asLong());
        compareFreeMemory(row.required("free_memory_bytes").asLong());
        compareClocks(row);
        compareLoad(row);
        var tasks = Json.rows(
                        wyrm.run("-c", dump.file(), "tasks", "--format", "json").out())
                .size();
        result.same(
                "sys tasks (and rows of tasks)",
                (long) tasks,
                row.required("tasks").asLong());
    }

    /** No taint is no text, rather than an empty one. */
    private static String orNull(String taints) {
        return taints.isEmpty() ? null : taints;
    }

    private static String taints(long mask) {
        var letters = "PFSRMBUDAWCIOELKXTNJ";
        var said = new StringBuilder();
        for (var bit = 0; bit < letters.length(); bit++) {
            if ((mask >>> bit & 1) != 0) {
                said.append(letters.charAt(bit));
            }
        }
        return said.toString();
    }

    /** A panic takes the other CPUs offline, a crash kernel's start stops them without. */
    private void compareOnline(int online) {
        var before = Integer.parseInt(facts.system("cpus_online"));
        if (dump.crashed() ? online < 1 || online > before : online != before) {
            result.differs("sys cpus_online", before, online);
        }
    }

    private void compareFreeMemory(long freeBytes) {
        result.moved(Mover.FREE_MEMORY);
        var total = facts.memory("MemTotal");
        if (freeBytes <= 0 || Math.abs(freeBytes - facts.memory("MemFree")) > total / 4) {
            result.differs(
                    "sys free_memory_bytes", facts.memory("MemFree") + " give or take a quarter of all", freeBytes);
        }
    }

    private void compareClocks(JsonNode row) {
        var uptime = row.required("uptime_seconds").asDouble();
        var delay = uptime - facts.uptime();
        if (delay < 0 || delay > MAX_DUMP_DELAY_S) {
            result.differs("sys uptime_seconds", facts.uptime() + " and up to " + MAX_DUMP_DELAY_S + " more", uptime);
        }
        var date = Instant.parse(row.required("date").asText());
        var clock = facts.realtime() + delay;
        // Whole seconds: what is over is left out.
        var since = clock - date.getEpochSecond();
        if (date.getNano() != 0 || since < -CLOCK_TOLERANCE_S || since >= 1 + CLOCK_TOLERANCE_S) {
            result.differs("sys date, which goes as uptime_seconds does", clock, date);
        }
    }

    /**
     * The kernel renews its averages every 5 s by {@code load * e + active * (1 - e)}, e being exp(-5 s/period). So
     * from the facts to the dump they go no lower than if nothing had run, and no higher than if all that can run had.
     */
    private void compareLoad(JsonNode row) {
        var actual = row.required("load_average");
        var before = facts.loadAverage();
        var periods = List.of(60.0, 300.0, 900.0);
        // The kernel's tick is 5 s and some milliseconds; the last one may lie on either side.
        var ticks = (row.required("uptime_seconds").asDouble() - facts.uptime()) / 5 + 1;
        var active = tasks.values().stream()
                        .filter(task -> "RD".contains(task.state()))
                        .count()
                + 3;
        for (var i = 0; i < periods.size(); i++) {
            var stays = Math.exp(-5 * ticks / periods.get(i));
            var lowest = (before.get(i) - 0.01) * stays - 0.01;
            var highest = (before.get(i) + 0.01) * stays + active * (1 - stays) + 0.01;
            var load = actual.required(i).asDouble();
            if (load < lowest || load > highest) {
                result.differs("sys load_average", lowest + " to " + highest, load);
            } else if (Math.abs(load - before.get(i)) > 0.01) {
                result.moved(Mover.LOAD_AVERAGE);
            }
        }
    }

    private static List<String> texts(List<JsonNode> rows, String key) {
        return rows.stream().map(row -> row.required(key).asText()).toList();
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(each -> strings.add(each.asText()));
        return strings;
    }
}
