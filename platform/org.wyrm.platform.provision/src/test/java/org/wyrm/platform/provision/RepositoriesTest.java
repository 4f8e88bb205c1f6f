package org.wyrm.platform.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.provision.Plugin.State;

class RepositoriesTest extends PluginFixture {
    private static final String API = "org.wyrm.api";
    private static final String USER = "org.wyrm.user";

    private Path site;
    private HttpServer server;
    private final CountDownLatch hang = new CountDownLatch(1);

    @BeforeEach
    void serve() throws IOException {
        site = Files.createDirectories(folder.resolve("site"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var file = site.resolve(exchange.getRequestURI().getPath().substring(1));
            try (exchange) {
                if (file.endsWith("hang")) {
                    hang.await();
                } else if (Files.isRegularFile(file)) {
                    exchange.sendResponseHeaders(200, Files.size(file));
                    Files.copy(file, exchange.getResponseBody());
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        hang.countDown();
        server.stop(0);
    }

    private String address(String path) {
        return "http://localhost:" + server.getAddress().getPort() + "/" + path;
    }

    private Repositories repositories() {
        return new Repositories(folders, telling);
    }

    private void add(Path... jars) throws IOException {
        IndexXml.write(site, List.of(jars));
        repositories().add("lab", address(""));
    }

    private Path api(String version) throws IOException {
        return jar(API, version, Map.of("Export-Package", "org.wyrm.api;version=" + version));
    }

    private Path user(String version, String range) throws IOException {
        return jar(USER, version, Map.of("Import-Package", "org.wyrm.api;version=\"" + range + "\""));
    }

    private List<Plugin> install(String name) {
        return installer.install(name, true);
    }

    private void refused(String what, String why) {
        assertThatThrownBy(() -> install(what))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining(why);
        assertThat(jobs()).isEmpty();
    }

    @Nested
    class Resolving {
        @Test
        void bringsAlongWhatIsNeeded() throws IOException {
            add(api("1.0.0"), user("1.0.0", "[1,2)"));

            assertThat(install("user")).extracting(Plugin::name).containsExactly(USER, API);

            assertThat(jobs()).containsExactlyInAnyOrder("org.wyrm.user-1.0.0", "org.wyrm.api-1.0.0");
            contributions.named(Runnable.class, "org.wyrm.user-1.0.0").run();
            restart();
            contributions.named(Runnable.class, "org.wyrm.user-1.0.0").run();
        }

        @Test
        void takesTheVersionThatFits() throws IOException {
            add(api("1.0.0"), api("2.0.0"), user("1.0.0", "[1,2)"));

            install("user");

            assertThat(jobs()).containsExactlyInAnyOrder("org.wyrm.user-1.0.0", "org.wyrm.api-1.0.0");
        }

        @Test
        void bringsAlongWhatAFileNeeds() throws IOException {
            add(api("1.0.0"));

            assertThat(install(user("1.0.0", "[1,2)").toString()))
                    .extracting(Plugin::name)
                    .containsExactly(USER, API);
        }

        @Test
        void leavesWhatIsHereAndFits() throws IOException {
            install(api("1.0.0"));
            add(api("1.5.0"), user("1.0.0", "[1,2)"));

            assertThat(install("user")).extracting(Plugin::name).containsExactly(USER);
        }

        @Test
        void putsANewerOneInPlaceOfWhatIsHereAndTooOld() throws IOException {
            install(api("1.0.0"));
            add(api("1.5.0"), user("1.0.0", "[1.2,2)"));

            install("user");

            assertThat(jobs()).containsExactlyInAnyOrder("org.wyrm.user-1.0.0", "org.wyrm.api-1.5.0");
        }

        @Test
        void breaksNothingThatIsHere() throws IOException {
            install(api("1.0.0"));
            install(user("1.0.0", "[1,2)"));
            add(api("2.0.0"), jar("org.wyrm.late", "1.0.0", Map.of("Import-Package", "org.wyrm.api;version=2")));

            assertThatThrownBy(() -> install("late"))
                    .hasMessage("plug-in org.wyrm.user would not find what it needs any more: org.wyrm.user needs"
                            + " package org.wyrm.api [1.0.0,2.0.0), and here is 2.0.0 of org.wyrm.api");
            assertThat(jobs()).hasSize(2);
        }

        @Test
        void takesWhatNeedsEachOther() throws IOException {
            var one = Map.of("Export-Package", "org.wyrm.one", "Import-Package", "org.wyrm.two");
            var two = Map.of("Export-Package", "org.wyrm.two", "Import-Package", "org.wyrm.one");
            add(jar("org.wyrm.one", "1.0.0", one), jar("org.wyrm.two", "1.0.0", two));

            install("one");

            assertThat(jobs()).hasSize(2);
            contributions.named(Runnable.class, "org.wyrm.one-1.0.0").run();
        }

        @Test
        void saysWhatIsMissingOfWhatIsNeeded() throws IOException {
            add(user("1.0.0", "[1.2,2)"));
            refused("user", "org.wyrm.user needs package org.wyrm.api [1.2.0,2.0.0), which is not here");

            add(user("1.0.0", "[1.2,2)"), api("1.1.0"));
            refused(
                    "user",
                    "org.wyrm.user needs package org.wyrm.api [1.2.0,2.0.0), and here is 1.1.0 of org.wyrm.api");
        }

        @Test
        void saysWhatIsMissingBeyondWhatIsNeeded() throws IOException {
            var far = Map.of("Export-Package", "org.wyrm.api;version=1", "Import-Package", "org.wyrm.far");
            add(user("1.0.0", "[1,2)"), jar(API, "1.0.0", far));

            refused("user", "org.wyrm.api needs package org.wyrm.far, which is not here");
        }

        @Test
        void saysWhichRuntimeIsNeeded() throws IOException {
            add(jar(
                    USER,
                    "1.0.0",
                    Map.of("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")));

            refused("user", "org.wyrm.user needs runtime JavaSE 99");
        }

        @Test
        void leavesWhatIsAskedOfATargetToTheTarget() throws IOException {
            var needs = Map.of("Require-Capability", "wyrm.module;filter:=\"(name=dm_mod)\";effective:=target");
            add(jar(USER, "1.0.0", needs));

            install("user");

            contributions.named(Runnable.class, "org.wyrm.user-1.0.0").run();
            assertThat(new PluginCatalog(folders, telling)
                            .info("user")
                            .getFirst()
                            .needs())
                    .containsExactly("wyrm.module (name=dm_mod) in the target");
        }

        @Test
        void neverReplacesTheCore() throws IOException {
            var core = jar("org.wyrm.core", "3.0.0", Map.of("Export-Package", "org.wyrm.core;version=3"));
            add(core, jar(USER, "1.0.0", Map.of("Import-Package", "org.wyrm.core;version=3")));

            refused("user", "org.wyrm.core is part of wyrm itself");
            refused("core", "org.wyrm.core is part of wyrm itself");
        }
    }

    @Nested
    class Updating {
        @Test
        void takesTheNewest() throws IOException {
            install(jar("1.0.0"));
            add(jar("1.0.0"), jar("1.2.0"), jar("1.10.0"));

            assertThat(installer.update(Optional.empty(), true))
                    .extracting(Plugin::version, Plugin::state)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("1.10.0", State.UPDATED));
            assertThat(jobs()).containsExactly("org.wyrm.net-1.10.0");
            assertThat(installer.update(Optional.of("net"), true))
                    .extracting(Plugin::state)
                    .containsExactly(State.UNCHANGED);
        }

        @Test
        void takesThoseTogetherThatNeedEachOther() throws IOException {
            install(api("1.0.0"));
            install(user("1.0.0", "[1,2)"));
            add(api("2.0.0"), user("2.0.0", "[2,3)"));

            assertThat(installer.update(Optional.empty(), true))
                    .extracting(Plugin::state)
                    .containsExactly(State.UPDATED, State.UPDATED);
            assertThat(jobs()).containsExactlyInAnyOrder("org.wyrm.api-2.0.0", "org.wyrm.user-2.0.0");
        }

        @Test
        void ofWhatIsNotHereFails() {
            assertThatThrownBy(() -> installer.update(Optional.of("net"), true))
                    .hasMessageStartingWith("no plug-in 'net'");
        }
    }

    @Nested
    class Finding {
        @Test
        void looksInNamesAndTheNamesOfCommands() throws IOException {
            var command = "wyrm.command;name=\"frob\";summary=\"frobs the Widget\"";
            add(jar("1.0.0"), jar("1.1.0"), jar("org.wyrm.far", "1.0.0", Map.of("Provide-Capability", command)));
            var catalog = new PluginCatalog(folders, telling);

            assertThat(catalog.search(List.of("NET")))
                    .containsExactly(new FoundPlugin("org.wyrm.net", "1.1.0", "lab", State.AVAILABLE, List.of()));
            assertThat(catalog.search(List.of("widget", "frob")))
                    .containsExactly(new FoundPlugin("org.wyrm.far", "1.0.0", "lab", State.AVAILABLE, List.of("frob")));
            assertThat(catalog.search(List.of("widget", "net"))).isEmpty();
            assertThat(catalog.search(List.of())).hasSize(2);
        }

        @Test
        void tellsOfWhatIsHereAndOfWhatIsNewer() throws IOException {
            install(jar("1.0.0"));
            add(jar("1.2.0"));

            assertThat(new PluginCatalog(folders, telling).info("net"))
                    .extracting(PluginDetails::version, PluginDetails::state, PluginDetails::needs)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    "1.0.0", State.INSTALLED, List.of("package org.wyrm.core [1.0.0,2.0.0)")),
                            org.assertj.core.groups.Tuple.tuple(
                                    "1.2.0", State.AVAILABLE, List.of("package org.wyrm.core [1.0.0,2.0.0)")));
        }

        @Test
        void worksWithARepositoryThatCannotBeReached() throws IOException {
            add(jar("1.0.0"));
            server.stop(0);

            assertThat(new PluginCatalog(folders, telling).search(List.of())).isEmpty();
            assertThat(warnings)
                    .anyMatch(warning -> warning.startsWith("repository lab is left out: http://localhost"));
        }
    }

    @Nested
    class Repository_ {
        @Test
        void isKeptUntilItIsRemoved() throws IOException {
            add(jar("1.0.0"));
            assertThat(repositories().all()).extracting(Repository::name).containsExactly("wyrm", "lab");

            repositories().remove("lab");
            assertThat(repositories().all()).extracting(Repository::name).containsExactly("wyrm");
            assertThatThrownBy(() -> repositories().remove("lab")).hasMessage("no repository 'lab'");
        }

        @Test
        void isReadWhenItIsAdded() {
            assertThatThrownBy(() -> repositories().add("lab", address("nothing/")))
                    .hasMessage(address("nothing/index.xml") + ": the server answered 404");
            assertThatThrownBy(() -> repositories().add("lab", "ftp://localhost/x"))
                    .hasMessageStartingWith("'ftp://localhost/x' is no address of a repository");
            assertThatThrownBy(() -> repositories().add("wyrm", address("")))
                    .hasMessage("repository wyrm is that of wyrm itself");
            assertThatThrownBy(() -> repositories().add("a\tb", address("")))
                    .hasMessageContaining("is no name of a repository");
            assertThat(repositories().all()).hasSize(1);
        }

        @Test
        void mayBeAFolderOrAPackedIndex() throws IOException {
            var index = IndexXml.write(site, List.of(jar("1.0.0")));
            repositories().add("folder", site + "/index.xml");
            assertThat(install("net")).hasSize(1);

            var packed = site.resolve("index.xml.gz");
            try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
                Files.copy(index, out);
            }
            repositories().add("packed", address("index.xml.gz"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "no index",
                    "<repository/>",
                    "<a><b></a>",
                    "<repository xmlns='http://www.osgi.org/xmlns/repository/v1.0.0'><resource>",
                    "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><repository/>",
                    "<repository xmlns='http://www.osgi.org/xmlns/repository/v1.0.0'><resource/></repository>",
                })
        void isNoIndexOfAnything(String text) throws IOException {
            Files.writeString(site.resolve("index.xml"), text);

            assertThatThrownBy(() -> repositories().add("lab", address("")))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageStartingWith(address("index.xml"));
        }

        @Test
        void thatIsCutOffAnywhereIsSaid() throws IOException {
            var index = Files.readString(IndexXml.write(site, List.of(jar("1.0.0"))));
            for (var length = 0; length < index.length(); length += 7) {
                Files.writeString(site.resolve("cut.xml"), index.substring(0, length));
                assertThatThrownBy(() -> repositories().add("lab", site + "/cut.xml"))
                        .isInstanceOf(OperationFailedException.class);
            }
        }

        @Test
        void thatHangsIsLeftWhenTheUserSaysSo() {
            var cancellation = new Cancellation();
            var impatient = new Telling(warnings::add, Progress.NONE, cancellation);
            Thread.ofPlatform().start(() -> cancellation.cancel("interrupted"));

            assertThatThrownBy(() -> new Repositories(folders, impatient).add("lab", address("hang")))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Nested
    class AJar {
        private void change(String from, String to) throws IOException {
            var index = site.resolve("index.xml");
            var text = Files.readString(index);
            assertThat(text).contains(from);
            Files.writeString(index, text.replace(from, to));
        }

        @Test
        void ofAnotherContentIsRefused() throws IOException {
            add(jar("1.0.0"));
            var jar = site.resolve("org.wyrm.net-1.0.0.jar");
            var bytes = Files.readAllBytes(jar);
            bytes[bytes.length / 2] ^= 1;
            Files.write(jar, bytes);

            refused("net", "its SHA-256 is another");
            assertThat(files()).doesNotContain("index");
        }

        @Test
        void ofAnotherSizeIsRefused() throws IOException {
            add(jar("1.0.0"));
            var jar = site.resolve("org.wyrm.net-1.0.0.jar");
            var bytes = Files.readAllBytes(jar);

            Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length / 2));
            refused("net", "bytes, and the index of repository lab says " + bytes.length);
            Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length * 2));
            refused("net", "the file is larger than " + bytes.length + " bytes");
            Files.delete(jar);
            refused("net", "the server answered 404");
        }

