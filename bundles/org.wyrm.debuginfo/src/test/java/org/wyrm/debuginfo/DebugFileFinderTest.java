package org.wyrm.debuginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.debuginfo.TestFiles.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.elf.BuildId;
import org.wyrm.program.DebugSettings.Directories;

class DebugFileFinderTest {
    private static final String RELEASE = "6.1.0-56-cloud-amd64";
    private static final String ID = "abcdef0123";
    private static final String OTHER_ID = "ffffff0123";
    private static final Optional<BuildId> WANTED_ID = Optional.of(new BuildId(ID));

    @TempDir
    Path root;

    private SearchResult find(WantedFile wanted) {
        return find(DebugFileSettings.below(root), wanted);
    }

    private static SearchResult find(DebugFileSettings settings, WantedFile wanted) {
        return new DebugFileFinder(settings, List.of()).find(wanted, new Cancellation());
    }

    private static String debugFile(SearchResult result) {
        return result.debugFile().map(found -> found.path().toString()).orElse("none, tried " + result.tried());
    }

    @Nested
    class AKernel {
        private final WantedFile kernel = new WantedFile.Kernel(RELEASE, WANTED_ID);

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "usr/lib/debug/.build-id/ab/cdef0123.debug",
                    "usr/lib/debug/boot/vmlinux-" + RELEASE,
                    "usr/lib/debug/boot/vmlinux-" + RELEASE + ".debug",
                    "usr/lib/debug/lib/modules/" + RELEASE + "/vmlinux",
                    "usr/lib/debug/usr/lib/modules/" + RELEASE + "/vmlinux.debug",
                    "boot/vmlinux-" + RELEASE,
                    "lib/modules/" + RELEASE + "/build/vmlinux",
                    "lib/modules/" + RELEASE + "/vmlinux",
                })
        void isFoundWhereDistributionsPutIt(String place) {
            var path = write(root.resolve(place), TestFiles.kernel(ID));

            var result = find(kernel);

            assertThat(debugFile(result)).isEqualTo(path.toString());
            assertThat(result.debugFile().orElseThrow().buildId()).isEqualTo(WANTED_ID);
            assertThat(result.refusals()).isEmpty();
        }

        @Test
        void isFoundInADirectoryThatTheUserNames() {
            var path = write(root.resolve("linux/vmlinux"), TestFiles.kernel(ID));
            var settings = DebugFileSettings.below(root)
                    .withKernelDirectories(new Directories(List.of(root.resolve("linux")), true));

            assertThat(debugFile(find(settings, kernel))).isEqualTo(path.toString());
        }

        @Test
        void isFirstLookedForInTheUsersDebugDirectories() {
            write(root.resolve("usr/lib/debug/.build-id/ab/cdef0123.debug"), TestFiles.kernel(ID));
            var path = write(root.resolve("mine/.build-id/ab/cdef0123.debug"), TestFiles.kernel(ID));
            var settings = DebugFileSettings.below(root)
                    .withDebugDirectories(new Directories(List.of(root.resolve("mine")), true));

            assertThat(debugFile(find(settings, kernel))).isEqualTo(path.toString());
        }

        @Test
        void ofAnotherBuildIsToldAndPassedOver() {
            var other = write(root.resolve("usr/lib/debug/boot/vmlinux-" + RELEASE), TestFiles.kernel(OTHER_ID));
            var right = write(root.resolve("boot/vmlinux-" + RELEASE), TestFiles.kernel(ID));

            var result = find(kernel);

            assertThat(debugFile(result)).isEqualTo(right.toString());
            assertThat(result.refusals())
                    .containsExactly(new TriedPlace(
                            SearchWay.KERNEL_PLACES, other.toString(), "its build ID " + OTHER_ID + " is not " + ID));
        }

        @Test
        void thatIsDamagedIsToldAndPassedOver() {
            write(root.resolve("usr/lib/debug/boot/vmlinux-" + RELEASE), new byte[] {0x7f, 'E', 'L', 'F', 9});
            write(root.resolve("boot/vmlinux-" + RELEASE), new byte[0]);

            var result = find(kernel);

            assertThat(result.debugFile()).isEmpty();
            assertThat(result.refusals())
                    .extracting(TriedPlace::outcome)
                    .satisfiesExactly(
                            outcome -> assertThat(outcome).contains("ELF class 9"),
                            outcome -> assertThat(outcome).isEqualTo("is not an ELF file"));
        }

        @Test
        void withoutAKnownBuildIdIsTakenByItsRelease() {
            var path = write(root.resolve("boot/vmlinux-" + RELEASE), TestFiles.kernel(OTHER_ID));

            assertThat(debugFile(find(new WantedFile.Kernel(RELEASE, Optional.empty()))))
                    .isEqualTo(path.toString());
        }

        @Test
        void thatIsNowhereWasLookedForInOrder() {
            var result = find(kernel);

            assertThat(result.debugFile()).isEmpty();
            assertThat(result.refusals()).isEmpty();
            assertThat(result.tried())
                    .extracting(TriedPlace::place)
                    .startsWith(
                            root + "/usr/lib/debug/.build-id/ab/cdef0123.debug",
                            root + "/usr/lib/debug/boot/vmlinux-" + RELEASE)
                    .endsWith(root + "/lib/modules/" + RELEASE + "/vmlinux");
        }

        @Test
        void isOnlyLookedForInTheWaysThatAreAllowed() {
            write(root.resolve("boot/vmlinux-" + RELEASE), TestFiles.kernel(ID));
            var settings = DebugFileSettings.below(root).withWays(EnumSet.of(SearchWay.BUILD_ID));

            assertThat(find(settings, kernel).tried())
                    .extracting(TriedPlace::way)
                    .containsExactly(SearchWay.BUILD_ID);
        }

        @Test
        void isFirstTakenFromTheFilesThatTheUserNames() {
            write(root.resolve("boot/vmlinux-" + RELEASE), TestFiles.kernel(ID));
            var given = GivenFile.classify(write(root.resolve("mine"), TestFiles.kernel(ID)));
            var finder = new DebugFileFinder(DebugFileSettings.below(root), List.of(given));

            assertThat(finder.find(kernel, new Cancellation()).debugFile())
                    .contains(new FoundFile(SearchWay.GIVEN, root.resolve("mine"), WANTED_ID));
        }

        @Test
        void isNotLookedForAfterCancellation() {
            var cancellation = new Cancellation();
            cancellation.cancel("enough");

            assertThatThrownBy(() ->
                            new DebugFileFinder(DebugFileSettings.below(root), List.of()).find(kernel, cancellation))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Nested
    class AModule {
        private static final String PATH = "kernel/net/key/af-key.ko";
        private final WantedFile module = new WantedFile.KernelModule(RELEASE, "af_key", WANTED_ID);

        private Path modules() {
            return root.resolve("lib/modules/" + RELEASE);
        }

        private void list(String path) {
            write(modules().resolve("modules.dep"), TestFiles.text("kernel/a/b.ko: " + path + "\n" + path + ":\n"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"lib/modules/%s/%s", "lib/modules/%s/%s.debug", "usr/lib/modules/%s/%s.debug"})
        void isFoundAtThePathThatIsListed(String place) {
            list(PATH + ".xz");
            write(
                    modules().resolve(PATH + ".xz"),
                    TestFiles.xz(TestFiles.module(ID, "af_key").build()));
            var path = write(
                    root.resolve("usr/lib/debug").resolve(place.formatted(RELEASE, PATH)),
                    TestFiles.moduleDebugFile(ID, "af_key"));

            var result = find(module);

            assertThat(debugFile(result)).isEqualTo(path.toString());
            assertThat(result.debugFile().orElseThrow().way()).isEqualTo(SearchWay.MODULE_LIST);
        }

        @Test
        void mayHaveItsDebugInformationInItself() {
            list(PATH + ".gz");
            var path = write(modules().resolve(PATH + ".gz"), TestFiles.gzip(TestFiles.moduleDebugFile(ID, "af_key")));

            assertThat(debugFile(find(module))).isEqualTo(path.toString());
        }

        @Test
        void isFoundByAWalkWhereNoListHasIt() {
            var path = write(
                    root.resolve("usr/lib/debug/lib/modules/" + RELEASE + "/elsewhere/af-key.ko.debug"),
                    TestFiles.moduleDebugFile(ID, "af_key"));

            var result = find(module);

            assertThat(debugFile(result)).isEqualTo(path.toString());
            assertThat(result.debugFile().orElseThrow().way()).isEqualTo(SearchWay.WALK);
        }

        /** Each process has a finder of its own. */
        @Test
        void isFoundWhereAnEarlierProcessFoundItWithoutAWalk() throws IOException {
            var folder = root.resolve("usr/lib/debug/lib/modules/" + RELEASE);
            var first = write(folder.resolve("b/af-key.ko.debug"), TestFiles.moduleDebugFile(ID, "af_key"));
            cached().find(module, new Cancellation());
            var other = write(folder.resolve("a/af-key.ko.debug"), TestFiles.moduleDebugFile(ID, "af_key"));

            var byWalk = debugFile(find(module));
            var byCache = debugFile(cached().find(module, new Cancellation()));
            Files.delete(first);
            var afterDeletion = debugFile(cached().find(module, new Cancellation()));
            write(first, TestFiles.moduleDebugFile(OTHER_ID, "af_key"));
            Files.delete(other);
            var ofAnotherBuild = cached().find(module, new Cancellation());

            assertThat(byWalk).isEqualTo(other.toString());
            assertThat(byCache).isEqualTo(first.toString());
            assertThat(afterDeletion).isEqualTo(other.toString());
            assertThat(ofAnotherBuild.debugFile()).isEmpty();
            assertThat(ofAnotherBuild.refusals()).hasSize(1);
        }

        @Test
        void isNotTakenFromAFolderThatIsNotSearched() {
            write(
                    root.resolve("usr/lib/debug/lib/modules/" + RELEASE + "/af-key.ko.debug"),
                    TestFiles.moduleDebugFile(ID, "af_key"));
            cached().find(module, new Cancellation());
            var elsewhere = DebugFileSettings.below(root.resolve("elsewhere"));

            var result = new DebugFileFinder(
                            elsewhere, List.of(), Optional.empty(), CacheFolder.at(root.resolve("cache")))
                    .find(module, new Cancellation());

            assertThat(result.debugFile()).isEmpty();
        }

        private DebugFileFinder cached() {
            return new DebugFileFinder(
                    DebugFileSettings.below(root), List.of(), Optional.empty(), CacheFolder.at(root.resolve("cache")));
        }

        @Test
        void isFoundInTheFolderItWasBuiltIn() {
            var path = write(root.resolve("linux/net/key/af_key.ko"), TestFiles.moduleDebugFile(ID, "af_key"));
            var settings = DebugFileSettings.below(root)
                    .withKernelDirectories(new Directories(List.of(root.resolve("linux")), true));

            assertThat(debugFile(find(settings, module))).isEqualTo(path.toString());
        }

        @Test
        void isFoundByItsDebugLink() {
            list(PATH);
            var debugFile = TestFiles.moduleDebugFile(ID, "af_key");
            write(
                    modules().resolve(PATH),
                    TestFiles.module(ID, "af_key")
                            .section(".gnu_debuglink", 1, TestFiles.debugLink("key.debug", debugFile))
                            .build());
            var path = write(modules().resolve("kernel/net/key/.debug/key.debug"), debugFile);

            var result = find(module);

            assertThat(debugFile(result)).isEqualTo(path.toString());
            assertThat(result.debugFile().orElseThrow().way()).isEqualTo(SearchWay.DEBUG_LINK);
        }

        @Test
        void ofAnotherBuildIsToldOnce() throws IOException {
            list(PATH);
            write(modules().resolve(PATH), TestFiles.moduleDebugFile(OTHER_ID, "af_key"));
            Files.createDirectories(root.resolve("usr"));
            Files.createSymbolicLink(root.resolve("usr/lib"), root.resolve("lib"));

            assertThat(find(module).refusals()).hasSize(1);
        }
    }

    @Nested
    class AProgram {
        private final WantedFile program = new WantedFile.Program(Path.of("/usr/bin/true"), WANTED_ID);
        private final byte[] debugFile = TestFiles.debugFile(ID);

        private Path linked(String buildId) {
            return write(
                    root.resolve("usr/bin/true"),
                    TestFiles.stripped(buildId)
                            .section(".gnu_debuglink", 1, TestFiles.debugLink("true.debug", debugFile))
                            .build());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "usr/bin/true.debug",
                    "usr/bin/.debug/true.debug",
                    "usr/lib/debug/usr/bin/true.debug",
                    "usr/lib/debug/.build-id/ab/cdef0123.debug"
                })
        void hasItsDebugFileByLinkOrBuildId(String place) {
            linked(ID);
            var path = write(root.resolve(place), debugFile);

            assertThat(debugFile(find(program))).isEqualTo(path.toString());
        }

        @Test
        void withoutADebugFileHasItsSymbols() {
            var path = linked(ID);

            var result = find(program);

            assertThat(result.debugFile()).isEmpty();
            assertThat(result.symbolFile()).contains(new FoundFile(SearchWay.PATH, path, WANTED_ID));
            assertThat(result.refusals())
                    .containsExactly(new TriedPlace(SearchWay.PATH, path.toString(), "has no debug information"));
        }

        @Test
        void withoutABuildIdIsKnownByTheChecksum() {
            var wanted = new WantedFile.Program(Path.of("/usr/bin/true"), Optional.empty());
            var plain = TestFiles.debugFile("");
            write(
                    root.resolve("usr/bin/true"),
                    TestFiles.stripped("")
                            .section(".gnu_debuglink", 1, TestFiles.debugLink("true.debug", plain))
                            .build());
            var wrong = write(root.resolve("usr/bin/true.debug"), TestFiles.kernel(""));
            var right = write(root.resolve("usr/bin/.debug/true.debug"), plain);

            var result = find(wanted);

            assertThat(debugFile(result)).isEqualTo(right.toString());
            assertThat(result.refusals()).last().satisfies(tried -> {
                assertThat(tried.place()).isEqualTo(wrong.toString());
                assertThat(tried.outcome()).matches("its checksum 0x\\w{8} is not 0x\\w{8}, which the debug link says");
            });
        }

        @Test
        void whoseLinkLeadsToItselfEnds() {
            write(
                    root.resolve("usr/bin/true"),
                    TestFiles.stripped(ID)
                            .section(".gnu_debuglink", 1, TestFiles.debugLink("true", debugFile))
                            .build());

            assertThat(find(program).debugFile()).isEmpty();
        }

        @Test
        void whoseLinkIsAPathIsNotFollowed() {
            write(
                    root.resolve("usr/bin/true"),
                    TestFiles.stripped(ID)
                            .section(".gnu_debuglink", 1, TestFiles.debugLink("../lib/true.debug", debugFile))
                            .build());
            write(root.resolve("usr/lib/true.debug"), debugFile);

            assertThat(find(program).refusals())
                    .extracting(TriedPlace::outcome)
                    .contains("its debug link is no file name");
        }
    }

    @Nested
    class AnAlternateFile {
        private final Cancellation cancellation = new Cancellation();

        private DebugFileFinder finder() {
            return new DebugFileFinder(DebugFileSettings.below(root), List.of());
        }

        private FoundFile debugFile(String name) {
            var path = write(
                    root.resolve("usr/lib/debug/usr/bin/a.debug"),
                    new org.wyrm.testkit.dump.ElfBuilder()
                            .type(2)
                            .section(".debug_info", 1, new byte[3])
                            .section(".gnu_debugaltlink", 1, TestFiles.alternateLink(name, ID))
                            .build());
            return new FoundFile(SearchWay.PATH, path, Optional.empty());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/usr/lib/debug/.dwz/shared.debug",
                    "../../.dwz/shared.debug",
                    "../../nowhere/.dwz/shared.debug"
                })
        void isOpenedWithTheFileThatNamesIt(String name) {
            var path = write(root.resolve("usr/lib/debug/.dwz/shared.debug"), TestFiles.debugFile(ID));

            try (var file = finder().open(debugFile(name).path(), cancellation)) {
                assertThat(file.alternate()).map(DebugFile::path).contains(path);
            }
        }

        @Test
        void isFoundByItsBuildId() {
            var path = write(root.resolve("usr/lib/debug/.build-id/ab/cdef0123.debug"), TestFiles.debugFile(ID));

            try (var file = finder().open(debugFile("/gone").path(), cancellation)) {
                assertThat(file.alternate()).map(DebugFile::path).contains(path);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "name of a file that it shares with", OTHER_ID, ID})
        void ofDwarf5IsKnownByItsChecksum(String other) {
            var isShared = !other.contains(" ");
            var section = isShared ? TestFiles.supplementary("", other) : TestFiles.supplementary(other, ID);
            var path = write(
                    root.resolve("usr/lib/debug/.dwz/shared"),
                    new org.wyrm.testkit.dump.ElfBuilder()
                            .type(2)
                            .section(".debug_info", 1, new byte[3])
                            .section(".debug_sup", 1, section)
                            .build());
            var user = write(
                    root.resolve("usr/lib/debug/usr/bin/a.debug"),
                    new org.wyrm.testkit.dump.ElfBuilder()
                            .type(2)
                            .section(".debug_info", 1, new byte[3])
                            .section(".debug_sup", 1, TestFiles.supplementary("../../.dwz/shared", ID))
                            .build());

            try (var file = finder().open(user, cancellation)) {
                assertThat(file.alternate())
                        .map(DebugFile::path)
                        .isEqualTo(other.equals(ID) ? Optional.of(path) : Optional.empty());
            }
        }

        @Test
        void ofAnotherBuildIsTold() {
            write(root.resolve("usr/lib/debug/.dwz/shared.debug"), TestFiles.debugFile(OTHER_ID));

            try (var file = finder().open(debugFile("../../.dwz/shared.debug").path(), cancellation)) {
                assertThat(file.alternate()).isEmpty();
                assertThat(finder().findAlternate(file, cancellation))
                        .hasValueSatisfying(result -> assertThat(result.tried())
                                .filteredOn(TriedPlace::isRefusal)
                                .extracting(TriedPlace::outcome)
                                .contains("its build ID " + OTHER_ID + " is not " + ID));
            }
        }
    }
}
