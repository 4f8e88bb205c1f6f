package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product of the archive, as a user has it: unpacked, with no Java but its own. */
class ProductTest {
    @TempDir
    static Path folder;

    private static Path unpacked;
    private static Path userHome;

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        unpacked = Product.unpack(folder);
        userHome = Files.createDirectory(folder.resolve("user"));
    }

    private Product product() {
        return new Product(unpacked, userHome);
    }

    @Test
    void tellsItsVersion() throws Exception {
        var result = product().run("--version");

        assertThat(result).isEqualTo(new Product.Result(0, "wyrm " + System.getProperty("wyrm.version") + "\n", ""));
    }

    @Test
    void runsACommandThatNeedsNoTarget() throws Exception {
        var result = product().run("plugin", "list", "--format", "csv");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("name,version,state,commands\r\norg.wyrm.fs,");
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void startsByASymbolicLink() throws Exception {
        var link = Files.createDirectories(folder.resolve("links/bin")).resolve("w");
        Files.createSymbolicLink(link, unpacked.resolve("bin/wyrm"));
        var relative = link.resolveSibling("v");
        Files.createSymbolicLink(relative, Path.of("w"));

        var process = new ProcessBuilder(relative.toString(), "--version").start();

        assertThat(Product.finish(process).exitCode()).isZero();
    }

    @Test
    void startsFromItsOwnFolder() throws Exception {
        var process = new ProcessBuilder("./wyrm", "plugin", "list")
                .directory(unpacked.resolve("bin").toFile())
                .start();

        assertThat(Product.finish(process).exitCode()).isZero();
    }

    @Test
    void runsInAFolderWhoseNameHasBlanks() throws Exception {
        var elsewhere = Files.createDirectories(folder.resolve("a folder with blanks"));
        var moved = Product.unpack(elsewhere);

        var result = new Product(moved, userHome).run("plugin", "list");

        assertThat(result.exitCode()).isZero();
        assertThat(result.errors()).isEmpty();
    }

    @Nested
    class WithNothingThatCanBeWritten {
        @Test
        void itRunsWhereTheTemporaryFolderAloneCan() throws Exception {
            var closed = Files.createDirectories(folder.resolve("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

            var result = new Product(unpacked, closed).run("plugin", "list");

            assertThat(result.exitCode()).isZero();
        }

        @Test
        void itSaysThatAPluginNeedsATemporaryFolder() throws Exception {
            var result = product().with("TMPDIR", "/proc/no-such-folder").run("--demo", "mount");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.errors()).startsWith("wyrm: cannot make a temporary folder in /proc/no-such-folder");
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
                var process = product().with("TMPDIR", temporary.toString()).start("plugin", "list");
                Thread.sleep(delayMillis);
                // SIGTERM, which finds the process before it listens, at work, or done.
                process.toHandle().destroy();
                Product.finish(process);
            }

            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void twentyStartAtOnceFromNothing() throws Exception {
        var temporary = Files.createDirectories(folder.resolve("many"));
        var processes = new ArrayList<Process>();
        for (var i = 0; i < 20; i++) {
            processes.add(product().with("TMPDIR", temporary.toString()).start("plugin", "list", "--format", "json"));
        }

        for (var process : processes) {
            var result = Product.finish(process);
            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).contains("\"name\":\"org.wyrm.fs\"");
            assertThat(result.errors()).isEmpty();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aReaderThatGoesAwayIsNoError() throws Exception {
        var process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "{ \"$0\" --help; echo $? >&2; } | true",
                        unpacked.resolve("bin/wyrm").toString())
                .start();

        assertThat(Product.finish(process).errors()).isEqualTo("0\n");
    }

    @Nested
    class WrongUsage {
        @Test
        void ofAnUnknownCommandIsExitCode2AndNamesTheNearest() throws Exception {
            var result = product().run("plugn");

            assertThat(result).isEqualTo(new Product.Result(2, "", "wyrm: no command 'plugn'; did you mean plugin?\n"));
        }

        @Test
        void ofAnUnknownOptionIsExitCode2() throws Exception {
            assertThat(product().run("--formt", "json", "plugin", "list").errors())
                    .isEqualTo("wyrm: no option --formt; did you mean --format?\n");
        }
    }

    @Nested
    class TheAotCache {
        private static final String TELL = "-Xlog:aot=info:stderr -Xlog:class+load=info:stderr";
        private static final String IN_USE = "source: shared objects file";

        private String log(Product product, String more) throws Exception {
            return product.with("WYRM_JAVA_OPTIONS", TELL + " " + more)
                    .run("plugin", "list")
                    .errors();
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

            var result = new Product(copy, userHome).run("--version");

            // The name of the cache does not match any more, and neither does the index: the copy is not whole.
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.errors()).contains("install wyrm again");
        }

        @Test
        void isNotTrustedWhenTheCoreJarWasChangedUnderIt() throws Exception {
            var copy = copyOfTheProduct("replaced");
            replaceInCoreJar(copy, "wyrm-index 1\nid\t", "wyrm-index 1\nid\t0");

            var result = new Product(copy, userHome).run("--version");

            assertThat(result.exitCode()).isNotZero();
            assertThat(result.out()).isEmpty();
        }

        private Path copyOfTheProduct(String name) throws Exception {
            return Product.unpack(Files.createDirectories(folder.resolve(name)));
        }

        /** The core jar is stored, so that its bytes are those of its entries. */
        private void replaceInCoreJar(Path product, String old, String replacement) throws IOException {
            var jar = product.resolve("lib/wyrm-core.jar");
            var text = Files.readString(jar, StandardCharsets.ISO_8859_1);
            assertThat(text).contains(old);
            var end = text.indexOf(old) + replacement.length();
            Files.writeString(
                    jar,
                    text.substring(0, text.indexOf(old)) + replacement + text.substring(end),
                    StandardCharsets.ISO_8859_1);
        }
    }
}
