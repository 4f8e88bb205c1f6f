package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell of the built product, as a user has it at a terminal, and as a pipeline has it. */
@Timeout(300)
@Tag("alone")
class ShellIT {
    private static final String PROMPT = "wyrm>";

    /** What 20,000 lines take at most; the heap may be 3 GiB. */
    private static final long LARGEST_BYTES = 900L << 20;

    @TempDir
    Path folder;

    private Map<String, String> variables;

    @BeforeEach
    void home() throws IOException {
        variables = new HashMap<>(Map.of(
                "PATH",
                "/usr/bin:/bin",
                "HOME",
                Files.createDirectories(folder.resolve("home")).toString(),
                "TERM",
                "screen-256color",
                "LC_ALL",
                "C.UTF-8"));
    }

    private Tmux shell(String... words) {
        return Tmux.start(folder, variables, Wyrm.built().line((Object[]) words));
    }

    private Wyrm wyrm() {
        var wyrm = Wyrm.built();
        for (var variable : variables.entrySet()) {
            wyrm = wyrm.with(variable.getKey(), variable.getValue());
        }
        return wyrm;
    }

    /** Runs lines that come from a pipe. */
    private Wyrm.Run lines(String text, String options) {
        return wyrm().shell("printf '%s' \""
                + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + "\" | \"$wyrm\" " + options);
    }

    @Nested
    class AtATerminal {
        @Test
        void greetsRunsCommandsAndShowsExpressions() {
            try (var shell = shell("--demo")) {
                assertThat(shell.awaitPrompt(PROMPT).lines().toList())
                        .hasSize(5)
                        .startsWith("wyrm: --demo")
                        .anyMatch(line -> line.matches("kernel 6\\.1\\S+, compressed kdump.*"))
                        .anyMatch(line -> line.startsWith("no debugging information: "))
                        .anyMatch(line -> line.contains("TAB completes"));

                shell.enter("init_task.comm").await("(char [16])\"swapper/0\"");
                shell.enter("tasks | head 1 | select pid,comm").await("  1  init");
                shell.enter("init_task.no_such").await("            ^");
                assertThat(shell.screen()).contains("wyrm: no member 'no_such': in struct task_struct");
                shell.enter("taks").await("did you mean tasks?");
                shell.enter("(1 +").await("    >");
                shell.type("2) * 4").press("Enter").await("(int)12");
                shell.enter("script -e '").await("    >");
                shell.type("for (t in for_each_task())").press("Enter").await("for_each_task())\n    >");
                shell.type("  if (t.pid == 2) println t.comm").press("Enter").await("t.comm\n    >");
                shell.type("'").press("Enter").await("\nkthreadd");

                shell.awaitPrompt(PROMPT);
                shell.press("C-d").await("ENDED 0");
            }
        }

        @Test
        void completesCommandsOptionsNamesMembersAndTasks() throws IOException {
            Files.createFile(folder.resolve("unique-name"));
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                // What is asked for first is read first.
                shell.type("init_task.compa").pressUntil("Tab", "init_task.compat_robust_list");
                shell.press("C-u").type("tas").press("Tab").await("wyrm> tasks");
                shell.type("--lea").press("Tab").await("wyrm> tasks --leaders");
                shell.type("| sel").press("Tab").await("| select");
                shell.type("com").press("Tab").await("| select comm");
                shell.press("C-u").type("init_task.se.load.inv_w").press("Tab").await("init_task.se.load.inv_weight");
                shell.press("C-u").type("sizeof(struct task_str").press("Tab").await("struct task_struct");
                shell.press("C-u").type("find_task(1)->mm->pgta").press("Tab").await("->pgtables_bytes");
                shell.press("C-u").type("jiffies_6").press("Tab").await("wyrm> jiffies_64");
                shell.press("C-u").type("help meminf").press("Tab").await("wyrm> help meminfo");
                shell.press("C-u").type("bt 16").press("Tab", "Tab").await("lab-spin");
                shell.press("C-u").type("open " + folder + "/uni").press("Tab").await("unique-name");
                shell.press("C-u").type("type -r list_hea").press("Tab").await("type -r list_head");
                shell.press("C-u").type("plugin remove block.d").press("Tab").await("plugin remove block.dm");
                shell.press("C-u").type("script slabi").press("Tab").await("script slabinfo");
                shell.press("C-u")
                        .type("tasks > " + folder + "/uni")
                        .press("Tab")
                        .await("tasks > " + folder + "/unique-name");
            }
        }

