package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plug-in of others, from its first command on: begun by a product that was unpacked elsewhere, built by a Maven run of its
 * own from the artifacts in that product, installed, used and removed.
 */
@Tag("alone")
class NewPluginIT {
    private static final String NAME = "org.example.nvme";

    /** What the demo's guest logged of each device: {@code pci 0000:00:01.0: [1234:1111] type 00 class 0x030000}. */
    private static final Pattern FOUND = Pattern.compile("pci (\\S+): \\[(\\w+:\\w+)] type .. class 0x(\\w{4})");

    @TempDir
    static Path folder;

    @TempDir
    Path home;

    private static Wyrm product;
    private static Path project;
    private static JsonNode begun;
    private static Wyrm.Run built;

    @BeforeAll
    static void beginAndBuild() throws IOException {
        product = Wyrm.unpack(Files.createDirectories(folder.resolve("not here & now")));
        project = folder.resolve("plug in");
        begun = Json.rows(product.run("plugin", "new", NAME, "--directory", project, "--format", "json")
                        .expectClean()
                        .out())
                .getFirst();
        built = OutsideMaven.run(folder, project, "package");
    }

    private Wyrm wyrm;

    @BeforeEach
    void aUser() {
        wyrm = product.with("HOME", home.toString());
    }

    private static Path jar() {
        return project.resolve("target/repository/" + NAME + "-1.0.0.jar");
    }

    private List<JsonNode> rows(Object... words) {
        var all = new ArrayList<Object>(List.of(words));
        all.addAll(List.of("--format", "json"));
        return Json.rows(wyrm.run(all.toArray()).expectClean().out());
    }

