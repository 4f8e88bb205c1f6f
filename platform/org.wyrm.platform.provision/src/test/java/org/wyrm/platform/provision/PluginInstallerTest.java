package org.wyrm.platform.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.testkit.dump.Sample;

class PluginInstallerTest extends PluginFixture {
    @Nested
    class Installing {
        @Test
        void makesAPlugInUsableAtOnceAndAfterARestart() throws IOException {
            var plugin = install(jar("1.0.0"));

            assertThat(plugin.state()).isEqualTo(Plugin.State.INSTALLED);
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            contributions.named(Runnable.class, "org.wyrm.net-1.0.0").run();

            restart();
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThat(new PluginCatalog(folders, telling).list())
                    .extracting(Plugin::name)
                    .containsExactly("org.wyrm.net");
        }

        @Test
        void namesTheFileByItsHashAndLeavesNoOther() throws IOException {
            install(jar("1.0.0"));

            assertThat(files()).hasSize(3).contains("index", "lock").anyMatch(name -> name.matches("[0-9a-f]{64}.jar"));
        }

        @Test
        void theSameFileAgainChangesNothing() throws IOException {
            var file = jar("1.0.0").toString();
            installer.install(file, false);
            var before = files();

            assertThat(installer.install(file, false).getFirst().state()).isEqualTo(Plugin.State.UNCHANGED);

            assertThat(files()).isEqualTo(before);
            assertThat(jobs()).hasSize(1);
        }

        @Test
        void takesThePlaceOfAnotherVersionThatIsRunning() throws IOException {
            install(jar("1.0.0"));
            var old = contributions.of(Runnable.class);
            old.forEach(Contribution::get);

            install(jar("2.0.0"));

            assertThat(jobs()).containsExactly("org.wyrm.net-2.0.0");
            contributions.named(Runnable.class, "org.wyrm.net-2.0.0").run();
            assertThat(framework.getBundleContext().getBundles())
                    .filteredOn(bundle -> "org.wyrm.net".equals(bundle.getSymbolicName()))
                    .singleElement()
                    .satisfies(bundle -> assertThat(bundle.getVersion()).hasToString("2.0.0"));
        }

        @Test
        void refusesWhatNeedsWhatIsNotHere() throws IOException {
            var needy = jar("org.wyrm.fs", "1.0.0", Map.of("Import-Package", "org.wyrm.linux;version=\"[1,2)\""));
            var late = jar("org.wyrm.late", "1.0.0", Map.of("Import-Package", "org.wyrm.core;version=\"[2,3)\""));

            assertThatThrownBy(() -> install(needy))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.fs needs package org.wyrm.linux [1.0.0,2.0.0), which is not here");
            assertThatThrownBy(() -> install(late))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.late needs package org.wyrm.core [2.0.0,3.0.0), and here is 1.0.0 of"
                            + " org.wyrm.core");
            assertThat(folders.installed()).doesNotExist();
        }

        @Test
        void refusesWhatWasBuiltForANewerApi() throws IOException {
            install(jar("org.example.api", "1.0.0", Map.of("Provide-Capability", "wyrm.api;version:Version=\"1.1\"")));

            install(needing("org.example.fits", "(&(version>=1.1)(!(version>=2)))"));
            contributions.named(Runnable.class, "org.example.fits-1.0.0").run();
            assertThatThrownBy(() -> install(needing("org.example.late", "(&(version>=1.2)(!(version>=2.0)))")))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.example.late needs wyrm.api [1.2.0,2.0.0), and this is 1.1.0");
            assertThatThrownBy(() -> install(needing("org.example.late", "(version>=2)")))
                    .hasMessage("org.example.late needs wyrm.api 2.0.0 or newer, and this is 1.1.0");
        }

        private Path needing(String name, String apis) throws IOException {
            return jar(name, "1.0.0", Map.of("Require-Capability", "wyrm.api;filter:=\"" + apis + "\""));
        }

