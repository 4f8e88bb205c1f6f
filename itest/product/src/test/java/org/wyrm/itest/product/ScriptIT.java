package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts in Groovy and Java, on real dumps: what they see is what drgn's Python sees, and what goes wrong is told by its line. */
@Timeout(300)
class ScriptIT {
    private static final int LINES = 500;
    private static final long STOP_MILLIS = 2_000;

    @TempDir
    Path folder;

    private static Path dump() {
        return GuestDump.of("6.1", "kaslr256").file();
    }

    private static Wyrm.Run evaluate(String code, Object... arguments) {
        var wyrm = Wyrm.built();
        var words = new ArrayList<Object>(List.of("-c", dump(), "-e", code));
        words.addAll(List.of(arguments));
        return wyrm.run(words.toArray());
    }

    private Wyrm.Run script(String text, Object... arguments) throws IOException {
        return file("test.groovy", text, arguments);
    }

    private Wyrm.Run file(String name, String text, Object... arguments) throws IOException {
        var file = Files.writeString(folder.resolve(name), text);
        var words = new ArrayList<Object>(List.of("-c", dump(), "script", file));
        words.addAll(List.of(arguments));
        return Wyrm.built().run(words.toArray());
    }

    /** Tasks, files, lists, per-CPU variables, C's arithmetic. */
    @ParameterizedTest
    @CsvSource({"6.1,zero", "6.12,zero", "5.10,zero", "6.1,dwarf"})
    void printsWhatDrgnPrints(String series, String symbols) throws IOException {
        var dump = GuestDump.of(series, "kaslr256");
        var theirs = dump.drgn("import drgn.helpers.linux.pid", "script.drgn.py");
        var words = new ArrayList<Object>(List.of("-c", dump.file()));
        words.addAll(dump.symbols(symbols));
        words.addAll(List.of("script", Wyrm.root().resolve("itest/lab/script.groovy")));

        var run = Wyrm.built().run(words.toArray()).expectClean();

        var ours = new TreeMap<String, String>();
        run.out().lines().forEach(line -> {
            var parts = line.split(": ?", 2);
            assertThat(ours.put(parts[0], parts[1])).as(parts[0]).isNull();
        });
        assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(LINES);
        System.out.printf("ScriptIT %s %s: %d lines as drgn's%n", series, symbols, ours.size());
    }

    @Test
    void hasRowsAsCommandsPrintThem() {
        var json = Json.rows(Wyrm.built()
                .run("-c", dump(), "tasks", "--format", "json")
                .expectClean()
                .out());

        var run = evaluate("tasks().each { println \"$it.pid $it.task $it.rss_bytes $it.kernel_thread $it.comm\" }");

        assertThat(run.expectClean().out().lines())
                .containsExactlyElementsOf(json.stream()
                        .map(row -> "%s %s %s %s %s"
                                .formatted(
                                        row.required("pid").asText(),
                                        row.required("task").asText(),
                                        row.required("rss_bytes").asText(),
                                        row.required("kernel_thread").asText(),
                                        row.required("comm").asText()))
                        .toList())
                .hasSizeGreaterThan(80);
        assertThat(evaluate("println tasks('--limit', 3).size() + ' ' + tasks(pid: 1).comm + ' ' + mount().size()")
                        .expectClean()
                        .out())
                .startsWith("3 [sleep] ");
        assertThat(evaluate("println bt('1')[0].frames*.function.contains('schedule')")
                        .expectClean()
                        .out())
                .isEqualTo("true\n");
    }

