package org.wyrm.platform.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;

class PluginInstallerTest {
    @TempDir
    Path folder;

    private Framework framework;
    private BundleContributions contributions;
    private PluginFolders folders;
    private PluginInstaller installer;

    /** What the plug-ins of these tests contribute. */
    public static final class Job implements Runnable {
        @Override
        public void run() {
            // Nothing is to be done: being there is all.
        }
    }

    @BeforeEach
    void startAFrameworkWithACore() throws BundleException, IOException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, folder.resolve("storage").toString(), "felix.log.level", "0"));
        framework.start();
        folders = new PluginFolders(
                Files.createDirectories(folder.resolve("shipped")),
                folder.resolve("user/plugins"),
                Files.createDirectories(folder.resolve("repository")));
        restart();
    }

    /** What a new process does: it has the core, what is shipped, and what was installed. */
    private void restart() throws IOException {
        var core = jar("org.wyrm.core", "1.0.0", Map.of("Export-Package", "org.wyrm.core;version=1.0"));
        var index = new Index("", List.of(IndexBuilder.ofJar(core, core.toUri().toString())))
                .with(Index.ofFolder(folders.shipped()))
                .with(Index.ofFolder(folders.installed()));
        contributions = new BundleContributions(framework.getBundleContext(), index, message -> {});
        installer = new PluginInstaller(contributions, folders, Duration.ofSeconds(10));
    }

    @AfterEach
    void stopTheFramework() throws BundleException, InterruptedException {
        contributions.close();
        framework.stop();
        framework.waitForStop(0);
    }

    private Path jar(String name, String version, Map<String, String> more) throws IOException {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        headers.putValue(
                "Provide-Capability",
                "wyrm.contribution;name=\"" + name + "-" + version + "\";type=\"java.lang.Runnable\";class=\""
                        + Job.class.getName() + "\"");
        more.forEach(headers::putValue);
        var file = folder.resolve(name + "-" + version + ".jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            var path = Job.class.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new ZipEntry(path));
            try (var in = Job.class.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(jar);
            }
        }
        return file;
    }

    private Path jar(String version) throws IOException {
        return jar("org.wyrm.net", version, Map.of("Import-Package", "org.wyrm.core;version=\"[1.0,2)\""));
    }

    private IndexedBundle put(Path where, Path jar) throws IOException {
        Files.copy(jar, where.resolve(jar.getFileName()));
        var bundle = IndexBuilder.ofJar(jar, jar.getFileName().toString());
        Files.writeString(where.resolve(Index.FILE_NAME), new Index("", List.of(bundle)).toText());
        return bundle;
    }

    private List<String> jobs() {
        return contributions.of(Runnable.class).stream()
                .map(Contribution::name)
                .filter(name -> !name.startsWith("org.wyrm.core"))
                .toList();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folders.installed())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Nested
    class Installing {
        @Test
        void makesAPlugInUsableAtOnceAndAfterARestart() throws IOException {
            var plugin = installer.install(jar("1.0.0").toString());

            assertThat(plugin.state()).isEqualTo(Plugin.State.INSTALLED);
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            contributions.named(Runnable.class, "org.wyrm.net-1.0.0").run();

            restart();
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThat(installer.list()).extracting(Plugin::name).containsExactly("org.wyrm.net");
        }

        @Test
        void namesTheFileByItsHashAndLeavesNoOther() throws IOException {
            installer.install(jar("1.0.0").toString());

            assertThat(files()).hasSize(3).contains("index", "lock").anyMatch(name -> name.matches("[0-9a-f]{64}.jar"));
        }

        @Test
        void theSameFileAgainChangesNothing() throws IOException {
            var file = jar("1.0.0").toString();
            installer.install(file);
            var before = files();

            assertThat(installer.install(file).state()).isEqualTo(Plugin.State.UNCHANGED);

            assertThat(files()).isEqualTo(before);
            assertThat(jobs()).hasSize(1);
        }

        @Test
        void takesThePlaceOfAnotherVersionThatIsRunning() throws IOException {
            installer.install(jar("1.0.0").toString());
            var old = contributions.of(Runnable.class);
            old.forEach(Contribution::get);

            installer.install(jar("2.0.0").toString());

            assertThat(jobs()).containsExactly("org.wyrm.net-2.0.0");
            contributions.named(Runnable.class, "org.wyrm.net-2.0.0").run();
            assertThat(framework.getBundleContext().getBundles())
                    .filteredOn(bundle -> "org.wyrm.net".equals(bundle.getSymbolicName()))
                    .singleElement()
                    .satisfies(bundle -> assertThat(bundle.getVersion()).hasToString("2.0.0"));
        }

        @Test
        void takesAPlugInOfTheRepositoryByItsShortName() throws IOException {
            put(folders.repository(), jar("1.0.0"));
            assertThat(installer.list()).extracting(Plugin::state).containsExactly(Plugin.State.AVAILABLE);

            installer.install("net");

            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThat(installer.list()).extracting(Plugin::state).containsExactly(Plugin.State.INSTALLED);
        }

        @Test
        void refusesWhatNeedsWhatIsNotHere() throws IOException {
            var needy = jar("org.wyrm.fs", "1.0.0", Map.of("Import-Package", "org.wyrm.linux;version=\"[1,2)\""));
            var late = jar("org.wyrm.late", "1.0.0", Map.of("Import-Package", "org.wyrm.core;version=\"[2,3)\""));

            assertThatThrownBy(() -> installer.install(needy.toString()))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.fs needs package org.wyrm.linux [1.0.0,2.0.0), which is not here");
            assertThatThrownBy(() -> installer.install(late.toString()))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.late needs package org.wyrm.core [2.0.0,3.0.0), and here is 1.0.0 of"
                            + " org.wyrm.core");
            assertThat(files()).containsExactly("lock");
        }

        @Test
        void refusesWhatBelongsToTheCore() throws IOException {
            var core = jar("org.wyrm.core", "3.0.0", Map.of()).toString();

            assertThatThrownBy(() -> installer.install(core))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.core is part of wyrm itself and is updated with it");
        }

        @Test
        void refusesWhatIsNoBundle() throws IOException {
            var text =
                    Files.writeString(folder.resolve("text.jar"), "no bundle").toString();

            assertThatThrownBy(() -> installer.install(text))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining(text)
                    .hasMessageContaining("is not an OSGi bundle");
            assertThatThrownBy(() -> installer.install("/no/such/file.jar"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("/no/such/file.jar: no such file");
            assertThatThrownBy(() -> installer.install("nothing"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("no plug-in 'nothing': it is no file, and none of that name comes with wyrm");
            assertThatThrownBy(() -> installer.install(folder.toString()))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage(folder + ": is a directory");
        }

        @Test
        void saysWhyAFolderCannotBeMade() throws IOException {
            Files.writeString(folders.installed().getParent(), "a file is in the way");
            var file = jar("1.0.0").toString();

            assertThatThrownBy(() -> installer.install(file))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot read the index of plug-ins "
                            + folders.installed().resolve("index") + ": not a directory");
        }

        @Test
        void saysWhyAFolderOfTheSystemCannotBeMade() throws IOException {
            var file = jar("1.0.0").toString();
            var system = new PluginFolders(folders.shipped(), Path.of("/proc/self/wyrm/plugins"), folders.repository());

            assertThatThrownBy(() -> new PluginInstaller(contributions, system).install(file))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot change the plug-ins in /proc/self/wyrm/plugins: no such file");
        }

        @Test
        void saysWhichFolderCannotBeChanged() throws IOException {
            Files.createDirectories(folders.installed().getParent());
            Files.writeString(folders.installed(), "a file is in the way");
            var file = jar("1.0.0").toString();

            assertThatThrownBy(() -> installer.install(file))
                    .hasMessageStartingWith("cannot read the index of plug-ins " + folders.installed());
        }
    }

    @Nested
    class Removing {
        @Test
        void takesAPlugInAwayAtOnceAndAfterARestart() throws IOException {
            installer.install(jar("1.0.0").toString());

            assertThat(installer.remove("net").state()).isEqualTo(Plugin.State.REMOVED);

            assertThat(jobs()).isEmpty();
            restart();
            assertThat(jobs()).isEmpty();
        }

        @Test
        void bringsBackWhatIsShipped() throws IOException {
            put(folders.shipped(), jar("1.0.0"));
            restart();
            installer.install(jar("2.0.0").toString());
            assertThat(jobs()).containsExactly("org.wyrm.net-2.0.0");

            installer.remove("org.wyrm.net");

            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThatThrownBy(() -> installer.remove("org.wyrm.net"))
                    .hasMessage("plug-in org.wyrm.net comes with wyrm and cannot be removed");
        }

        @Test
        void refusesWhatOthersNeed() throws IOException {
            var api = jar("org.wyrm.api", "1.0.0", Map.of("Export-Package", "org.wyrm.api;version=1.0"));
            var user = jar("org.wyrm.user", "1.0.0", Map.of("Import-Package", "org.wyrm.api;version=\"[1,2)\""));
            installer.install(api.toString());
            installer.install(user.toString());

            assertThatThrownBy(() -> installer.remove("api"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("plug-in org.wyrm.user needs org.wyrm.api: remove it first");

            installer.remove("user");
            installer.remove("api");
            assertThat(jobs()).isEmpty();
        }

        @Test
        void ofWhatIsNotThereFails() {
            assertThatThrownBy(() -> installer.remove("nothing"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("no plug-in 'nothing': wyrm plugin list shows what is installed");
        }
    }

    @Nested
    class TheStore {
        @Test
        void isNotHarmedByAnInstallThatWasCutOff() throws IOException {
            installer.install(jar("1.0.0").toString());
            Files.writeString(folders.installed().resolve("plugin123.tmp"), "half a jar");
            Files.writeString(folders.installed().resolve("index456.tmp"), "half an index");

            restart();

            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
        }

        @Test
        void takesChangesFromManyThreads() throws InterruptedException, IOException {
            var jars = new Path[8];
            for (var i = 0; i < jars.length; i++) {
                jars[i] = jar("org.wyrm.p" + i, "1.0.0", Map.of());
            }
            var threads = new Thread[jars.length];
            for (var i = 0; i < jars.length; i++) {
                var file = jars[i];
                threads[i] =
                        Thread.ofPlatform().start(() -> new PluginStore(folders.installed()).add(file, bundle -> {}));
            }
            for (var thread : threads) {
                thread.join();
            }

            assertThat(new PluginStore(folders.installed()).index().bundles()).hasSize(jars.length);
        }
    }
}
