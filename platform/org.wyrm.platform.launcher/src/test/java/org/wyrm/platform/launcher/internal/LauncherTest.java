package org.wyrm.platform.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.launcher.internal.sample.FailCommand;
import org.wyrm.platform.launcher.internal.sample.HelloApplication;
import org.wyrm.platform.launcher.internal.sample.PeekCommand;
import org.wyrm.platform.launcher.internal.sample.Probe;
import org.wyrm.platform.launcher.internal.sample.ProbeProvider;
import org.wyrm.platform.launcher.internal.sample.ShowCommand;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;

class LauncherTest {
    private static final String COMMAND = "org.wyrm.platform.command.Command";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Index core;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Map<String, String> variables = new HashMap<>();
    private boolean terminal;

    @BeforeAll
    static void indexTheSamples() throws IOException {
        var capabilities = List.of(
                command("show", ShowCommand.class, ShowCommand.Row.class) + ";aliases:List<String>=\"display\"",
                command("fail", FailCommand.class, FailCommand.Row.class),
                command("peek", PeekCommand.class, PeekCommand.Row.class) + ";target=\"" + Probe.class.getName() + "\"",
                "wyrm.target;name=probe;choices:List<String>=\"--core\";target=\"" + Probe.class.getName()
                        + "\";class=\"" + ProbeProvider.class.getName()
                        + "\";type=\"org.wyrm.platform.command.TargetProvider\"",
                "wyrm.application;name=org.example.hello;class=\"" + HelloApplication.class.getName()
                        + "\";type=\"org.wyrm.platform.command.Application\"");
        var jar = jar(
                "org.example.samples",
                String.join(",", capabilities),
                List.of(
                        ShowCommand.class,
                        ShowCommand.Options.class,
                        ShowCommand.Row.class,
                        FailCommand.class,
                        FailCommand.Options.class,
                        FailCommand.Row.class,
                        PeekCommand.class,
                        PeekCommand.Options.class,
                        HelloApplication.class,
                        HelloApplication.Options.class,
                        PeekCommand.Row.class,
                        ProbeProvider.class,
                        ProbeProvider.Options.class));
        core = new Index("id", List.of(IndexBuilder.ofJar(jar, "core:org.example.samples")));
    }

    private static String command(String name, Class<?> type, Class<?> row) {
        return "wyrm.command;name=" + name + ";summary=\"what " + name + " does\";class=\"" + type.getName()
                + "\";type=\"" + COMMAND + "\";row=\"" + row.getName() + "\"";
    }

