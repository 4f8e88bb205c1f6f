package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The running kernel of a guest that has this machine's files, under load: the product's commands once, and in one JVM,
 * for as long as {@code -Dwyrm.live.seconds} says, what {@link LiveLoop} compares with {@code /proc}.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("kernels")
@Tag("alone")
class LiveKernelIT {
    private static final int USUAL_SECONDS = 20;
    private static final int FULL_SECONDS = 30 * 60;

    /** For all but the loop: a busy machine that emulates another. */
    private static final int MOST_OTHER_SECONDS = 1200;

    private static final int LEAST_STACKS_PER_ROUND = 20;
    private static final int NOT_AVAILABLE = 3;

    @TempDir
    private static Path folders;

    private static Path folder;

    @Parameter
    String kernel;

    /** A guest takes minutes: {@code ./check} has one kernel, {@code --full} all, or what the property names. */
    static List<String> kernels() {
        var usual = System.getProperty("wyrm.full") != null ? "6.1,6.12,5.10" : "6.1";
        return List.of(System.getProperty("wyrm.live.kernels", usual).split(","));
    }

    @BeforeParameterizedClassInvocation
    static void runTheGuest(String kernel) throws IOException, InterruptedException {
        Lab.vmlinux(kernel);
        folder = Files.createDirectory(folders.resolve(kernel));
        var seconds = Integer.getInteger(
                "wyrm.live.seconds",
                System.getProperty("wyrm.full") != null
                        ? FULL_SECONDS / kernels().size()
                        : USUAL_SECONDS);
        var script = Files.writeString(folder.resolve("script"), script(seconds));
        var says = folder.resolve("says");
        var builder = new ProcessBuilder(
                        Wyrm.root().resolve("itest/lab/live-guest.sh").toString(),
                        "wait=" + (seconds + MOST_OTHER_SECONDS),
                        "out=" + folder.resolve("out"),
                        "--",
                        Files.readString(script))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(says.toFile()));
        builder.environment().put("KERNEL", kernel);
        var process = builder.start();
        process.getOutputStream().close();
        var code = process.waitFor();
        if (code == NOT_AVAILABLE) {
            Peer.skipped("NOT RUN: the running kernel of a guest: " + text(says));
        }
        assertThat(code).as(() -> text(says)).isZero();
    }

    private static String script(int seconds) {
        var java = Path.of(System.getProperty("java.home"), "bin/java");
        return """
                cd /run
                export HOME=/run NO_COLOR=1
                wyrm() {
                    local name=$1
                    shift
                    "$@" >out/$name.out 2>out/$name.err </dev/null
                    echo $? >out/$name.code
                }
                sleep 100000 &
                W=%s
                cp /proc/modules out/
                wyrm jiffies1 $W -k --format json print jiffies
                ls /proc >out/before
                wyrm tasks $W -k --format json tasks
                ls /proc >out/after
                wyrm mod $W -k --format json mod
                wyrm bt $W -k --format json bt --all
                wyrm default $W --format json tasks --pid 1
                wyrm core $W -c /proc/kcore --format json tasks --pid 2
                wyrm nobody setpriv --reuid 65534 --clear-groups $W -k tasks
                if command -v sudo >/dev/null; then
                    echo 'nobody ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/lab
                    chmod 440 /etc/sudoers.d/lab
                    echo "127.0.0.1 $(hostname)" >>/etc/hosts
                    wyrm sudo setpriv --reuid 65534 --clear-groups $W -k --format json tasks --pid 2
                    rm /etc/sudoers.d/lab
                fi
                wyrm unnamed setpriv --reuid 65534 --clear-groups $W tasks
                while :; do (:); /bin/true; sleep 0.01; done &
                load=$!
                i=0; while :; do echo "live line $((i++))" >/dev/kmsg; sleep 0.2; done &
                live() { wyrm loop %s -Xmx400m -XX:+UseSerialGC -cp %s %s %d; }
                live
                # An emulated CPU may see half of an instruction that the other one is writing, as a JVM does.
                if grep -qE '^# +SIG(ILL|SEGV) ' out/loop.out out/loop.err; then
                    cat out/loop.out out/loop.err >out/emulator
                    live
                fi
                kill $load $!
                wyrm jiffies2 $W -k --format json print jiffies
                echo confidentiality >/sys/kernel/security/lockdown
                wyrm lockdown $W -k tasks
                """.formatted(
                Wyrm.built().program(), java, System.getProperty("java.class.path"), LiveLoop.class.getName(), seconds);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String out(String name) {
        return text(folder.resolve("out").resolve(name));
    }

    private List<JsonNode> rows(String name) {
        assertThat(out(name + ".code").strip()).as(() -> out(name + ".err")).isEqualTo("0");
        assertThat(out(name + ".err")).isEmpty();
        return Json.rows(out(name + ".out"));
    }

    private void isRefused(String name, int code, String message) {
        assertThat(out(name + ".err")).startsWith("wyrm: ").contains(message).hasLineCount(1);
        assertThat(out(name + ".code").strip()).isEqualTo(Integer.toString(code));
        assertThat(out(name + ".out")).isEmpty();
    }

    private static List<Integer> numbers(String names) {
        return names.lines()
                .filter(name -> name.matches("\\d+"))
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void tasksAreThoseOfProc() {
        var leaders = rows("tasks").stream()
                .filter(row -> row.required("pid").equals(row.required("tgid")))
                .map(row -> row.required("pid").asInt())
                .toList();
        var there = new ArrayList<>(numbers(out("before")));
        there.retainAll(numbers(out("after")));

        assertThat(there).hasSizeGreaterThan(40);
        assertThat(leaders).containsAll(there);
    }

    @Test
    void modulesAreThoseOfProc() {
        var said = out("modules")
                .lines()
                .map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
                .toList();

        assertThat(rows("mod").stream()
                        .map(row -> row.required("name").asText() + " "
                                + row.required("size_bytes").asLong())
                        .toList())
                .isEqualTo(said)
                .hasSizeGreaterThan(5);
    }

    @Test
    void theClockTicks() {
        assertThat(jiffies("jiffies2")).isGreaterThan(jiffies("jiffies1"));
    }

    private long jiffies(String name) {
        return rows(name).getFirst().required("value").asLong();
    }

    @Test
    void stacksOfTasksThatRunAreNotGuessed() {
        var running = rows("bt").stream()
                .filter(row -> row.required("frames").isEmpty()
                        && row.required("problem").asText().contains("the kernel runs"))
                .toList();

        assertThat(running).hasSizeBetween(1, 8);
        assertThat(rows("bt").size()).isGreaterThan(50);
    }

    @Test
    void isTheTargetWhereNoneIsNamed() {
        assertThat(rows("default")).hasSize(1);
        assertThat(rows("default").getFirst().required("comm").asText()).isEqualTo("init");
    }

    @Test
    void isACoreDumpToThoseWhoSaySo() {
        assertThat(rows("core").getFirst().required("comm").asText()).isEqualTo("kthreadd");
    }

    @Test
    void refusalsTellWhatWouldPermitIt() {
        assertThat(out("nobody.code").strip()).isEqualTo("3");
        assertThat(out("nobody.err").lines().toList().getLast())
                .startsWith("wyrm: /proc/kcore: only root may read the kernel's memory, and ")
                .endsWith(": run wyrm -k as root");
        isRefused("unnamed", 2, "no target: say which");
        isRefused("lockdown", 3, "locked down");
    }

    @Test
    void isReadBySudoForThoseWhoMay() {
        if (!Files.exists(folder.resolve("out/sudo.code"))) {
            Peer.skipped("NOT RUN: the running kernel by sudo, which is not installed");
        }
        assertThat(rows("sudo").getFirst().required("comm").asText()).isEqualTo("kthreadd");
    }

    @Test
    void isWhatProcSaysAgainAndAgain() {
        if (Files.exists(folder.resolve("out/emulator"))) {
            System.out.println(
                    "LiveKernelIT: the JVM ended once by SIGILL or SIGSEGV of the emulated CPU, and was run again");
        }
        var told = out("loop.out");
        assertThat(out("loop.code").strip()).as(() -> told + out("loop.err")).isEqualTo("0");
        Map<String, Long> counts = told.lines()
                .filter(line -> line.matches("[a-z_]+ \\d+"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Long.valueOf(words[1]), Long::sum, TreeMap::new));
        System.out.println("LiveKernelIT: " + kernel + " " + counts);

        assertThat(told.lines().filter(line -> line.startsWith("DIFFERS"))).isEmpty();
        var rounds = counts.getOrDefault("rounds", 0L);
        assertThat(rounds).isGreaterThanOrEqualTo(LiveLoop.LEAST_ROUNDS);
        assertThat(counts.get("stacks")).isGreaterThan(rounds * LEAST_STACKS_PER_ROUND);
        assertThat(counts.get("sleeping")).isGreaterThan(rounds * LEAST_STACKS_PER_ROUND);
        assertThat(counts.get("module_lists")).isEqualTo(rounds);
        assertThat(counts.get("logs")).isEqualTo(rounds);
    }
}
