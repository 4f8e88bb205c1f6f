package org.wyrm.debuginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.debuginfo.symbols.ElfSymbols;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.symbols.Symbol;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dump.Sample;

/** Finds the debug files of the lab's kernels, and compares their symbols with {@code nm}. */
class FilesLabTest {
    private static final Sample SAMPLE = Sample.of(25);
    private final Cancellation cancellation = new Cancellation();

    private static LabKernel kernel(String series) {
        return LabKernel.find(series)
                .orElseGet(() -> abort("NOT TESTED: no kernel %s in the lab; itest/lab/ensure.sh".formatted(series)));
    }

    private static List<WantedFile> modules(LabKernel kernel) {
        var wanted = new ArrayList<WantedFile>();
        for (var path : kernel.modules()) {
            var module = GivenFile.classify(path);
            assertThat(module.buildId()).as(path.toString()).isPresent();
            wanted.add(new WantedFile.KernelModule(
                    kernel.release(), module.moduleName().orElseThrow(), module.buildId()));
        }
        return wanted;
    }

    private static List<Path> sample(List<Path> all) {
        System.out.println("FilesLabTest: " + SAMPLE);
        return SAMPLE.from(all);
    }

    /** Ways that find every module of Debian's, each alone. */
    @Test
    void everyModuleIsFoundByItsNameAndBuildId() {
        var kernel = kernel("6.1");
        var wanted = modules(kernel);
        assertThat(wanted).hasSizeGreaterThan(1000);
        if (kernel.moduleDebugFiles().size() < wanted.size()) {
            abort("NOT TESTED: the lab has debug files of few modules; itest/lab/peers.sh");
        }
        for (var way : List.of(SearchWay.MODULE_LIST, SearchWay.WALK)) {
            var finder =
                    new DebugFileFinder(DebugFileSettings.below(kernel.root()).withWays(EnumSet.of(way)), List.of());
            var start = System.nanoTime();
            var found = new ArrayList<Path>();
            for (var module : wanted) {
                var result = finder.find(module, cancellation);
                assertThat(result.debugFile())
                        .as(() -> module + ": " + result.tried())
                        .hasValueSatisfying(file -> assertThat(file.buildId()).isEqualTo(module.buildId()));
                found.add(result.debugFile().orElseThrow().path());
            }
            System.out.printf(
                    "FilesLabTest: %d of %d modules of %s found by %s in %d ms%n",
                    found.size(),
                    wanted.size(),
                    kernel.release(),
                    way.label(),
                    (System.nanoTime() - start) / 1_000_000);
            assertThat(found).containsExactlyInAnyOrderElementsOf(kernel.moduleDebugFiles());
        }
    }