    private static Path jar(String name, String capabilities, List<Class<?>> classes) throws IOException {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Provide-Capability", capabilities);
        var file = shared.resolve(name + ".jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (var type : classes) {
                var path = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(path));
                try (var in = type.getClassLoader().getResourceAsStream(path)) {
                    in.transferTo(jar);
                }
            }
        }
        return file;
    }

    @BeforeEach
    void haveAHomeOfItsOwn() {
        variables.put("HOME", folder.resolve("home").toString());
        variables.put("TMPDIR", folder.toString());
    }

    private Launcher launcher(OutputStream stream) {
        var environment = new Environment(
                variables,
                folder.resolve("product"),
                InputStream.nullInputStream(),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                new Output(stream, ProgressLine.off()),
                ProgressLine.off(),
                terminal);
        return new Launcher(environment, () -> core);
    }

    private int run(String... words) {
        return run(out, words);
    }

    private int run(OutputStream out, String... words) {
        try (var launcher = launcher(out)) {
            return launcher.run(words);
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class ACommand {
        @Test
        void getsItsOptionsAndArguments() {
            assertThat(run("show", "a", "-u", "bc", "d")).isZero();

            assertThat(out()).isEqualTo("WORD  LENGTH\nA          1\nBC         2\nD          1\n");
            assertThat(errors()).isEmpty();
        }

        @Test
        void isFoundByItsAlias() {
            assertThat(run("display", "a")).isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"--format jsonl show a", "show a --format jsonl", "show --format=jsonl a"})
        void hasOutputOptionsBeforeAndBehindIt(String line) {
            assertThat(run(line.split(" "))).isZero();

            assertThat(out()).isEqualTo("{\"word\":\"a\",\"length\":1}\n");
        }

        @Test
        void takesAWordThatLooksLikeAnOptionBehindTwoDashes() {
            assertThat(run("show", "--format", "csv", "--", "-x")).isZero();

            assertThat(out()).isEqualTo("word,length\r\n-x,2\r\n");
        }

        @Test
        void writesNoMoreRowsThanItsLimit() {
            assertThat(run("show", "a", "b", "c", "--limit", "2", "--format", "csv"))
                    .isZero();

            assertThat(out().lines()).hasSize(3);
        }

        @Test
        void leavesNoFilesBehind() {
            run("show", "a");

            assertThat(folder).isEmptyDirectory();
        }
    }

    @Nested
    class ATarget {
        @Test
        void isOpenedByTheOptionsBeforeTheCommand() {
            assertThat(run("-c", "dump", "peek", "--format", "csv")).isZero();

            assertThat(out()).isEqualTo("target\r\ndump\r\n");
            assertThat(errors()).isEqualTo("wyrm: warning: probing dump\n");
        }

        @Test
        void warnsNotWhenTheUserIsQuiet() {
            assertThat(run("-q", "-c", "dump", "peek")).isZero();

            assertThat(errors()).isEmpty();
        }

        @Test
        void isAskedForWhereItIsMissing() {
            assertThat(run("peek")).isEqualTo(2);

            assertThat(errors()).isEqualTo("wyrm: no target: say which, before the command, by one of --core\n");
        }

        @Test
        void thatCannotBeOpenedIsExitCode3() {
            assertThat(run("--core", "missing", "peek")).isEqualTo(3);

            assertThat(errors()).isEqualTo("wyrm: missing: no such file\n");
        }

        @Test
        void remarksWhatThereIsToSayOfItWithAFault() {
            assertThat(run("-q", "-c", "fault", "peek")).isEqualTo(5);
            assertThat(errors().lines())
                    .containsExactlyInAnyOrder(
                            "wyrm: it runs; try again",
                            "wyrm: cannot read virtual address 0x0000000000001000: it moved");
        }

        @Test
        void tellsWhatItCounted() {
            assertThat(run("-q", "-c", "dump", "peek", "--stats")).isZero();

            assertThat(errors().lines().map(line -> line.replaceFirst("[0-9.]+ ms", "…")))
                    .containsExactly(
                            "wyrm: JVM: …",
                            "wyrm: command line: …",
                            "wyrm: target: …",
                            "wyrm: command: …",
                            "wyrm: reads: 7");
        }
    }

    @Nested
    class AnError {
        @ParameterizedTest
        @CsvSource({
            "operation, 1, it failed",
            "usage, 2, it was wrong",
            "unreadable, 3, it is unreadable",
            "shrunk, 3, the file shrank while it was read",
            "lookup, 4, no thing 'it'",
            "fault, 5, cannot read virtual address 0x0000000000000001: it is absent",
            "malformed, 6, it+0x1: it is malformed",
            "corrupt, 6, it at 0x1: it is corrupt",
            "unsupported, 7, it is not supported"
        })
        void isOneLineAndTheExitCodeOfItsKind(String how, int code, String line) {
            assertThat(run("fail", how)).isEqualTo(code);

            assertThat(errors()).isEqualTo("wyrm: " + line + "\n");
        }

        @Test
        void leavesAWholeArray() {
            run("fail", "fault", "--format", "json");

            assertThat(out()).isEqualTo("[\n{\"number\":1}\n]\n");
        }

        @Test
        void ofMemoryHasNoStackTrace() {
            assertThat(run("fail", "memory")).isEqualTo(1);

            assertThat(errors()).startsWith("wyrm: out of memory: ").hasLineCount(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"bug", "stack", "internal"})
        void thatIsOursIsReportedInAFile(String how) throws IOException {
            assertThat(run("fail", how)).isEqualTo(70);

            assertThat(errors()).startsWith("wyrm: this is a bug of wyrm: ").hasLineCount(1);
            var report = Path.of(
                    errors().substring(errors().indexOf("please send ") + 12).strip());
            assertThat(report).startsWith(folder.resolve("home/.local/state/wyrm"));
            assertThat(Files.readString(report))
                    .contains("command line fail " + how)
                    .contains("java 25")
                    .contains("at org.wyrm");
        }

        @Test
        void ofAReaderThatWentAwayIsNone() {
            try (var launcher = launcher(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("Broken pipe");
                }
            })) {
                assertThat(launcher.run("show", "a")).isZero();
            }
            assertThat(errors()).isEmpty();
        }
    }

    @Nested
    class AnInterrupt {
        @Test
        void endsTheCommandAndClosesTheArray() throws InterruptedException {
            var code = new int[1];
            try (var launcher = launcher(out)) {
                var running =
                        Thread.ofPlatform().start(() -> code[0] = launcher.run("fail", "wait", "--format", "jsonl"));
                while (out.size() == 0) {
                    Thread.onSpinWait();
                }
                launcher.interrupt();
                running.join();
            }

            assertThat(code[0]).isEqualTo(130);
            assertThat(out()).isEqualTo("{\"number\":1}\n");
        }
    }

    @Nested
    class WrongUsage {
        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                value = {
                    "shwo a @ no command 'shwo'; did you mean show?",
                    "nothing-like-it @ no command 'nothing-like-it'; see wyrm --help",
                    "show @ WORD is missing: the first",
                    "peek a @ too many arguments: 'a'",
                    "show --uper a @ no option --uper; did you mean --upper?",
                    "--cor x show a @ no option --cor; did you mean --core?",
                    "show a --limit @ option --limit wants a value: N",
                    "show a --limit x @ --limit wants a number of rows, not 'x'",
                    "show a --format xml @ no format 'xml': take one of text|json|jsonl|csv|html",
                    "show a --color blue @ --color is auto, always or never, not 'blue'",
                    "show a --log-level loud @ no log level 'loud': take one of error, warning, info, debug",
                    "peek -c dump @ option -c stands before the command: wyrm -c FILE peek",
                    "peek -cdump @ option -c stands before the command: wyrm -c FILE peek",
                    "show a --core dump @ option --core stands before the command: wyrm --core FILE show",
                    "show a --core=dump @ option --core stands before the command: wyrm --core FILE show",
                    "show a --version @ option --version stands before the command: wyrm --version show",
                    "-e 1+1 @ -e: nothing here runs scripts",
                    "script x.groovy @ no command 'script'; see wyrm --help",
                    "--application org.example.none @ no application 'org.example.none'; there is org.example.hello"
                })
        void isOneLineAndExitCode2(String line, String message) {
            assertThat(run(line.split(" "))).isEqualTo(2);

            assertThat(errors()).isEqualTo("wyrm: " + message + "\n");
            assertThat(out()).isEmpty();
        }

        @Test
        void ofNoCommandShowsTheUsage() {
            assertThat(run()).isEqualTo(2);

            assertThat(errors()).startsWith("usage: wyrm ").endsWith("no command, and no shell is installed\n");
        }

        @Test
        void namesThePlugInThatHasTheCommand() throws IOException {
            var shipped = Files.createDirectories(folder.resolve("product/plugins"));
            var installed = Files.createDirectories(folder.resolve("installed"));
            var jar = jar(
                    "org.wyrm.net",
                    command("ss", ShowCommand.class, ShowCommand.Row.class),
                    List.of(ShowCommand.class, ShowCommand.Options.class, ShowCommand.Row.class));
            var index = new Index("", List.of(IndexBuilder.ofJar(jar, "net.jar")));
            Files.writeString(shipped.resolve(Index.FILE_NAME), index.toText());
            var hiding = Index.empty().hiding("org.wyrm.net", true);
            Files.writeString(installed.resolve(Index.FILE_NAME), hiding.toText());

            assertThat(run("--plugins", installed.toString(), "ss")).isEqualTo(2);

            assertThat(errors()).isEqualTo("wyrm: `ss` is in plug-in org.wyrm.net: wyrm plugin install net\n");
        }
    }

    @Nested
    class Eclipse {
        @Test
        void saysCleanAndDoesNotMeanTheCoreLean() {
            assertThat(run("-clean", "peek")).isEqualTo(2);

            assertThat(errors()).startsWith("wyrm: no target");
        }

        @Test
        void saysItsOtherWordsWithOneDashToo() {
            assertThat(run("-consoleLog", "-configuration", folder.resolve("c").toString(), "show", "a"))
                    .isZero();
            assertThat(run("-application", "org.example.hello", "big", "world")).isEqualTo(42);

            assertThat(out()).endsWith("hello big world\n");
        }
    }

    @Nested
    class Applications {
        private static final String ID = "org.example.hello";

        @Test
        void takeOptionsBeforeAndAfterTheirWords() {
            assertThat(run("--application", ID, "--command", "--limit", "1", "show", "a", "b", "--limit", "2"))
                    .isZero();

            assertThat(out()).isEqualTo("2 rows, []\nWORD  LENGTH\na          1\nb          1\n");
        }

        @Test
        void passOnHowRowsAreWritten() {
            assertThat(run("--format", "csv", "--application", ID, "--command", "show", "a", "b", "--limit", "1"))
                    .isZero();

            assertThat(out()).isEqualTo("1 rows, []\nword,length\r\na,1\r\n");
        }

        @Test
        void haveTheTargetThatOptionsNameBeforeOrAfterThem() {
            assertThat(run("--core", "x", "--application", ID, "--command", "peek"))
                    .isZero();
            assertThat(run("--application", ID, "--command", "peek", "--core", "y"))
                    .isZero();

            assertThat(out()).endsWith("TARGET\ny\n").contains("TARGET\nx\n");
        }

        @ParameterizedTest
        @CsvSource({
            "operation, 1, it failed",
            "fault, 5, cannot read virtual address 0x0000000000000001: it is absent",
            "unsupported, 7, it is not supported"
        })
        void areToldOfCommandsThatFail(String how, int code, String message) {
            assertThat(run("--application", ID, "--command", "fail", how)).isEqualTo(code);

            assertThat(out()).startsWith("1 rows, [" + message + "]\n").endsWith("NUMBER\n     1\n");
            assertThat(errors()).isEmpty();
        }

        @Test
        void failWhereNothingCanBeWritten() {
            var full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("No space left on device");
                }
            };

            assertThat(run(full, "--application", ID, "a")).isEqualTo(1);

            assertThat(errors()).isEqualTo("wyrm: cannot write the output: No space left on device\n");
        }

        @Test
        void outliveBugsOfCommands() {
            assertThat(run("--application", ID, "--command", "fail", "bug")).isEqualTo(70);

            assertThat(out()).startsWith("1 rows, [this is a bug of wyrm: ").contains("it is a bug");
        }

        @Test
        void haveHelp() {
            assertThat(run("--application", ID, "--help")).isZero();

            assertThat(out())
                    .startsWith("usage: wyrm [TARGET] [OPTIONS] --application org.example.hello [OPTIONS] [WORD]")
                    .contains("--command");
        }

        @Test
        void areNamedWhereTheirNameIsTakenForACommand() {
            assertThat(run("hello")).isEqualTo(2);
            assertThat(run("--help")).isZero();

            assertThat(errors()).isEqualTo("wyrm: `hello` is an application: wyrm --application org.example.hello\n");
            assertThat(out()).contains("\napplications, by --application ID\n  org.example.hello");
        }
    }

    @Nested
    class Help {
        @ParameterizedTest
        @ValueSource(strings = {"--help", "-h", "help"})
        void namesTheCommandsAndTheOptions(String word) {
            assertThat(run(word)).isZero();

            assertThat(out())
                    .contains("show, display", "what show does", "-c, --core FILE", "--format text|json|jsonl|csv")
                    .doesNotContain("clean");
        }

        @ParameterizedTest
        @ValueSource(strings = {"--help show", "-h display", "help show", "show --help", "show -h"})
        void ofACommandTellsItsOptionsAndKeys(String line) {
            assertThat(run(line.split(" "))).isZero();

            assertThat(out())
                    .startsWith("usage: wyrm [TARGET] [OPTIONS] show [OPTIONS] WORD [MORE]...")
                    .contains("-u, --upper", "in capitals", "keys of a row: word, length", "org.example.samples");
        }

        @ParameterizedTest
        @ValueSource(strings = {"help help", "--help help", "-h help", "help --help", "help -h"})
        void ofHelpIsThereToo(String line) {
            assertThat(run(line.split(" "))).isZero();

            assertThat(out()).startsWith("usage: wyrm help [NAME]\n").contains("show the help of a command");
        }

        @Test
        void ofAnUnknownCommandIsWrongUsage() {
            assertThat(run("help", "shwo")).isEqualTo(2);
        }

        @Test
        void needsNoFramework() {
            variables.put("TMPDIR", "/no/such/folder");

            assertThat(run("--help")).isZero();
            assertThat(run("--version")).isZero();
        }
    }

    @Nested
    class OnATerminal {
        @BeforeEach
        void isOne() {
            terminal = true;
        }

        @Test
        void shortTextIsNotPaged() {
            variables.put("PAGER", "exit 1; ");

            assertThat(run("show", "a")).isZero();

            assertThat(out()).isEqualTo("\u001b[1mWORD  LENGTH\u001b[0m\na          1\n");
        }

        @Test
        void colorCanBeRefused() {
            variables.put("NO_COLOR", "1");
            assertThat(run("show", "a")).isZero();
            variables.remove("NO_COLOR");
            variables.put("TERM", "dumb");
            assertThat(run("show", "a")).isZero();
            variables.remove("TERM");
            assertThat(run("show", "a", "--color=never")).isZero();

            assertThat(out()).doesNotContain("\u001b");
        }
    }
}