    @Test
    void runsTheExamplesOfItsPage() throws IOException {
        var page = Files.readString(Wyrm.root().resolve("docs/help/script.md"));
        var examples = Pattern.compile("```(groovy|java)\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .toList();

        assertThat(examples)
                .extracting(found -> found.group(1))
                .contains("java")
                .hasSizeGreaterThan(4);
        for (var example : examples) {
            var run = file("test." + example.group(1), example.group(2));
            assertThat(run.expectClean().out().lines()).isNotEmpty();
        }
    }

    @Test
    void comesByFileByStandardInputAndByItsOwnName() throws IOException {
        var file = Files.writeString(
                folder.resolve("own"), "#!/usr/bin/env -S wyrm script\nprintln \"${args} ${2 / 4}\"\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        var wyrm = Wyrm.built()
                .with("PATH", Wyrm.built().home().resolve("bin") + ":/usr/bin:/bin")
                .with("dump", dump().toString());

        assertThat(wyrm.execute(List.of(file.toString(), "a", "-x", "--help"))
                        .expectClean()
                        .out())
                .isEqualTo("[a, -x, --help] 0.5\n");
        assertThat(wyrm.shell("echo 'println \"${prog[/init_task/].comm}$args\"' | \"$wyrm\" -c \"$dump\" script - b")
                        .expectClean()
                        .out())
                .isEqualTo("swapper/0[b]\n");
        assertThat(wyrm.shell("echo 'println 7' | \"$wyrm\" script")
                        .expectClean()
                        .out())
                .isEqualTo("7\n");
        assertThat(evaluate("println args", "a", "b c").expectClean().out()).isEqualTo("[a, b c]\n");
    }

    /** Code, and how the first line on stderr begins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "println(            | 1 | -e:1: ",
                "foo()               | 1 | no function foo(): ",
                "println nope        | 1 | no variable nope: ",
                "[1].each { println nope } | 1 | no variable nope: ",
                "1 / 0               | 1 | -e:1: ArithmeticException",
                "throw new IOException('gone') | 1 | -e:1: IOException: gone",
                "assert 1 == 2       | 1 | -e:1: ",
                "def f() { f() }; f() | 1 | -e:1: calls are nested too deep",
                "prog['init_task'].nope | 4 | no member 'nope'",
                "prog['no_such_variable'] | 4 | no ",
                "prog.type('struct no_such') | 4 | no ",
                "tasks()[0].nope     | 4 | no key 'nope'",
                "cast('struct task_struct *', 0x10).comm.string_() | 5 | cannot read virtual address 0x0000000000000",
                "println cast('char *', 0x10) | 5 | cannot read virtual address 0x0000000000000010",
                "find_task()         | 2 | find_task() takes 1 arguments, not 0",
                "tasks('--nope')     | 2 | no option --nope",
                "exit(9)             | 9 | ``",
                "System.exit(9)      | 9 | ``",
                "try { prog['init_task'].nope } catch (Exception e) { exit 8 } | 8 | ``"
            })
    void tellsWhatIsWrongWithItsLineAndCode(String code, int expected, String message) {
        var run = evaluate(code);

        assertThat(run.code()).as("%s", run).isEqualTo(expected);
        assertThat(run.err()).as("%s", run).startsWith(message.isEmpty() ? "" : "wyrm: " + message);
        assertThat(run.err()).doesNotContain("\tat ", "Exception in thread", "groovy.lang");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesTheLineOfTheScriptForAFault() throws IOException {
        var run =
                script("def f(p) {\n  p.comm.string_()\n}\n\nprintln 'first'\nf(cast('struct task_struct *', 0x10))\n");

        assertThat(run.code()).isEqualTo(5);
        assertThat(run.out()).isEqualTo("first\n");
        assertThat(run.errLines().get(1)).isEqualTo("  at " + folder.resolve("test.groovy") + ":2");
    }

    @Test
    void runsJavaAsItRunsGroovy() throws IOException {
        var java = file("Tasks.java", """
                #!/usr/bin/env -S wyrm script
                import org.wyrm.linux.pid.Pids;
                import org.wyrm.platform.script.Script;
                import org.wyrm.program.Program;

                class Tasks {
                    static void main(String[] args) {
                        Pids.forEachTask(Script.context().target(Program.class)).forEach(task -> System.out.printf(
                                "%d %s %s%n", task.member("pid").intValue(), task.member("comm").string(), args[0]));
                    }
                }
                """, "x y");

        assertThat(java.expectClean().out())
                .isEqualTo(script("for (t in for_each_task()) println \"${t.pid} ${t.comm} ${args[0]}\"", "x y")
                        .expectClean()
                        .out());
    }

    /** Code, and what stderr says, for a method's body in Java. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "int x = y;                             | 1 | Bad.java:4: cannot find symbol symbol: variable y",
                "throw new RuntimeException()           | 1 | Bad.java:4: ';' expected",
                "int[] none = {}; none[2] = 1;          | 1 | Bad.java:4: ArrayIndexOutOfBoundsException: Index 2",
                "main(args);                            | 1 | calls are nested too deep",
                "prog.variable(args[0]);                | 4 | no variable 'nope'",
                "prog.evaluate(args[1]).longValue();    | 5 | cannot read virtual address 0x0000000000000010",
                "System.exit(9);                        | 9 | ``"
            })
    void tellsWhatIsWrongInJava(String body, int expected, String message) throws IOException {
        var run = file("Bad.java", """
                import org.wyrm.platform.script.Script;
                void main(String[] args) {
                    var prog = Script.context().target(org.wyrm.program.Program.class);
                    %s
                }
                """.formatted(body), "nope", "*(long *)0x10");

        assertThat(run.code()).as("%s", run).isEqualTo(expected);
        assertThat(run.err()).as("%s", run).contains(message).doesNotContain("\tat ", "Exception in thread");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        var garbage = Files.write(folder.resolve("garbage"), new byte[] {'a', (byte) 0xff, 0, 1, (byte) 0xfe});

        var binary = Wyrm.built().run("script", garbage);
        assertThat(binary.code()).isEqualTo(1);
        assertThat(binary.err()).isEqualTo("wyrm: " + garbage + " is no script: byte 0x1 is not UTF-8\n");
        var elf = Wyrm.built().run("script", dump());
        assertThat(elf.code()).isEqualTo(1);
        assertThat(elf.err()).contains("is an ELF file, no script").contains("wyrm -c " + dump());
        var absent = Wyrm.built().run("script", folder.resolve("absent"));
        assertThat(absent.code()).isEqualTo(1);
        assertThat(absent.err()).contains("absent: ");
    }

    /** Groovy's parser takes minutes for what is nested as deep: that is ended as any loop is. */
    @ParameterizedTest
    @ValueSource(strings = {"\"", "(", "x", "'", "\u0000"})
    void outlivesALineOfAMegabyte(String part) throws IOException {
        var run = script(part.repeat((1 << 20) / part.length()));

        assertThat(run.code()).as("%s", run).isEqualTo(1);
        assertThat(run.errLines()).hasSizeLessThan(4);
    }

    @Test
    void isNoErrorWhenNobodyReads() {
        var wyrm = Wyrm.built().with("dump", dump().toString());

        var run = wyrm.shell("\"$wyrm\" -c \"$dump\" -e 'while (true) println prog[\"init_task\"].comm' | head -n 2");

        assertThat(run.expectClean().out()).isEqualTo("swapper/0\nswapper/0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groovy | println 'begun'; out.flush(); while (true) {}",
                "groovy | println 'begun'; out.flush(); while (true) { prog['init_task'].comm.string_() }",
                "groovy | println 'begun'; out.flush(); sleep(60000)",
                "java | void main() { System.out.println(\"begun\"); System.out.flush(); while (true) {} }"
            })
    void endsWhenItIsInterrupted(String language, String loop) throws Exception {
        var wyrm = Wyrm.built().limited(Duration.ofSeconds(30));
        // A check that runs in the background of a shell has SIGINT ignored, and so have its children.
        var words = new ArrayList<>(List.of("env", "--default-signal=INT"));
        words.addAll(wyrm.line("-c", dump(), "script", Files.writeString(folder.resolve("loop." + language), loop)));
        var process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("begun");
            var began = System.nanoTime();
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            var took = Duration.ofNanos(System.nanoTime() - began).toMillis();

            assertThat(process.exitValue()).isEqualTo(130);
            System.out.println("ScriptIT: ended " + took + " ms after the interrupt, kill's start included");
            assertThat(took).isLessThan(STOP_MILLIS);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void isKnownToHelpManAndCompletion() throws IOException {
        var wyrm = Wyrm.built();

        assertThat(wyrm.run("help", "script").expectClean().out())
                .startsWith("usage: wyrm [TARGET] [OPTIONS] script [OPTIONS] [SCRIPT|FILE]...\n")
                .contains("-e CODE");
        assertThat(wyrm.run("--help").expectClean().out())
                .contains("\n  script ")
                .contains("-e CODE");
        assertThat(Files.readString(wyrm.home().resolve("share/man/man1/wyrm.1")))
                .contains(".B org.wyrm.app.script, script");
        assertThat(Files.readString(wyrm.home().resolve("share/bash-completion/completions/wyrm")))
                .contains(" script ");
        assertThat(wyrm.run("scrip").err()).contains("did you mean script?");
    }
}