    private void ends(int code, String message, Object... words) {
        var run = wyrm.run(words);
        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.errLines()).as("%s", run).singleElement().asString().contains(message);
    }

    @Test
    void isBuiltAndTestedByItsOwnMaven() throws IOException {
        assertThat(built.code()).as("%s%n%s", built, built.out()).isZero();
        assertThat(built.out())
                .contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0")
                .doesNotContain("WARNING");
        try (var repository = Files.list(jar().getParent())) {
            assertThat(repository.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("index.xml", NAME + "-1.0.0.jar");
        }
    }

    @Test
    void isBegunWithWordsThatWork() {
        assertThat(begun.required("command").asText()).isEqualTo("nvme");
        assertThat(begun.required("build").asText()).isEqualTo("mvn --file '" + project + "' package");
        for (var words : List.of("install", "use")) {
            var line = begun.required(words).asText();
            assertThat(line).startsWith("wyrm ");
            assertThat(wyrm.shell("\"$wyrm\" " + line.substring("wyrm ".length()))
                            .expectClean()
                            .out())
                    .contains(words.equals("use") ? "virtio-pci" : NAME);
        }
    }

    @Test
    void isInstalledFromItsRepositoryUsedAndRemoved() throws IOException {
        wyrm.run("plugin", "repository", "add", "lab", jar().getParent()).expectClean();
        assertThat(rows("plugin", "search", "pci"))
                .singleElement()
                .satisfies(row -> assertThat(row.toString()).contains(NAME, "available", "nvme"));
        ends(1, "is not signed; --unsigned installs it nevertheless", "plugin", "install", NAME);
        wyrm.run("plugin", "install", "--unsigned", NAME).expectClean();

        var rows = rows("--demo", "nvme");
        assertThat(rows)
                .extracting(row ->
                        row.required("name").asText() + " " + row.required("id").asText() + " "
                                + row.required("kind").asText())
                .containsExactlyInAnyOrderElementsOf(inTheGuest());
        assertThat(rows("--demo", "nvme", "--driver", "pvpanic-pci"))
                .extracting(row -> row.required("name").asText())
                .containsExactly("0000:00:03.0");
        var address = rows.getFirst().required("address").asText();
        assertThat(wyrm.run("--demo", "print", "pci_name((struct pci_dev *)" + address + ")")
                        .expectClean()
                        .out())
                .contains(rows.getFirst().required("name").asText());
        assertThat(wyrm.run("help", "pci_name").expectClean().out())
                .startsWith("pci_name(device)\n")
                .contains("struct pci_dev", "from " + NAME);
        assertThat(wyrm.run("help", "nvme").expectClean().out()).contains("from " + NAME, "--driver NAME");

        wyrm.run("plugin", "remove", NAME).expectClean();
        ends(2, "no command 'nvme'", "--demo", "nvme");
    }

    /** {@return what the guest said of its devices before it was made to crash} */
    private static List<String> inTheGuest() throws IOException {
        var log = Files.readString(Wyrm.root().resolve("distribution/demo/facts/dmesg"));
        var devices = FOUND.matcher(log)
                .results()
                .map(found -> found.group(1) + " " + found.group(2) + " " + found.group(3))
                .toList();
        assertThat(devices).hasSizeGreaterThan(5);
        return devices;
    }

    @Test
    void isBegunOnlyWhereNothingIs() {
        ends(1, project + ": is not empty", "plugin", "new", NAME, "--directory", project);
        ends(2, "'nvme' is no name of a plug-in", "plugin", "new", "nvme");
        ends(2, "`ss` is a command of org.wyrm.net already", "plugin", "new", "org.example.ss");
        ends(1, "cannot write /proc/self/nvme: no such file", "plugin", "new", NAME, "--directory", "/proc/self/nvme");
    }

    /** The same sources, built from the artifacts of a wyrm to come. */
    @Test
    void isRefusedWhereItWasBuiltForANewerApi() throws IOException {
        var future = future(folder.resolve("future"));
        var newer = folder.resolve("newer");
        product.run("plugin", "new", NAME, "--directory", newer).expectClean();
        var run =
                OutsideMaven.run(folder, newer, OutsideMaven.from(future), "-Dwyrm.api=1.9", "-DskipTests", "package");
        assertThat(run.code()).as("%s%n%s", run, run.out()).isZero();
        var why = NAME + " needs package org.wyrm.platform.command [1.9.0,2.0.0), and here is 1.1.0 of"
                + " org.wyrm.platform.command; " + NAME + " needs wyrm.api [1.9.0,2.0.0), and this is 1.1.0";
        var repository = newer.resolve("target/repository");

        ends(1, why, "plugin", "install", repository.resolve(NAME + "-1.0.0.jar"));
        wyrm.run("plugin", "repository", "add", "lab", repository).expectClean();
        ends(1, why, "plugin", "install", "--unsigned", NAME);
        assertThat(wyrm.run("plugin", "list").expectClean().out()).doesNotContain(NAME);
        ends(2, "no command 'nvme'", "--demo", "nvme");
    }

    /** {@return a copy of the artifacts whose API says that it is 1.9} */
    private static Path future(Path target) throws IOException {
        var artifacts = OutsideMaven.artifacts(product);
        try (Stream<Path> all = Files.walk(artifacts)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                var copy = target.resolve(artifacts.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                if (file.getFileName().toString().matches("org\\.wyrm\\.(base|platform\\.command)-[0-9.]+\\.jar")) {
                    raise(file, copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return target;
    }

    private static void raise(Path from, Path to) throws IOException {
        try (var in = new JarInputStream(Files.newInputStream(from))) {
            var manifest = in.getManifest();
            var headers = manifest.getMainAttributes();
            for (var raised : List.of(
                    List.of("Provide-Capability", "wyrm.api;version:Version=\""),
                    List.of("Export-Package", "org.wyrm.platform.command;version=\""))) {
                var header = raised.getFirst();
                if (headers.getValue(header) != null) {
                    headers.putValue(
                            header,
                            headers.getValue(header)
                                    .replaceFirst(
                                            Pattern.quote(raised.getLast()) + "[0-9.]+",
                                            Matcher.quoteReplacement(raised.getLast() + "1.9.0")));
                }
            }
            try (var out = new JarOutputStream(Files.newOutputStream(to), manifest)) {
                for (var entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(entry);
                    in.transferTo(out);
                }
            }
        }
    }
}
