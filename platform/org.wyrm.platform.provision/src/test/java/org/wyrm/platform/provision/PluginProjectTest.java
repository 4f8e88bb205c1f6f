package org.wyrm.platform.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;

class PluginProjectTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String NVME = "org.example.nvme";

    @TempDir
    Path folder;

    private Path home;
    private PluginProject projects;

    @BeforeEach
    void aProduct() throws IOException {
        home = folder.resolve("a <product> & more");
        Files.createDirectories(home.resolve("maven/org/wyrm/wyrm-api/0.2.0-beta"));
        var api = new IndexedBundle(
                "org.wyrm.base",
                "1.0.0",
                "base",
                Map.of("Provide-Capability", "wyrm.api;version:Version=\"1.3.7\""),
                List.of());
        var declaration =
                new Declaration(Index.COMMANDS, Map.of("name", "net", "aliases", "devices"), "", List.of(), List.of());
        var net = new IndexedBundle("org.wyrm.net", "1.0.0", "net", Map.of(), List.of(declaration));
        projects = new PluginProject(
                new Index("", List.of(api, net)), new PluginFolders(home.resolve("plugins"), folder.resolve("user")));
    }

    private Map<String, String> files(Path project) throws IOException {
        var texts = new HashMap<String, String>();
        try (var all = Files.walk(project)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                texts.put(project.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    @Nested
    class Written {
        private Path project;

        @BeforeEach
        void project() {
            project = folder.resolve("new/project");
        }

        @Test
        void isAProjectWithAHelperACommandDeclarationsAndATest() throws IOException {
            var made = projects.write(NVME, project);

            assertThat(made.command()).isEqualTo("nvme");
            assertThat(made.build()).isEqualTo("mvn --file " + project + " package");
            assertThat(made.install())
                    .isEqualTo("wyrm plugin install " + project + "/target/repository/org.example.nvme-1.0.0.jar");
            assertThat(made.use()).isEqualTo("wyrm --demo nvme");
            assertThat(files(project))
                    .containsOnlyKeys(
                            "pom.xml",
                            "README.md",
                            ".gitignore",
                            "src/main/java/org/example/nvme/pci/package-info.java",
                            "src/main/java/org/example/nvme/pci/Pci.java",
                            "src/main/java/org/example/nvme/internal/package-info.java",
                            "src/main/java/org/example/nvme/internal/PciCommand.java",
                            "src/main/java/org/example/nvme/internal/PciDeclarations.java",
                            "src/main/resources/org/example/nvme/internal/declarations.h",
                            "src/test/java/org/example/nvme/PciTest.java")
                    .allSatisfy((name, text) -> assertThat(text).doesNotContainPattern("@[a-z]+@"))
                    .hasEntrySatisfying(
                            "pom.xml",
                            pom -> assertThat(pom)
                                    .contains(
                                            "<groupId>org.example</groupId>",
                                            "<artifactId>org.example.nvme</artifactId>",
                                            "<wyrm.version>0.2.0-beta</wyrm.version>",
                                            "<wyrm.api>1.3</wyrm.api>",
                                            "<wyrm.repository>" + folder.toUri()
                                                    + "a%20%3Cproduct%3E%20&amp;%20more/maven/</",
                                            "<wyrm.demo>" + folder
                                                    + "/a &lt;product&gt; &amp; more/demo/demo.vmcore</"))
                    .hasEntrySatisfying(
                            "src/main/java/org/example/nvme/internal/PciCommand.java",
                            text -> assertThat(text).contains("package org.example.nvme.internal;", "name = \"nvme\""));
        }

        @Test
        void mayBeInAFolderThatIsEmpty() throws IOException {
            Files.createDirectories(project);

            projects.write(NVME, project);

            assertThat(project.resolve("pom.xml")).exists();
        }

        @Test
        void saysHowInWordsForAShell() {
            var made = projects.write(NVME, folder.resolve("it's here"));

            assertThat(made.build()).isEqualTo("mvn --file '" + folder + "/it'\\''s here' package");
        }

        /** What the template names, this build has tried. */
        @Test
        void namesTheVersionsOfThisBuild() throws IOException {
            projects.write(NVME, project);
            var pom = Files.readString(project.resolve("pom.xml"));
            var ours = versions(Files.readString(ROOT.resolve("pom.xml")));

            assertThat(versions(pom))
                    .hasSizeGreaterThan(8)
                    .allSatisfy((plugin, version) -> assertThat(version).isEqualTo(ours.get(plugin)));
            assertThat(pom)
                    .contains("<artifactId>junit-jupiter</artifactId>\n      <version>" + property("junit.version"));
        }

        private Map<String, String> versions(String pom) throws IOException {
            var versions = new HashMap<String, String>();
            var plugins = Pattern.compile(
                            "<artifactId>([\\w-]+-maven-plugin|maven-[\\w-]+-plugin)</artifactId>\\s*<version>(.*?)</version>")
                    .matcher(pom);
            while (plugins.find()) {
                var version = plugins.group(2);
                versions.put(
                        plugins.group(1),
                        version.startsWith("${") ? property(version.substring(2, version.length() - 1)) : version);
            }
            return versions;
        }

        private String property(String name) throws IOException {
            var found = Pattern.compile("<" + Pattern.quote(name) + ">(.*?)</")
                    .matcher(Files.readString(ROOT.resolve("pom.xml")));
            assertThat(found.find()).as(name).isTrue();
            return found.group(1);
        }
    }

    @Nested
    class Refused {
        private void leavesNothing(Class<? extends RuntimeException> type, String name, Path project, String message)
                throws IOException {
            var before = files(folder);

            assertThatThrownBy(() -> projects.write(name, project))
                    .isInstanceOf(type)
                    .hasMessageContaining(message);

            assertThat(files(folder)).isEqualTo(before);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "nvme", "Org.example", "org..nvme", "org.example.", ".org", "org.9p", "org/x.y", "a.b-c"
                })
        void areNamesThatAreNoPackages(String name) throws IOException {
            leavesNothing(UsageException.class, name, folder.resolve("p"), "'" + name + "' is no name of a plug-in");
            assertThat(folder.resolve("p")).doesNotExist();
        }

        @ParameterizedTest
        @CsvSource({
            "org.example.new, 'new' is a word of Java",
            "org.wyrm.mine, those of wyrm itself",
            "java.mine, those of Java itself",
            "org.example.net, `net` is a command of org.wyrm.net already",
            "org.example.devices, `devices` is a command of org.wyrm.net already"
        })
        void areNamesOfOthers(String name, String why) throws IOException {
            leavesNothing(UsageException.class, name, folder.resolve("p"), why);
        }

        @Test
        void areFoldersThatHaveSomethingInThem() throws IOException {
            Files.writeString(Files.createDirectory(folder.resolve("full")).resolve("a file"), "");
            leavesNothing(OperationFailedException.class, NVME, folder.resolve("full"), "full: is not empty");
            leavesNothing(OperationFailedException.class, NVME, folder.resolve("full/a file"), "a file: is no folder");
        }

        @Test
        void arePlacesThatCannotBeWritten() throws IOException {
            Files.writeString(folder.resolve("file"), "");
            leavesNothing(
                    OperationFailedException.class,
                    NVME,
                    folder.resolve("file/project"),
                    "cannot write " + folder.resolve("file/project") + ": ");
            leavesNothing(
                    OperationFailedException.class,
                    NVME,
                    Path.of("/proc/self/project"),
                    "cannot write /proc/self/project: no such file");
        }

        /** The path of a source is too long for the system, and that of the folder is not. */
        @Test
        void leaveNothingHalfWritten() throws IOException {
            var word = "a".repeat(250);
            var name = String.join(".", java.util.Collections.nCopies(16, word));

            leavesNothing(
                    OperationFailedException.class,
                    name,
                    folder.resolve("above/project"),
                    "cannot write " + folder.resolve("above/project") + ": file name too long");

            assertThat(folder.resolve("above")).doesNotExist();
        }

        @Test
        void areProductsWithoutArtifacts() throws IOException {
            Files.delete(home.resolve("maven/org/wyrm/wyrm-api/0.2.0-beta"));

            leavesNothing(
                    OperationFailedException.class,
                    NVME,
                    folder.resolve("p"),
                    "what plug-ins are built with is not here");
        }
    }
}
