package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.repository.SimpleIndexer;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins from the repository of the product, and from one on a server, whose index bnd made. */
@Tag("alone")
class PluginsIT {
    @TempDir
    Path folder;

    private Path site;
    private HttpServer server;
    private int builds;

    @BeforeEach
    void serve() throws Exception {
        site = Files.createDirectories(folder.resolve("site"));
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = SimpleFileServer.createFileServer(loopback, site, SimpleFileServer.OutputLevel.NONE);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Wyrm wyrm() {
        return Wyrm.built().with("HOME", folder.resolve("home").toString());
    }

    private List<JsonNode> rows(Object... words) {
        var all = new ArrayList<Object>(List.of(words));
        all.addAll(List.of("--format", "json"));
        return Json.rows(wyrm().run(all.toArray()).expectClean().out());
    }

    private String state(String name) {
        return rows("plugin", "list").stream()
                .filter(row -> row.required("name").asText().equals(name))
                .map(row -> row.required("state").asText())
                .findFirst()
                .orElse("not there");
    }

    private void ends(int code, String message, Object... words) {
        var run = wyrm().run(words);
        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.errLines()).as("%s", run).singleElement().asString().contains(message);
    }

    private void index(Path... jars) throws Exception {
        var files = new ArrayList<java.io.File>();
        for (var jar : jars) {
            var copy = site.resolve(jar.getFileName());
            if (!Files.exists(copy)) {
                Files.copy(jar, copy);
            }
            files.add(copy.toFile());
        }
        new SimpleIndexer()
                .files(files)
                .base(site.toUri())
                .index(site.resolve("index.xml").toFile());
    }

    @Test
    void everyFamilyIsInstalledUsedAndRemoved() {
        var families = rows("plugin", "list");
        assertThat(families).hasSizeGreaterThanOrEqualTo(2);
        for (var family : families) {
            var name = family.required("name").asText();
            var command = family.required("commands").get(0).asText();
            var before = wyrm().run("--demo", command, "--format", "json");

            var needing = families.stream()
                    .map(row -> row.required("name").asText())
                    .filter(other -> other.startsWith(name + "."))
                    .toList();
            for (var other : needing) {
                ends(1, "plug-in " + other + " needs " + name + ", remove it first", "plugin", "remove", name);
                wyrm().run("plugin", "remove", other).expectClean();
            }
            wyrm().run("plugin", "remove", name).expectClean();
            assertThat(state(name)).isEqualTo("available");
            ends(2, "`" + command + "` is in plug-in " + name, "--demo", command);
            var found = rows("plugin", "search", command);
            assertThat(found).anyMatch(row -> row.required("name").asText().equals(name));

            // What a plug-in needs comes along with it.
            wyrm().run("plugin", "install", needing.isEmpty() ? name : needing.getFirst())
                    .expectClean();
            assertThat(state(name)).isEqualTo("shipped");
            needing.forEach(other -> wyrm().run("plugin", "install", other).expectClean());
            var after = wyrm().run("--demo", command, "--format", "json");
            assertThat(after.out()).as("%s", command).isEqualTo(before.out());
            assertThat(after.code()).isEqualTo(before.code());
        }
    }