        @Test
        void keepsItsHistoryHoweverItEnds() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.enter("init_task.prio").await("(int)120");
                shell.awaitPrompt(PROMPT);
                var pid = shell.enter("!ps -o ppid= -p $$ # pid")
                        .await("pid", screen -> screen.matches("(?s).*\n *\\d+\n.*"));
                var number = pid.replaceAll("(?s).*\n *(\\d+)\n.*", "$1");
                shell.enter("!kill -9 " + number).await("ENDED 137");
            }
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.press("Up", "Up", "Up").await("wyrm> init_task.prio");
                shell.press("C-c", "C-r").type("_task.pr").await("init_task.prio");
                shell.press("C-c", "C-l").enter("history 3").await("\n!ps -o ppid= -p $$ # pid\n!kill");
            }
        }

        @Test
        void stopsWhatRunsWithCtrlC() throws Exception {
            var jar = TestPlugin.build(folder, "1.0.0", "good day");
            wyrm().run("plugin", "install", "--unsigned", jar).expectClean();
            try (var shell = shell("--demo", "--no-pager")) {
                shell.awaitPrompt(PROMPT);
                for (var command : List.of("quiet", "stubborn")) {
                    shell.enter(command).await("started");
                    var began = System.nanoTime();
                    shell.press("C-c").awaitPrompt(PROMPT);
                    var took = Duration.ofNanos(System.nanoTime() - began);
                    System.out.println("ShellIT: Ctrl-C of " + command + ": " + took.toMillis() + " ms");
                    assertThat(took).isLessThan(Duration.ofSeconds(2));
                }
                shell.enter("set pager off").awaitPrompt(PROMPT);
                shell.enter("endless").await("on and on");
                shell.press("C-c").awaitPrompt(PROMPT);
                shell.press("C-l")
                        .enter("endless | cat > /dev/null")
                        .press("C-c")
                        .awaitPrompt(PROMPT);
                // Two that would never end by themselves, of a script's own making.
                for (var code : List.of("while (true) {}", "(1..<Long.MAX_VALUE).each { it }")) {
                    assertThat(IntStream.range(0, 3).anyMatch(_ -> endsByCtrlC(shell, code)))
                            .as("abandoned each time: %s", code)
                            .isTrue();
                }
                // What it knows is as it was.
                shell.enter("init_task.comm").await("swapper/0");
                shell.awaitPrompt(PROMPT);
                shell.type("half a li").press("C-c").awaitPrompt(PROMPT);
            }
        }

        /** Other work may keep a busy machine from it in time, once. */
        private boolean endsByCtrlC(Tmux shell, String code) {
            shell.press("C-l").enter("script -e 'println 6*7; " + code + "'").await("\n42");
            return !shell.press("C-c").awaitPrompt(PROMPT).contains("abandoned");
        }

        @Test
        void installsAndRemovesPlugInsWhileItRuns() throws Exception {
            var jar = TestPlugin.build(folder, "1.0.0", "good day");
            try (var shell = shell("--demo")) {
                shell.enter("hello").await("wyrm: ");
                shell.enter("plugin install --unsigned " + jar).await("  installed  ");
                shell.enter("hello | head 1").await("good day");
                shell.awaitPrompt(PROMPT);
                shell.type("stubb").press("Tab").await("wyrm> stubborn");
                shell.press("C-u");
                shell.enter("plugin remove com.example.hello").await("removed");
                shell.enter("hello").await("wyrm: ");
                // Another process installs it, in another version.
                var next = TestPlugin.build(folder, "1.1.0", "good night");
                wyrm().run("plugin", "install", "--unsigned", next).expectClean();
                shell.enter("hello | head 1").await("good night");
                shell.enter("bpfprogs | count").await("COUNT");
                shell.enter("plugin remove bpf").await("removed");
                shell.enter("bpfprogs | count").await("wyrm plugin install bpf");
                shell.enter("plugin install bpf").await("org.wyrm.bpf");
                shell.enter("bpfprogs | count").await("COUNT");
            }
        }

        @Test
        void pagesLongTextAndHandsItToPrograms() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.enter("tasks").await("the pager", screen -> screen.endsWith(":") || screen.contains("(END)"));
                shell.press("q").awaitPrompt(PROMPT);
                shell.enter("tasks | grep kthreadd | wc -l").await("\n1\n");
                // The answer to the line behind it says that a line without an answer was run.
                shell.enter("tasks | sort -r pid | head 2 > " + folder + "/out");
                shell.enter("1234 + 1").await("(int)1235");
                assertThat(folder.resolve("out")).content().hasLineCount(3).startsWith("PID");
                shell.enter("tasks | head 2 | foreach bt").await("kthreadd+0x");
            }
        }

        @Test
        void choosesTasksAndTargets() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.enter("set 2").awaitPrompt("wyrm \\[task 2]>");
                shell.enter("bt").await("COMM: kthreadd");
                shell.enter("open --demo").awaitPrompt("wyrm 2>");
                shell.enter("bt").await("sysrq_handle_crash");
                shell.enter("target 1").awaitPrompt("wyrm 1 \\[task 2]>");
                shell.enter("close").awaitPrompt(PROMPT);
                shell.enter("close").awaitPrompt(PROMPT);
                shell.enter("tasks").await("no target");
                shell.enter("open /no/such/file").await("no such file");
                shell.press("C-l")
                        .enter("open " + Wyrm.built().home().resolve("demo/demo.vmcore"))
                        .awaitPrompt(PROMPT);
                shell.enter("init_task.pid").await("(pid_t)0");
            }
        }

        @Test
        void isDrawnAgainInAnotherSize() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.type("tasks | where pid == 1 | select pid,comm").await("| select pid,comm");
                shell.resize(60, 20);
                shell.await("| select pid,comm");
                shell.press("Enter").await("  1  init");
                shell.enter("init_task.se.load").await(".weight");
                assertThat(shell.awaitPrompt(PROMPT).lines()).allMatch(line -> line.length() <= 60);
            }
        }

        @Test
        void hasColorsUnlessTheUserWantsNone() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.enter("sizeof(int)").await("(size_t)4");
                assertThat(shell.coloredScreen()).contains("\033[36msizeof");
            }
            variables.put("NO_COLOR", "1");
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.enter("sizeof(int)").await("(size_t)4");
                assertThat(shell.coloredScreen()).doesNotContain("\033[3");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"dumb", "vt100", "xterm", "tmux-256color", "no-such-terminal"})
        void worksInAnyTerminal(String type) {
            variables.put("TERM", type);
            try (var shell = shell("--demo")) {
                // One that cannot move its cursor is not wiped.
                shell.await(PROMPT).lines();
                shell.type("init_task.comm").press("Enter").await("swapper/0");
                shell.awaitPrompt(PROMPT);
                assertThat(shell.screen()).doesNotContain("jline").doesNotContain("Exception");
                shell.press("C-d").await("ENDED 0");
            }
        }

        @Test
        void takesWhatIsPasted() {
            try (var shell = shell("--demo")) {
                shell.awaitPrompt(PROMPT);
                shell.type("\u0001\u001b[200~init_task\u001b[201~.pid")
                        .press("Enter")
                        .await("(pid_t)0");
                shell.awaitPrompt(PROMPT);
                shell.type("(" + "x".repeat(5000)).await("xxx");
                shell.press("C-c").awaitPrompt(PROMPT);
            }
        }

        @Test
        void endsWithTheCodeOfTheTarget() {
            try (var shell = shell("-c", "/no/such/dump")) {
                shell.await("ENDED 3");
                assertThat(shell.screen()).contains("wyrm: ").contains("/no/such/dump");
            }
            try (var shell = shell("-c", Wyrm.built().program())) {
                shell.await("ENDED 3");
            }
        }
    }

    @Nested
    class OfAPipe {
        @Test
        void runsEachLineAndEndsWithTheHighestCode() {
            var run = lines(
                    "# a comment\n\nsys --format json | select release\ninit_task.no_such\ninit_task.pid\n", "--demo");

            assertThat(run.code()).isEqualTo(4);
            assertThat(run.out()).contains("\"release\":\"6.1").contains("(pid_t)0");
            assertThat(run.err()).contains("wyrm: no member 'no_such'");
        }

        @Test
        void sayWhatIsWrongAndGoesOn() {
            var run = lines(
                    "tasks | where nope == 1\ntasks 'a\nset nope 1\nclose 7\nsource /no/file\ninit_task.pid\n",
                    "--demo");

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.errLines())
                    .hasSize(5)
                    .allMatch(line -> line.startsWith("wyrm: "))
                    .anyMatch(line -> line.contains("rows have no key 'nope'; they have pid, "))
                    .anyMatch(line -> line.contains("a quote has no end"))
                    .anyMatch(line -> line.contains("no target 7"))
                    .anyMatch(line -> line.contains("/no/file"));
            assertThat(run.out()).endsWith("(pid_t)0\n");
        }

        @Test
        void readsNoFileThatIsNoText() {
            var run = lines("source /bin/sh\nrecord /proc/no/log\ninit_task.pid\n", "--demo");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .contains("cannot read /bin/sh: it is no text")
                    .contains("cannot write /proc/no/log: ");
            assertThat(run.out()).isEqualTo("(pid_t)0\n");
        }

        @Test
        void runsScriptsOnTheCurrentTarget() throws IOException {
            var script = Files.writeString(folder.resolve("two.groovy"), """
                    println "args $args"
                    for (t in for_each_task()) if (t.pid in [1, 2]) println "${t.pid} ${t.comm}"
                    """);

            var run = lines("""
                    script FILE a 'b c'
                    script FILE | grep -c kthreadd
                    open --demo
                    script -e 'System.out.println(prog["init_task"].comm); exit(3)'
                    script FILE | where pid == 1
                    script
                    init_task.pid
                    """.replace("FILE", script.toString()), "--demo");

            assertThat(run.out()).isEqualTo("args [a, b c]\n1 init\n2 kthreadd\n1\nswapper/0\n(pid_t)0\n");
            assertThat(run.code()).isEqualTo(3);
            assertThat(run.errLines())
                    .containsExactly(
                            "wyrm: `script` prints text, which has no rows; programs of the system take it: | grep, | !head",
                            "wyrm: script: name a file, or -e 'CODE'");
        }

        /** The same as by this shell's own words. */
        @ParameterizedTest
        @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
                        foreach UN bt;               tasks | where state == 'D' | foreach bt {task}
                        foreach 1 2 files;           tasks | where pid == 1 or pid == 2 | foreach files {task}
                        foreach thr-mutex ST IN bt -l; tasks | where comm == 'thr-mutex' and state == 'S' | foreach bt -l {task}
                        foreach user gleader bt;     tasks -u -G | foreach bt {task}
                        foreach kernel IN bt;        tasks -k --state S | foreach bt {task}
                        foreach bt;                  tasks | foreach bt {task}
                        """)
        void hasForeachOfCrash(String words, String line) {
            var run = lines(words + "\n", "--demo --no-pager").expectClean();

            assertThat(run.out())
                    .isNotEmpty()
                    .isEqualTo(lines(line + "\n", "--demo").out());
        }

        @Test
        void saysWhatIsMissingOfForeach() {
            assertThat(lines("foreach\nforeach UN 1\n", "--demo").errLines())
                    .hasSize(2)
                    .allMatch(line -> line.equals("wyrm: foreach: no command is among its words: foreach UN bt"));
        }

        @Test
        void withoutALineIsWrongUsage() {
            assertThat(lines("", "--demo").code()).isEqualTo(2);
            assertThat(lines("exit 9\n", "--demo").code()).isEqualTo(9);
        }

        @Test
        void runsTheFilesOfTheUser() throws IOException {
            var home = Path.of(variables.get("HOME"));
            Files.createDirectories(home.resolve(".config/wyrm"));
            Files.writeString(home.resolve(".config/wyrm/rc"), "alias idle=print init_task.prio +\nset format json\n");
            Files.writeString(folder.resolve("lines"), "idle 1 \\\n + 1\nnope nope\nidle 5\n");

            var run = lines("idle 100\nsource " + folder.resolve("lines") + "\n", "--demo");

            assertThat(run.out())
                    .contains("\"value\":220")
                    .contains("\"value\":122")
                    .doesNotContain("125");
            assertThat(run.err()).contains("lines:3: this line failed; the rest was not run");
            assertThat(lines("init_task.pid\n", "--demo --application org.wyrm.platform.shell --no-rc")
                            .out())
                    .isEqualTo("(pid_t)0\n");
        }

        /** What a hostile folder holds is not run. */
        @Test
        void runsAFileOfTheFolderOnlyIfItIsTheUsersOwn() throws IOException {
            var work = Files.createDirectories(folder.resolve("work"));
            var file = work.resolve(".wyrmrc");
            Files.writeString(file, "alias mine=print init_task.pid\n");
            var line = "cd " + work + " && echo mine | \"$wyrm\" --demo";
            assertThat(wyrm().shell(line).out()).isEqualTo("(pid_t)0\n");

            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
            var refused = wyrm().shell(line);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains(".wyrmrc is not run");
        }

        @Test
        void recordsWhatIsTypedAndShown() throws IOException {
            var log = folder.resolve("log");

            lines("record " + log + "\ninit_task.pid\nnope\nrecord off\ninit_task.prio\n", "--demo");

            assertThat(log)
                    .content()
                    .contains("wyrm> init_task.pid\n(pid_t)0\n")
                    .contains("wyrm> nope\nwyrm: ")
                    .doesNotContain("prio");
        }

        @Test
        void takesALineOfAMegabyteAndBytesOfAnyKind() throws IOException {
            var bytes = new byte[100_000];
            new java.util.Random(1).nextBytes(bytes);
            Files.write(folder.resolve("bytes"), bytes);
            Files.writeString(folder.resolve("long"), "1" + " + 1".repeat(250_000) + "\ninit_task.pid\n");

            var random = wyrm().shell("\"$wyrm\" --demo < " + folder.resolve("bytes"));
            assertThat(random.code()).as("%s", random).isBetween(1, 6);
            assertThat(random.err()).doesNotContain("bug of wyrm").doesNotContain("Exception");
            var large = wyrm().shell("\"$wyrm\" --demo < " + folder.resolve("long"));
            assertThat(large.out()).endsWith("(pid_t)0\n");
            assertThat(large.err()).doesNotContain("bug of wyrm");
        }

        @Test
        void livesOnAfterCommandsThatDoNot() throws Exception {
            var jar = TestPlugin.build(folder, "1.0.0", "good day");
            wyrm().run("plugin", "install", "--unsigned", jar).expectClean();

            var run = lines("halt\nbroken\nprinting\ninit_task.pid\n", "--demo");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("wants to end the process").contains("this is a bug of a plug-in");
            assertThat(run.out()).contains("a row").endsWith("(pid_t)0\n");
        }
    }

    /** What the page says is what the shell says. */
    @Test
    void isAsItsPageSays() throws IOException {
        var page = Files.readString(Wyrm.root().resolve("docs/help/shell.md"));
        var count = 0;
        for (var part : page.split("```\n")) {
            if (part.startsWith("wyrm> ")) {
                var typed = new StringBuilder();
                var shown = new StringBuilder();
                for (var line : part.lines().toList()) {
                    (line.startsWith("wyrm> ") ? typed : shown)
                            .append(line.replaceFirst("^wyrm> ", ""))
                            .append('\n');
                }
                assertThat(lines(typed.toString(), "--demo 2>&1").out()).isEqualTo(shown.toString());
                count++;
            }
        }
        assertThat(count).isGreaterThanOrEqualTo(3);
    }

    /** Each command that the table for users of crash names is one, with the options that it names. */
    @Test
    void namesCommandsToUsersOfCrashThatThereAre() {
        var table = lines("help crash\n", "--demo").out();
        var known = lines("help\n", "--demo").out();
        for (var line : table.lines().skip(1).toList()) {
            for (var say : line.substring(61).split(", ")) {
                var words = say.split(" ");
                if (words[0].matches("[a-z]+")) {
                    assertThat(known).as(line).containsPattern("(?m)^  ([a-z]+, )*" + words[0] + "\\b");
                }
                if (words.length > 1 && words[1].startsWith("-") && words[0].matches("[a-z]+")) {
                    assertThat(lines("help " + words[0] + "\n", "--demo").out())
                            .as(line)
                            .contains("  " + words[1]);
                }
            }
        }
    }

    /** Lines that nobody would type: no bug, no hang, and no more memory at the end than after the first of them. */
    @Test
    void survivesManyLines() throws IOException {
        var count = System.getProperty("wyrm.full") != null ? 20_000 : 2_000;
        var grammar = new RandomLines();
        var lines = new ArrayList<String>();
        for (var i = 0; i < count; i++) {
            lines.add(grammar.next());
        }
        Files.write(folder.resolve("lines"), lines);
        var run = wyrm().limited(Duration.ofMinutes(4 + count / 1000L))
                .shell("exec \"$wyrm\" --demo < " + folder.resolve("lines"));

        System.out.printf(
                "ShellIT: %d random lines, seed %d (-Dwyrm.seed), in %d s, peak %d MiB, code %d%n",
                count, grammar.seed(), run.wall().toSeconds(), run.peakBytes() >> 20, run.code());
        assertThat(run.err()).doesNotContain("bug of wyrm").doesNotContain("out of memory");
        assertThat(run.code()).isBetween(2, 6);
        assertThat(run.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(run.peakBytes()).isLessThan(LARGEST_BYTES);
    }
}
