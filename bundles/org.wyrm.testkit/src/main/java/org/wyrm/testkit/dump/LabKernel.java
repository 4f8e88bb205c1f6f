package org.wyrm.testkit.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Debian kernel of the lab with its debug information, unpacked in a folder as if that were the root.
 *
 * @param root the folder
 * @param release the kernel's release
 */
public record LabKernel(Path root, String release) {
    /** {@return the kernels that are in the lab, {@code $LAB_DIR} or {@code ~/.cache/kernel-lab}} */
    public static List<LabKernel> all() {
        var set = System.getenv("LAB_DIR");
        var lab = set != null ? Path.of(set) : Path.of(System.getProperty("user.home"), ".cache", "kernel-lab");
        var kernels = new ArrayList<LabKernel>();
        for (var cache : List.of(lab, lab.resolve("k5.10"), lab.resolve("k6.12"))) {
            for (var folder : list(cache.resolve("cache"))) {
                var name = folder.getFileName().toString();
                if (name.startsWith("kernel-") && Files.isDirectory(folder)) {
                    kernels.add(new LabKernel(folder, name.substring("kernel-".length())));
                }
            }
        }
        return kernels;
    }

    /** {@return the kernel of a series, such as {@code 6.1}, with its debug information, if it is in the lab} */
    public static Optional<LabKernel> find(String series) {
        return all().stream()
                .filter(kernel -> kernel.release.startsWith(series + ".") && Files.exists(kernel.vmlinux()))
                .findFirst();
    }

    /** {@return the kernel's debug file} */
    public Path vmlinux() {
        return root.resolve("usr/lib/debug/boot/vmlinux-" + release);
    }

    /** {@return the debug files of all modules, in the order of their names} */
    public List<Path> moduleDebugFiles() {
        return files(root.resolve("usr/lib/debug/lib/modules").resolve(release));
    }

    /** {@return the modules as they are loaded, in the order of their names} */
    public List<Path> modules() {
        var folder = root.resolve("lib/modules").resolve(release);
        return files(
                Files.exists(folder) ? folder : root.resolve("usr/lib/modules").resolve(release));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.ko(\\.debug|\\.xz|\\.zst|\\.gz)?"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return what a program prints on standard output; empty if it is not installed}
     *
     * @throws IllegalStateException if it fails
     */
    public static Optional<List<String>> output(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            var text = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": exit code " + process.exitValue());
            }
            return Optional.of(text.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