        @Test
        void thatIsAnotherBundleIsRefused() throws IOException {
            add(jar("1.0.0"));
            change("value=\"1.0.0\"", "value=\"7.0.0\"");

            refused("net", "is org.wyrm.net 1.0.0, and the index of repository lab calls it org.wyrm.net 7.0.0");
        }

        @Test
        void thatNeedsMoreThanTheIndexSaysIsRefused() throws IOException {
            var liar = jar(USER, "1.0.0", Map.of("Import-Package", "org.wyrm.far"));
            add(liar);
            change("org.wyrm.far", "org.wyrm.core");

            refused("user", "org.wyrm.user needs package org.wyrm.far, which is not here");
        }

        @Test
        void elsewhereIsNotGot() throws IOException {
            add(jar("1.0.0"));
            change("value=\"org.wyrm.net-1.0.0.jar\"", "value=\"file:///etc/passwd\"");

            assertThatThrownBy(() -> install("net")).hasMessageStartingWith("no plug-in 'net'");
            assertThat(warnings).anyMatch(warning -> warning.contains("its jar is elsewhere, at file:///etc/passwd"));
        }
    }

    @Nested
    class Signatures {
        private KeyStore.PrivateKeyEntry key(String alias) throws Exception {
            var store = folder.resolve(alias + ".p12");
            var tool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
            var made = new ProcessBuilder(
                            tool,
                            "-genkeypair",
                            "-alias",
                            alias,
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=" + alias,
                            "-storepass",
                            "secret",
                            "-keystore",
                            store.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(made).isZero();
            try (InputStream in = Files.newInputStream(store)) {
                var keys = KeyStore.getInstance("PKCS12");
                keys.load(in, "secret".toCharArray());
                return (KeyStore.PrivateKeyEntry)
                        keys.getEntry(alias, new KeyStore.PasswordProtection("secret".toCharArray()));
            }
        }

        private Path signed(Path jar, KeyStore.PrivateKeyEntry key) throws IOException {
            var target = Files.createDirectories(folder.resolve("signed")).resolve(jar.getFileName());
            try (var in = new ZipFile(jar.toFile());
                    var out = Files.newOutputStream(target)) {
                new JarSigner.Builder(key).build().sign(in, out);
            }
            return target;
        }

        private void refusedSigned(String why) {
            assertThatThrownBy(() -> installer.install("net", false)).hasMessageContaining(why);
            assertThat(jobs()).isEmpty();
        }

        @Test
        void areWantedOfWhatARepositoryHas() throws IOException {
            add(jar("1.0.0"));

            refusedSigned("is not signed; --unsigned installs it nevertheless");
            install("net");
            assertThat(jobs()).hasSize(1);
        }

        @Test
        void areThoseOfKeysThatAreTrusted() throws Exception {
            var key = key("ada");
            add(signed(jar("1.0.0"), key));
            var certificate =
                    Files.write(folder.resolve("ada.der"), key.getCertificate().getEncoded());
            var trust = new Trust(folders);

            refusedSigned("is signed by CN=ada, who is not trusted yet: wyrm plugin trust add ");
            trust.add(certificate.toString());
            assertThat(trust.keys()).extracting(TrustedKey::subject).containsExactly("CN=ada");
            installer.install("net", false);
            assertThat(jobs()).hasSize(1);
            assertThat(new PluginCatalog(folders, telling)
                            .info("net")
                            .getFirst()
                            .signers())
                    .containsExactly("CN=ada");

            installer.remove("net");
            trust.remove(trust.keys().getFirst().fingerprint());
            refusedSigned("who is not trusted yet");
        }

        @Test
        void ofAJarThatWasChangedAfterwardsAreNone() throws Exception {
            var good = signed(jar("1.0.0"), key("eve"));
            var bad = Files.createDirectories(folder.resolve("bad")).resolve(good.getFileName());
            Files.copy(good, bad);
            try (var zip = java.nio.file.FileSystems.newFileSystem(bad, new HashMap<>())) {
                var file = zip.getPath(Job.class.getName().replace('.', '/') + ".class");
                var bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                Files.write(file, bytes);
            }
            add(bad);

            refused("net", "was changed after it was signed");
        }

        @Test
        void ofAPartAreNone() throws Exception {
            var jar = signed(jar("1.0.0"), key("mallory"));
            try (var zip = java.nio.file.FileSystems.newFileSystem(jar, new HashMap<>())) {
                Files.writeString(zip.getPath("more.txt"), "more");
            }
            add(jar);

            refused("net", "is not signed by those who signed the rest");
        }

        @Test
        void areTrustedByWhatIsAKey() throws IOException {
            var trust = new Trust(folders);
            var text = Files.writeString(folder.resolve("text"), "no key").toString();

            assertThatThrownBy(() -> trust.add(text)).hasMessageStartingWith(text + " has no certificate");
            assertThatThrownBy(() -> trust.add("/no/such")).hasMessage("/no/such: no such file");
            trust.add("AA:".repeat(31) + "AA");
            assertThat(trust.keys()).extracting(TrustedKey::fingerprint).containsExactly("aa".repeat(32));
            assertThatThrownBy(() -> trust.remove("bb".repeat(32)))
                    .hasMessage("key " + "bb".repeat(32) + " is not trusted");
        }
    }
}