    @Test
    void aPlugInOfAServerIsFoundInstalledUpdatedAndRemoved() throws Exception {
        var old = TestPlugin.build(folder, "1.0.0", "hello");
        index(old);
        var address = "http://localhost:" + server.getAddress().getPort() + "/";

        wyrm().run("plugin", "repository", "add", "lab", address).expectClean();
        assertThat(rows("plugin", "search", "greet"))
                .singleElement()
                .satisfies(row -> assertThat(row.toString()).contains(TestPlugin.NAME, "1.0.0", "lab", "available"));
        ends(1, "is not signed; --unsigned installs it nevertheless", "plugin", "install", TestPlugin.NAME);
        wyrm().run("plugin", "install", TestPlugin.NAME, "--unsigned").expectClean();
        assertThat(wyrm().run("hello").expectClean().out()).contains("hello");
        assertThat(wyrm().run("plugin", "info", TestPlugin.NAME).expectClean().out())
                .contains("STATE: installed", "NEEDS: package org.wyrm.base.cancellation");

        index(old, TestPlugin.build(folder, "1.1.0", "good day"));
        assertThat(rows("plugin", "update", "--unsigned"))
                .anyMatch(row -> row.required("state").asText().equals("updated")
                        && row.required("version").asText().equals("1.1.0"));
        assertThat(wyrm().run("hello").expectClean().out()).contains("good day");

        // What is installed needs no server.
        server.stop(0);
        assertThat(wyrm().run("hello").expectClean().out()).contains("good day");
        var found = wyrm().run("plugin", "search");
        assertThat(found.code()).isZero();
        assertThat(found.err()).contains("repository lab is left out: " + address + "index.xml: ");
        wyrm().run("plugin", "remove", TestPlugin.NAME).expectClean();
        wyrm().run("plugin", "repository", "remove", "lab").expectClean();
        ends(2, "no command 'hello'", "hello");
        assertThat(wyrm().run("plugin", "search").expectClean().out()).doesNotContain(TestPlugin.NAME);
    }

    @Test
    void theRepositoryOfTheProductIsOneForOthers() throws Exception {
        for (var file : List.of("index.xml", "org.wyrm.fs-0.1.0.jar")) {
            Files.copy(wyrm().home().resolve("plugins").resolve(file), site.resolve(file));
        }
        wyrm().run(
                        "plugin",
                        "repository",
                        "add",
                        "mirror",
                        "http://localhost:" + server.getAddress().getPort())
                .expectClean();
        assertThat(rows("plugin", "repository", "list"))
                .extracting(row -> row.required("name").asText())
                .containsExactly("wyrm", "mirror");
    }

    @Test
    void aTargetThatLacksWhatAPlugInNeedsIsRefused() throws Exception {
        needing("wyrm.module;filter:=\"(name=no_such)\";effective:=target", "kernel module no_such");
        needing("wyrm.symbol;filter:=\"(name=no_such)\";effective:=target", "symbol no_such");
        needing(
                "wyrm.member;filter:=\"(&(type=struct task_struct)(name=no_such))\";effective:=target",
                "member no_such of struct task_struct");
        needing("wyrm.architecture;filter:=\"(name=s390x)\";effective:=target", "architecture s390x");
        // Debian's kernels have no configuration in them, and this machine may have a file of it.
        ends(
                7,
                TestPlugin.NAME + " needs CONFIG_HZ=99",
                needs("wyrm.config;filter:=\"(&(name=CONFIG_HZ)(value=99))\";effective:=target"));
        ends(1, "needs wyrm.far of the target, and nothing here can tell", needs("wyrm.far;effective:=target"));
        ends(
                1,
                "only (NAME=VALUE) and (&(NAME=VALUE)…) can be asked",
                needs("wyrm.symbol;filter:=\"(|(name=a)(name=b))\";effective:=target"));
        var met = "wyrm.module;filter:=\"(name=virtio-blk)\";effective:=target,"
                + "wyrm.symbol;filter:=\"(name=init_task)\";effective:=target,"
                + "wyrm.member;filter:=\"(&(type=struct task_struct)(name=comm))\";effective:=target,"
                + "wyrm.architecture;filter:=\"(name=x86_64)\";effective:=target";
        assertThat(wyrm().run(needs(met)).expectClean().out()).contains("hello");
    }

    private void needing(String requirement, String lacking) throws Exception {
        ends(7, TestPlugin.NAME + " needs " + lacking + ", which this target has not", needs(requirement));
    }

    /** Installs a plug-in with a requirement, and gives the words that ask its target. */
    private Object[] needs(String requirement) throws Exception {
        var plugin = TestPlugin.build(folder, "1.0." + ++builds, "hello", requirement);
        wyrm().run("plugin", "install", plugin).expectClean();
        return new Object[] {"--demo", "aim"};
    }
}
