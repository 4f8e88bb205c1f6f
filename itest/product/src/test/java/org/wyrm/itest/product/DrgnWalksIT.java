package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Directories;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.Program;
import org.wyrm.testkit.dump.LabKernel;

/**
 * What the helpers for the kernel's data structures find on dumps of the lab, against Debian 13's drgn: every module,
 * super block, inode, page of the page cache, area of memory, timer, hash chain; some ten thousand structures a dump.
 */
@Timeout(600)
class DrgnWalksIT {
    /** How many a dump has at least. */
    private static final int STRUCTURES = 15_000;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void findTheSame(String series) throws IOException {
        var kernel = LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: no kernel " + series + "; itest/lab/ensure.sh"));
        var dump = kernel.root().resolveSibling("../out/kaslr256/vmcore.elf").normalize();
        if (!Files.exists(dump)) {
            Peer.skipped("NOT COMPARED: " + dump + " is not there");
        }
        var theirs = drgn(dump, kernel.vmlinux());
        try (var program = open(dump, kernel)) {
            var ours = new KernelWalks(program).lines();
            ours.put("meminfo", meminfo(dump));

            var differences = new TreeMap<String, String>();
            ours.forEach((name, words) -> {
                if (!words.equals(theirs.get(name))) {
                    differences.put(name, words + "\n  drgn: " + theirs.get(name));
                }
            });
            System.out.printf(
                    "DrgnWalksIT %s: %d structures with %d words, %d differ%n",
                    series,
                    ours.size(),
                    ours.values().stream()
                            .mapToLong(words -> words.split(" ").length)
                            .sum(),
                    differences.size());
            assertThat(differences).isEmpty();
            assertThat(ours.keySet()).containsExactlyInAnyOrderElementsOf(theirs.keySet());
            assertThat(ours).hasSizeGreaterThan(STRUCTURES);
        }
    }

    /** {@return what the command says, without any debug file, in the order of its columns} */
    private static String meminfo(Path dump) {
        var run = Wyrm.built().run("-c", dump, "--no-default-symbols", "meminfo", "--format", "csv");
        return run.expectClean().out().lines().skip(1).findFirst().orElseThrow().replace(',', ' ');
    }

    private static Program open(Path dump, LabKernel kernel) {
        return InProcess.open(
                dump,
                new DebugSettings(
                        List.of(),
                        List.of(),
                        Search.ALL,
                        new Directories(List.of(kernel.root().resolve("usr/lib/debug")), false),
                        new Directories(List.of(), false),
                        List.of(),
                        List.of(),
                        Map.of()));
    }

    /** {@return what {@code walks.drgn.py} says: words by the name of the structure that they are of} */
    private static Map<String, String> drgn(Path dump, Path vmlinux) throws IOException {
        var script = Files.readString(Wyrm.root().resolve("itest/lab/walks.drgn.py"));
        return Peer.drgn("import drgn.helpers.linux.mapletree")
                .ask(List.of(), "-c", script, dump.toString(), vmlinux.toString())
                .stream()
                .map(line -> line.split(": ?", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }
}