    @Test
    void theListAsTextSaysTheSameAsTheTree() throws java.io.IOException {
        var kernel = kernel("6.1");
        var folder = kernel.root().resolve("lib/modules").resolve(kernel.release());
        var copy = Files.createTempDirectory("wyrm");
        try {
            var root = copy.resolve("root");
            TestFiles.write(
                    root.resolve("lib/modules/" + kernel.release() + "/modules.dep"),
                    Files.readAllBytes(folder.resolve("modules.dep")));
            Files.createDirectories(root.resolve("usr/lib"));
            Files.createSymbolicLink(
                    root.resolve("usr/lib/debug"), kernel.root().resolve("usr/lib/debug"));
            var ways = EnumSet.of(SearchWay.MODULE_LIST);
            var byText = new DebugFileFinder(DebugFileSettings.below(root).withWays(ways), List.of());
            var byTree =
                    new DebugFileFinder(DebugFileSettings.below(kernel.root()).withWays(ways), List.of());
            for (var module : modules(kernel)) {
                assertThat(byText.find(module, cancellation).debugFile().map(file -> root.relativize(file.path())))
                        .isEqualTo(byTree.find(module, cancellation)
                                .debugFile()
                                .map(file -> kernel.root().relativize(file.path())));
            }
        } finally {
            try (var files = Files.walk(copy)) {
                for (var file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void compressedModulesAreReadWhole() {
        var kernel = kernel("6.12");
        var packed = kernel.modules().stream()
                .filter(path -> path.toString().endsWith(".xz"))
                .toList();
        assertThat(packed).hasSizeGreaterThan(1000);
        packed = sample(packed);
        var start = System.nanoTime();
        var finder = new DebugFileFinder(DebugFileSettings.below(kernel.root()), List.of());
        var found = new EnumMap<SearchWay, Integer>(SearchWay.class);
        var symbolsOnly = 0;
        for (var path : packed) {
            var module = GivenFile.classify(path);
            assertThat(module.kind()).isEqualTo(GivenFile.Kind.KERNEL_MODULE);
            var result = finder.find(
                    new WantedFile.KernelModule(
                            kernel.release(), module.moduleName().orElseThrow(), module.buildId()),
                    cancellation);
            assertThat(result.debugFile().or(result::symbolFile))
                    .as(() -> path + ": " + result.tried())
                    .isPresent();
            result.debugFile().ifPresent(file -> found.merge(file.way(), 1, Integer::sum));
            symbolsOnly += result.debugFile().isPresent() ? 0 : 1;
        }
        System.out.printf(
                "FilesLabTest: %d modules of %s opened from .xz in %d ms; debug files %s, symbols only %d%n",
                packed.size(), kernel.release(), (System.nanoTime() - start) / 1_000_000, found, symbolsOnly);
    }

    @Test
    void kernelsAreFoundByReleaseAndByBuildId() {
        for (var kernel : LabKernel.all()) {
            if (!Files.exists(kernel.vmlinux())) {
                continue;
            }
            var id = GivenFile.classify(kernel.vmlinux()).buildId();
            var settings = DebugFileSettings.below(kernel.root());
            for (var way : List.of(SearchWay.BUILD_ID, SearchWay.KERNEL_PLACES)) {
                var result = new DebugFileFinder(settings.withWays(EnumSet.of(way)), List.of())
                        .find(new WantedFile.Kernel(kernel.release(), id), cancellation);
                System.out.printf(
                        "FilesLabTest: %s by %s: %s%n",
                        kernel.release(), way.label(), result.debugFile().map(FoundFile::path));
                if (way == SearchWay.KERNEL_PLACES) {
                    assertThat(result.debugFile()).isPresent();
                }
            }
        }
    }

    @Test
    void symbolsAreThoseOfNm() {
        var kernel = kernel("6.1");
        var files = new ArrayList<>(sample(kernel.moduleDebugFiles()));
        files.add(kernel.vmlinux());
        var count = 0;
        for (var path : files) {
            try (var file = DebugFile.open(path)) {
                var symbols = new ElfSymbols(
                                file.elf(), ElfSymbols.Placement.of(ElfSectionAddresses.ofHeaders()), Optional.empty())
                        .symbols()
                        .orElseThrow();
                var ours = symbols.allSymbols().map(FilesLabTest::row).sorted().toList();
                var theirs = LabKernel.output("nm", path.toString())
                        .orElseGet(() -> abort("NOT COMPARED with nm: it is not installed (binutils)"))
                        .stream()
                        .filter(line -> !line.matches(" +[Uwv] .*"))
                        .sorted()
                        .toList();

                assertThat(ours).as(path.toString()).isEqualTo(theirs);
                count += ours.size();
            }
        }
        System.out.printf(
                "FilesLabTest: %d symbols of %d files have the address and letter of nm%n", count, files.size());
    }

    private static String row(Symbol symbol) {
        return "%016x %c %s".formatted(symbol.address(), symbol.type(), symbol.name());
    }

    @Test
    void everySymbolOfAKernelIsFoundByNameAndAddress() {
        var kernel = kernel("6.1");
        try (var file = DebugFile.open(kernel.vmlinux())) {
            var start = System.nanoTime();
            var symbols = new ElfSymbols(file.elf(), ElfSymbols.Placement.biased(0x2000_0000), Optional.empty())
                    .symbols()
                    .orElseThrow();
            var found = symbols.findSymbols("init_task");
            var first = (System.nanoTime() - start) / 1_000_000;
            assertThat(found).hasSize(1);
            var all = symbols.allSymbols().toList();
            start = System.nanoTime();
            // Hundreds have one name, and thousands one address: each of them once.
            var names = new HashSet<String>();
            var addresses = new HashSet<Long>();
            for (var symbol : all) {
                if (names.add(symbol.name())) {
                    assertThat(symbols.findSymbols(symbol.name()).contains(symbol))
                            .isTrue();
                }
                // What is at 0, of no section, is no place.
                var isNameOnly = symbol.address() == 0 && Character.toLowerCase(symbol.type()) == 'a';
                if (!isNameOnly && addresses.add(symbol.address())) {
                    assertThat(symbols.symbolsAt(symbol.address()).contains(symbol))
                            .isTrue();
                }
            }
            System.out.printf(
                    "FilesLabTest: %d symbols, first lookup after %d ms, all by name and address in %d ms%n",
                    all.size(), first, (System.nanoTime() - start) / 1_000_000);
        }
    }
}
