package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.annotation.bundle.Export;

/**
 * The example of the library, {@code examples/library}: a project that is no part of this build and knows wyrm's
 * artifacts by their coordinates. It is built in a copy, from the artifacts that come with the product.
 */
@Tag("alone")
class LibraryIT {
    private static final Path EXAMPLE = Wyrm.root().resolve("examples/library");
    private static final Path DEMO = Wyrm.root().resolve("distribution/demo/demo.vmcore");
    private static final Path REPOSITORY = OutsideMaven.artifacts(Wyrm.built());
    private static final Path LOCAL = OutsideMaven.LOCAL;

    private static final Pattern TASK = Pattern.compile(" *(\\d+) ([A-Za-z]) (.*)");

    @TempDir
    static Path folder;

    private static Wyrm.Run built;

    @BeforeAll
    static void buildTheExample() throws IOException {
        copy(EXAMPLE, folder.resolve("library"));
        built = OutsideMaven.run(
                folder, folder.resolve("library"), OutsideMaven.from(REPOSITORY), "-Ddump=" + DEMO, "verify");
    }

    private static Wyrm.Run run(String... words) {
        return Wyrm.built()
                .with("JAVA_HOME", System.getProperty("java.home"))
                .limited(Duration.ofMinutes(10))
                .execute(List.of(words));
    }

    @Test
    void isBuiltAndTestedByCoordinatesAlone() {
        assertThat(built.code()).as("%s%n%s", built, built.out()).isZero();
        assertThat(built.out()).contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0");
    }

    @Test
    void getsWhatTheLibraryNeedsAndNoMore() throws IOException {
        var jars = classPath();

        assertThat(jars)
                .extracting(jar -> jar.getFileName().toString().replaceFirst("-[0-9.]+\\.jar$", ""))
                .containsExactlyInAnyOrder(
                        "wyrm-api",
                        "org.wyrm.base",
                        "org.wyrm.memory",
                        "org.wyrm.arch",
                        "org.wyrm.arch.x86_64",
                        "org.wyrm.symbols",
                        "org.wyrm.symbols.btf",
                        "org.wyrm.symbols.dwarf",
                        "org.wyrm.btf",
                        "org.wyrm.dwarf",
                        "org.wyrm.orc",
                        "org.wyrm.unwind",
                        "org.wyrm.process",
                        "org.wyrm.elf",
                        "org.wyrm.compress",
                        "org.wyrm.program",
                        "org.wyrm.lang.c",
                        "org.wyrm.linux",
                        "org.wyrm.debuginfo",
                        "org.wyrm.host",
                        "org.wyrm.target.elfcore",
                        "org.wyrm.target.gdb",
                        "org.wyrm.target.kcore",
                        "org.wyrm.target.process",
                        "org.wyrm.target.qemu",
                        "org.wyrm.remote",
                        "org.wyrm.target.raw",
                        "org.wyrm.target.kdump",
                        "org.wyrm.fs",
                        "org.wyrm.platform.command",
                        "xz",
                        "osgi.annotation",
                        "jspecify");
        for (var jar : jars) {
            if (jar.startsWith(LOCAL.resolve("org/wyrm"))) {
                assertThat(jar).hasSameBinaryContentAs(REPOSITORY.resolve(LOCAL.relativize(jar)));
            }
        }
    }

    @Test
    void runsWithoutMavenAndSaysWhatTheProductSays() throws IOException {
        var said = java("-cp", joined(), "org.example.tasks.Tasks");

        var tasks = Json.rows(Wyrm.built()
                .run("--demo", "tasks", "--format", "json")
                .expectClean()
                .out());
        assertThat(said.lines().map(TASK::matcher).filter(line -> line.matches()))
                .extracting(line -> line.group(1) + " " + line.group(2) + " " + line.group(3))
                .isNotEmpty()
                .containsExactlyElementsOf(tasks.stream()
                        .map(row -> row.get("pid").asText() + " "
                                + row.get("state").asText() + " "
                                + row.get("comm").asText())
                        .toList());
        assertThat(said)
                .startsWith("PID 1 is init\n")
                .contains("child of PID 1: labstate\n")
                .contains("mount: /proc type proc\n")
                .contains("(struct thread_info){\n\t.flags = (unsigned long)0x")
                .contains("      [8]        struct list_head *prev;\n");
    }

