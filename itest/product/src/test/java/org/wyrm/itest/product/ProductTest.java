package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The product of the archive, as a user has it: unpacked, with no Java but its own. */
class ProductTest {
    @TempDir
    static Path folder;

    private static Wyrm unpacked;
    private static Path userHome;

    @BeforeAll
    static void unpack() throws IOException {
        unpacked = Wyrm.unpack(folder);
        userHome = Files.createDirectory(folder.resolve("user"));
    }

    private Wyrm product() {
        return of(unpacked.home());
    }

    private static Wyrm of(Path home) {
        return new Wyrm(home, unpacked.variables(), unpacked.limit()).with("HOME", userHome.toString());
    }

    private static void assertEnds(Wyrm.Run run, int code, String out, String err) {
        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.out()).isEqualTo(out);
        assertThat(run.err()).isEqualTo(err);
    }

    @Test
    void tellsItsVersion() throws Exception {
        assertEnds(product().run("--version"), 0, "wyrm " + System.getProperty("wyrm.version") + "\n", "");
    }

    @Test
    void runsACommandThatNeedsNoTarget() throws Exception {
        var run = product().run("plugin", "list", "--format", "csv").expectClean();

        assertThat(run.out()).startsWith("name,version,state,commands\r\n").contains("\norg.wyrm.fs,");
    }

    @Test
    void startsByASymbolicLink() throws Exception {
        var link = Files.createDirectories(folder.resolve("links/bin")).resolve("w");
        Files.createSymbolicLink(link, Path.of(unpacked.program()));
        var relative = link.resolveSibling("v");
        Files.createSymbolicLink(relative, Path.of("w"));

        product().execute(List.of(relative.toString(), "--version")).expectClean();
    }

    @Test
    void startsFromItsOwnFolder() throws Exception {
        product().shell("cd \"${wyrm%/*}\" && ./wyrm plugin list").expectClean();
    }

    @Test
    void runsInAFolderWhoseNameHasBlanks() throws Exception {
        var elsewhere = Files.createDirectories(folder.resolve("a folder with blanks"));

        Wyrm.unpack(elsewhere).run("plugin", "list").expectClean();
    }

    @Nested
    class WithNothingThatCanBeWritten {
        @Test
        void itRunsWhereTheTemporaryFolderAloneCan() throws Exception {
            var closed = Files.createDirectories(folder.resolve("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

            product().with("HOME", closed.toString()).run("plugin", "list").expectClean();
        }

        @Test
        void itSaysThatAPluginNeedsATemporaryFolder() throws Exception {
            var run = product().with("TMPDIR", "/proc/no-such-folder").run("--demo", "mount");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).startsWith("wyrm: cannot make a temporary folder in /proc/no-such-folder");
        }
    }

    @Nested
    class LeavesNothingBehind {
        @Test
        void whenItEnds() throws Exception {
            var temporary = Files.createDirectories(folder.resolve("temporary"));

            product().with("TMPDIR", temporary.toString()).run("plugin", "list");
            product().with("TMPDIR", temporary.toString()).run("plugin", "remove", "no-such-plugin");

            assertThat(temporary).isEmptyDirectory();
        }

        @Test
        void whenItIsInterrupted() throws Exception {
            var temporary = Files.createDirectories(folder.resolve("interrupted"));
            for (var delayMillis = 0; delayMillis < 400; delayMillis += 40) {
                var product = product().with("TMPDIR", temporary.toString());
                var line = product.line("plugin", "list");
                var process = product.start(line);
                Thread.sleep(delayMillis);
                // SIGTERM, which finds the process before it listens, at work, or done.
                process.toHandle().destroy();
                product.finish(line, process);
            }

            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void twentyStartAtOnceFromNothing() throws Exception {
        var temporary = Files.createDirectories(folder.resolve("many"));
        var product = product().with("TMPDIR", temporary.toString());
        var line = product.line("plugin", "list", "--format", "json");
        var processes = new ArrayList<Process>();
        for (var i = 0; i < 20; i++) {
            processes.add(product.start(line));
        }

        for (var process : processes) {
            assertThat(product.finish(line, process).expectClean().out()).contains("\"name\":\"org.wyrm.fs\"");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aReaderThatGoesAwayIsNoError() throws Exception {
        assertThat(product().shell("{ \"$wyrm\" --help; echo $? >&2; } | true").err())
                .isEqualTo("0\n");
    }

    @Nested
    class WrongUsage {
        @Test
        void ofAnUnknownCommandIsExitCode2AndNamesTheNearest() throws Exception {
            assertEnds(product().run("plugn"), 2, "", "wyrm: no command 'plugn'; did you mean plugin?\n");
        }

        @Test
        void ofAnUnknownOptionIsExitCode2() throws Exception {
            assertThat(product().run("--formt", "json", "plugin", "list").err())
                    .isEqualTo("wyrm: no option --formt; did you mean --format?\n");
        }
    }

    @Nested
    class ItsTexts {
        private static final Pattern OPTION = Pattern.compile("(?m)^ {2,}(-.*?)(?: {2,}|$)");

        /** Everything that help says is in the man page. */
        @Test
        void haveAllOptionsThatHelpHas() throws IOException {
            var page = Files.readString(unpacked.home().resolve("share/man/man1/wyrm.1"))
                    .replace("\\-", "-");
            var completion = Files.readString(unpacked.home().resolve("share/bash-completion/completions/wyrm"));
            var help = product().run("--help").expectClean().out();

            var names = OPTION.matcher(help)
                    .results()
                    .flatMap(found -> Stream.of(found.group(1).split("[, ]+")))
                    .filter(word -> word.startsWith("-"))
                    .toList();

            assertThat(names).contains("-h", "--log-level", "--version", "--core", "--no-pager");
            assertThat(names).allSatisfy(name -> assertThat(page).contains(name));
            assertThat(names)
                    .filteredOn(name -> name.startsWith("--"))
                    .allSatisfy(name -> assertThat(completion).contains(name));
        }

        @Test
        void showThatANameIsNeeded() {
            assertThat(product().run("help", "type").out())
                    .startsWith("usage: wyrm [TARGET] [OPTIONS] type [OPTIONS] NAME...");
            assertThat(product().run("help", "sym").out()).contains(" sym [OPTIONS] NAME|NAME+OFFSET|ADDRESS...");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                value = {
                    "ca @ cache",
                    "cache '' @ list verify clear",
                    "cache v @ verify",
                    "plugin r @ remove repository",
                    "help t @ tasks tree type",
                    "--format js @ json jsonl",
                    "--application o @ org.wyrm.app.report org.wyrm.app.script org.wyrm.platform.shell",
                    "--application org.wyrm.app.report --on @ --only",
                    "--application org.wyrm.app.report --dem @ --demo",
                    "tasks --log @ --log-level",
                    "--demo tasks --lea @ --leaders"
                })
        void completeWhatWasBegun(String words, String expected) {
            var script = "COMP_WORDS=(wyrm %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); . '%s'; _wyrm;"
                    .formatted(words, unpacked.home().resolve("share/bash-completion/completions/wyrm"));

            var run = product().execute(List.of("/bin/bash", "-c", script + " echo \"${COMPREPLY[@]}\""));

            assertThat(run.out().strip().split(" ")).containsExactlyInAnyOrder(expected.split(" "));
        }
    }

    @Nested
    class TheAotCache {
        private static final String TELL = "-Xlog:aot=info:stderr -Xlog:class+load=info:stderr";
        private static final String IN_USE = "source: shared objects file";

        private String log(Wyrm product, String more) {
            return product.with("WYRM_JAVA_OPTIONS", TELL + " " + more)
                    .run("plugin", "list")
                    .err();
        }

        private List<String> ofMain(String log) {
            return log.lines()
                    .filter(line -> line.contains("org.wyrm.platform.launcher.internal.Launcher "))
                    .toList();
        }

        @Test
        void isInUse() throws Exception {
            assertThat(ofMain(log(product(), ""))).singleElement().asString().contains(IN_USE);
        }

        @Test
        void isInUseOnAMachineWithMuchMemory() throws Exception {
            assertThat(ofMain(log(product(), "-XX:MaxRAM=256g")))
                    .singleElement()
                    .asString()
                    .contains(IN_USE);
        }

        @Test
        void isNotUsedForACoreJarThatWasNotTrained() throws Exception {
            var copy = copyOfTheProduct("changed");
            var launch = copy.resolve("lib/launch");
            Files.writeString(launch, Files.readString(launch).replaceFirst("id=.{4}", "id=0000"));

            var run = of(copy).run("--version");

            // The name of the cache does not match any more, and neither does the index: the copy is not whole.
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("install wyrm again");
        }

        @Test
        void isNotTrustedWhenTheCoreJarWasChangedUnderIt() throws Exception {
            var copy = copyOfTheProduct("replaced");
            var jar = copy.resolve("lib/wyrm-core.jar");
            Files.write(jar, new byte[1], StandardOpenOption.APPEND);

            var run = of(copy).run("--version");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("is the index of another", "wyrm-core.jar: install wyrm again");
        }

        @Test
        void isNotTrustedWithoutTheIndexOfItsCoreJar() throws Exception {
            var copy = copyOfTheProduct("halved");
            Files.delete(copy.resolve("lib/index"));

            var run = of(copy).run("--version");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("this is not a whole wyrm: cannot read", "lib/index");
        }

        private Path copyOfTheProduct(String name) throws Exception {
            return Wyrm.unpack(Files.createDirectories(folder.resolve(name))).home();
        }
    }
}
