package org.wyrm.itest.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.wyrm.testkit.dump.LabKernel;

/**
 * The dumps of the lab: made by {@code itest/lab/ensure.sh} when they are not there yet, which takes most of an hour in
 * an empty cache, and 2 seconds else.
 *
 * @param files that were made
 * @param skipped the script's lines of what it could not make, and why
 */
record Lab(List<DumpFile> files, List<String> skipped) {
    private static final List<String> CONVERTED = List.of("mdf.d31.zlib", "mdf.d0.zlib", "mdf.d31.elf");

    /** What there is to be of each guest, beside what makedumpfile makes of it. */
    private static final Map<String, Map<String, List<String>>> GUESTS = Map.of(
            "6.1",
            Map.of(
                    "kaslr256",
                            List.of(
                                    "vmcore.elf",
                                    "vmcore.elf-paging",
                                    "mdf.d31.raw",
                                    "mdf.d31.lzo",
                                    "mdf.d31.zstd",
                                    "mdf.d31.flat",
                                    "vmcore.kdump-zlib"),
                    "nokaslr256", List.of("vmcore.elf", "vmcore.elf-paging"),
                    "panic256", List.of("vmcore.elf"),
                    "la57-256", List.of("vmcore.elf", "vmcore.elf-paging"),
                    "kaslr512", List.of("vmcore.elf"),
                    "kdump512", List.of("vmcore.kexec"),
                    "mini80-panic", List.of("vmcore.elf")),
            "6.12",
            Map.of(
                    "kaslr256", List.of("vmcore.elf", "vmcore.elf-paging"),
                    "panic256", List.of("vmcore.elf"),
                    "la57-256", List.of("vmcore.elf", "vmcore.elf-paging"),
                    "kdump512", List.of("vmcore.kexec"),
                    "mini80-panic", List.of("vmcore.elf")),
            "5.10",
            Map.of(
                    "kaslr256", List.of("vmcore.elf", "vmcore.elf-paging"),
                    "panic256", List.of("vmcore.elf"),
                    "mini80-panic", List.of("vmcore.elf")));

    /** {@return whether the environment says that there is no network to fetch kernels by} */
    static boolean offline() {
        return "1".equals(System.getenv("WYRM_OFFLINE"));
    }

    /** {@return the lab, made where it was not; offline, as far as it is there} */
    static Lab ensure() {
        var script = Wyrm.root().resolve("itest/lab/ensure.sh");
        if (!Files.isExecutable(script)) {
            throw new AssertionError(script + " is not there");
        }
        var command = new ArrayList<>(List.of(script.toString(), "--kernel", "all", "all"));
        if (offline()) {
            command.add(1, "--list");
        }
        try {
            var says = Files.createTempFile("wyrm-lab", ".err");
            var process = new ProcessBuilder(command)
                    .redirectError(Redirect.to(says.toFile()))
                    .start();
            process.getOutputStream().close();
            var files = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .map(words -> new DumpFile(words[0], words[1], Path.of(words[2]), Path.of(words[3])))
                    .filter(Lab::isCompared)
                    .toList();
            var code = process.waitFor();
            var lines = Files.readAllLines(says);
            Files.delete(says);
            if (code != 0 && code != 3) {
                throw new AssertionError(script + " failed:\n" + String.join("\n", lines));
            }
            return new Lab(
                    files, lines.stream().filter(line -> line.contains("SKIP ")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while the lab made dumps", e);
        }
    }

    /** {@return the file with debugging information of the kernel of a series; none is a skipped test, said loudly} */
    static Path vmlinux(String series) {
        ensure();
        return LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: no kernel " + series + "; itest/lab/ensure.sh"))
                .vmlinux();
    }

    private static boolean isCompared(DumpFile dump) {
        return expectedNames(dump.kernel(), dump.name())
                .contains(dump.file().getFileName().toString());
    }

    private static List<String> expectedNames(String kernel, String guest) {
        var own = GUESTS.getOrDefault(kernel, Map.of()).get(guest);
        if (own == null) {
            return List.of();
        }
        var all = new ArrayList<>(own);
        all.addAll(CONVERTED);
        return all;
    }

    /** {@return the files that are to be there and are not} */
    List<String> missing() {
        var missing = new ArrayList<String>();
        GUESTS.forEach((kernel, guests) -> guests.keySet()
                .forEach(guest -> expectedNames(kernel, guest).stream()
                        .filter(name -> files.stream()
                                .noneMatch(file -> file.kernel().equals(kernel)
                                        && file.name().equals(guest)
                                        && file.file().endsWith(name)))
                        .map(name -> kernel + " " + guest + "/" + name)
                        .forEach(missing::add)));
        missing.sort(null);
        return missing;
    }
}