    @Test
    void runsAsModules() throws IOException {
        assertThat(java("-p", joined(), "-m", "tasks/org.example.tasks.Tasks"))
                .isEqualTo(java("-cp", joined(), "org.example.tasks.Tasks"));
    }

    /** {@return what the example prints about the demo dump} */
    private static String java(String... words) {
        var line = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        line.addAll(List.of(words));
        line.add(DEMO.toString());
        return run(line.toArray(String[]::new)).expectClean().out();
    }

    /** {@return the example and all that it needs} */
    private static String joined() throws IOException {
        return folder.resolve("library/target/tasks-1.0.0.jar")
                + File.pathSeparator
                + classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void isWhatTheDocumentsShow() throws IOException {
        var sources = new StringBuilder();
        for (var file :
                List.of("src/main/java/org/example/tasks/Tasks.java", "src/main/java/org/example/tasks/Lines.java")) {
            sources.append(Files.readString(EXAMPLE.resolve(file)));
        }
        var example = stripped(sources.toString());
        for (var document : List.of("README.md", "docs/help/use-as-a-library.md")) {
            var blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(Wyrm.root().resolve(document)))
                    .results()
                    .map(block -> stripped(block.group(1)))
                    .toList();
            assertThat(blocks)
                    .as(document)
                    .isNotEmpty()
                    .allSatisfy(block -> assertThat(example).contains(block));
        }
    }

    /** {@return lines without their indentation, and without the marks of regions} */
    private static String stripped(String code) {
        return code.lines()
                .map(String::strip)
                .filter(line -> !line.matches("// @(start|end).*"))
                .collect(Collectors.joining("\n"));
    }

    /** The tool compares what a comment shows with the file that it names. */
    @Test
    void isWhatTheJavadocShows() throws IOException {
        var sources = Wyrm.root().resolve("bundles/org.wyrm.api/src/main/java/org/wyrm/api");
        var annotations = Stream.of(NullMarked.class, Export.class).map(LibraryIT::jarOf);
        var classPath = Stream.concat(annotations, classPath().stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
        var says = new StringWriter();
        var tool = ToolProvider.getSystemDocumentationTool();

        try (var files = tool.getStandardFileManager(null, null, null)) {
            var options = List.of(
                    "-quiet",
                    "-Werror",
                    "-Xdoclint:all,-missing",
                    "-d",
                    folder.resolve("javadoc").toString(),
                    "-classpath",
                    classPath,
                    "--snippet-path",
                    EXAMPLE.resolve("src/main/java").toString());
            var units =
                    files.getJavaFileObjects(sources.resolve("package-info.java"), sources.resolve("Debugger.java"));
            assertThat(tool.getTask(says, files, null, null, options, units).call())
                    .as(says::toString)
                    .isTrue();
        }

        assertThat(folder.resolve("javadoc/org/wyrm/api/Debugger.html"))
                .content()
                .contains("find_task(1)->comm".replace(">", "&gt;"));
    }

    @Test
    void hasPomsThatNameALicenceAndNoHost() throws IOException {
        List<Path> poms;
        try (var all = Files.walk(REPOSITORY)) {
            poms = all.filter(file -> file.toString().endsWith(".pom")).toList();
        }

        assertThat(poms)
                .hasSizeGreaterThan(20)
                .allSatisfy(pom -> assertThat(pom)
                        .content()
                        .doesNotContain(
                                "<repositor", "<pluginRepositor", "<distributionManagement", "SNAPSHOT", "LATEST")
                        .satisfies(text -> assertThat(text.replace("http://maven.apache.org/POM/4.0.0", ""))
                                .doesNotContain("://")));
        assertThat(poms)
                .filteredOn(pom -> pom.getFileName().toString().startsWith("wyrm-parent-"))
                .singleElement()
                .satisfies(pom -> assertThat(pom).content().contains("<name>Apache-2.0</name>"));
    }

    private static List<Path> classPath() throws IOException {
        var text = Files.readString(folder.resolve("library/target/classpath")).strip();
        return Arrays.stream(text.split(File.pathSeparator)).map(Path::of).toList();
    }

    private static String jarOf(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (var file :
                    all.filter(path -> !path.startsWith(from.resolve("target"))).toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