        @Test
        void refusesWhatBelongsToTheCore() throws IOException {
            var core = jar("org.wyrm.core", "3.0.0", Map.of()).toString();

            assertThatThrownBy(() -> installer.install(core, false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("org.wyrm.core is part of wyrm itself and is updated with it");
        }

        @Test
        void refusesWhatIsNoBundle() throws IOException {
            var text =
                    Files.writeString(folder.resolve("text.jar"), "no bundle").toString();

            assertThatThrownBy(() -> installer.install(text, false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining(text)
                    .hasMessageContaining("is not an OSGi bundle");
            assertThatThrownBy(() -> installer.install("/no/such/file.jar", false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("/no/such/file.jar: no such file");
            assertThatThrownBy(() -> installer.install("nothing", false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("no plug-in 'nothing': it is no file, and no repository has one of that name");
            assertThatThrownBy(() -> install(folder))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage(folder + ": is a directory");
        }

        @Test
        void saysWhyAFolderCannotBeMade() throws IOException {
            Files.writeString(folders.installed().getParent(), "a file is in the way");
            var file = jar("1.0.0").toString();

            assertThatThrownBy(() -> installer.install(file, false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot read the index of plug-ins "
                            + folders.installed().resolve("index") + ": not a directory");
        }

        @Test
        void saysWhyAFolderOfTheSystemCannotBeMade() throws IOException {
            var file = jar("1.0.0").toString();
            var system = new PluginFolders(folders.shipped(), Path.of("/proc/self/wyrm/plugins"));

            assertThatThrownBy(() -> new PluginInstaller(contributions, system, telling).install(file, false))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot change the plug-ins in /proc/self/wyrm/plugins: no such file");
        }

        @Test
        void saysWhichFolderCannotBeChanged() throws IOException {
            Files.createDirectories(folders.installed().getParent());
            Files.writeString(folders.installed(), "a file is in the way");
            var file = jar("1.0.0").toString();

            assertThatThrownBy(() -> installer.install(file, false))
                    .hasMessageStartingWith("cannot read the index of plug-ins " + folders.installed());
        }
    }

    @Nested
    class Removing {
        @Test
        void takesAPlugInAwayAtOnceAndAfterARestart() throws IOException {
            install(jar("1.0.0"));

            assertThat(installer.remove("net").state()).isEqualTo(Plugin.State.REMOVED);

            assertThat(jobs()).isEmpty();
            restart();
            assertThat(jobs()).isEmpty();
        }

        @Test
        void bringsBackWhatIsShipped() throws IOException {
            put(folders.shipped(), jar("1.0.0"));
            restart();
            install(jar("2.0.0"));
            assertThat(jobs()).containsExactly("org.wyrm.net-2.0.0");

            installer.remove("org.wyrm.net");

            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
        }

        @Test
        void hidesWhatIsShippedUntilItIsInstalledAgain() throws IOException {
            var jar = jar("1.0.0");
            put(folders.shipped(), jar);
            IndexXml.write(folders.shipped(), List.of(jar));
            restart();

            assertThat(installer.remove("net").state()).isEqualTo(Plugin.State.REMOVED);
            assertThat(jobs()).isEmpty();
            restart();
            assertThat(jobs()).isEmpty();
            assertThat(new PluginCatalog(folders, telling).list())
                    .extracting(Plugin::state)
                    .containsExactly(Plugin.State.AVAILABLE);
            assertThatThrownBy(() -> installer.remove("net")).hasMessageStartingWith("no plug-in 'net'");

            assertThat(new PluginCatalog(folders, telling).search(List.of()))
                    .containsExactly(
                            new FoundPlugin("org.wyrm.net", "1.0.0", "wyrm", Plugin.State.AVAILABLE, List.of()));
            assertThat(warnings).isEmpty();

            assertThat(installer.install("net", false).getFirst().state()).isEqualTo(Plugin.State.SHIPPED);
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThat(files()).containsExactly("index", "lock");
            restart();
            assertThat(jobs()).containsExactly("org.wyrm.net-1.0.0");
            assertThat(installer.install("net", false).getFirst().state()).isEqualTo(Plugin.State.UNCHANGED);
        }

        @Test
        void bringsBackWhatAShippedPlugInNeeds() throws IOException {
            var core = jar("org.wyrm.net", "1.0.0", Map.of("Export-Package", "org.wyrm.net;version=1.0"));
            var driver = jar("org.wyrm.net.tcp", "1.0.0", Map.of("Import-Package", "org.wyrm.net;version=\"[1,2)\""));
            put(folders.shipped(), core);
            put(folders.shipped(), driver);
            Files.writeString(
                    folders.shipped().resolve(Index.FILE_NAME),
                    new Index(
                                    "",
                                    List.of(
                                            IndexBuilder.ofJar(
                                                    core, core.getFileName().toString()),
                                            IndexBuilder.ofJar(
                                                    driver, driver.getFileName().toString())))
                            .toText());
            IndexXml.write(folders.shipped(), List.of(core, driver));
            restart();
            installer.remove("net.tcp");
            installer.remove("net");
            assertThat(jobs()).isEmpty();

            assertThat(installer.install("net.tcp", false))
                    .extracting(Plugin::name, Plugin::state)
                    .containsExactly(
                            tuple("org.wyrm.net.tcp", Plugin.State.SHIPPED),
                            tuple("org.wyrm.net", Plugin.State.SHIPPED));
            assertThat(jobs()).containsExactlyInAnyOrder("org.wyrm.net-1.0.0", "org.wyrm.net.tcp-1.0.0");
        }

        @Test
        void refusesWhatOthersNeed() throws IOException {
            var api = jar("org.wyrm.api", "1.0.0", Map.of("Export-Package", "org.wyrm.api;version=1.0"));
            var user = jar("org.wyrm.user", "1.0.0", Map.of("Import-Package", "org.wyrm.api;version=\"[1,2)\""));
            install(api);
            install(user);

            assertThatThrownBy(() -> installer.remove("api"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("plug-in org.wyrm.user needs org.wyrm.api, remove it first: org.wyrm.user needs package"
                            + " org.wyrm.api [1.0.0,2.0.0), which is not here");

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
            install(jar("1.0.0"));
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
                threads[i] = Thread.ofPlatform()
                        .start(() -> new PluginStore(folders.installed()).add(List.of(file), bundles -> {}));
            }
            for (var thread : threads) {
                thread.join();
            }

            assertThat(new PluginStore(folders.installed()).index().bundles()).hasSize(jars.length);
        }
    }

    @Nested
    class Cycles {
        private static final int CYCLES = Sample.size(200, 30);
        /** A class loader of a bundle with its classes is some hundred KiB. */
        private static final long MOST_BYTES = 2 << 20;

        private static final int COLLECTIONS = 5;

        /** {@return what is left after several collections: what one finds dead is gone after the next} */
        private long usedBytes() {
            var runtime = Runtime.getRuntime();
            return IntStream.range(0, COLLECTIONS)
                    .mapToLong(turn -> {
                        System.gc();
                        return runtime.totalMemory() - runtime.freeMemory();
                    })
                    .min()
                    .orElseThrow();
        }

        private long openFiles() throws IOException {
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                return files.count();
            }
        }

        private void cycle(Path older, Path newer) {
            install(older);
            contributions.named(Runnable.class, "org.wyrm.net-1.0.0").run();
            install(newer);
            contributions.named(Runnable.class, "org.wyrm.net-1.1.0").run();
            installer.remove("net");
            assertThat(jobs()).isEmpty();
        }

        /** What grows with each cycle would have grown many times; what grows once has grown before. */
        @Test
        void leaveNothingBehind() throws IOException {
            var older = jar("1.0.0");
            var newer = jar("1.1.0");
            var before = new long[4];
            for (var i = 0; i < CYCLES; i++) {
                cycle(older, newer);
                if (i == CYCLES / 4) {
                    before = new long[] {usedBytes(), openFiles(), Thread.activeCount(), files().size()};
                }
            }

            assertThat(usedBytes() - before[0]).as("bytes").isLessThan(MOST_BYTES);
            assertThat(openFiles()).as("open files").isLessThanOrEqualTo(before[1] + 2);
            assertThat((long) Thread.activeCount()).as("threads").isLessThanOrEqualTo(before[2]);
            assertThat((long) files().size()).as("files").isLessThanOrEqualTo(before[3]);
            assertThat(framework.getBundleContext().getBundles()).hasSizeLessThanOrEqualTo(2);
        }
    }
}
