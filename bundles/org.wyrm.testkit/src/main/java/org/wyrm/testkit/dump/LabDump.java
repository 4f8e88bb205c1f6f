package org.wyrm.testkit.dump;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One dump of the lab (see {@code itest/lab}), in all its formats, with what its guest said of itself.
 *
 * @param folder its folder: {@code …/out/kaslr256}
 */
public record LabDump(Path folder) {
    /** {@return the lab's folder, as its scripts find it: {@code LAB_DIR}, else {@code kernel-lab} in the user's caches} */
    public static Path lab() {
        var set = variable("LAB_DIR");
        var caches = variable("XDG_CACHE_HOME").or(() -> variable("HOME").map(home -> home + "/.cache"));
        return set.map(Path::of).orElseGet(() -> Path.of(caches.orElse("/"), "kernel-lab"));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }

    /**
     * {@return the dumps of the lab, by name: those that are complete; none where there is no lab yet}
     *
     * <p>Without those whose disks got stuck after the facts were taken: much is no more as the facts say.
     */
    public static List<LabDump> all() {
        var found = new ArrayList<LabDump>();
        for (var kernel : List.of("out", "k6.12/out", "k5.10/out")) {
            var out = lab().resolve(kernel);
            if (Files.isDirectory(out)) {
                try (var folders = Files.list(out)) {
                    folders.map(LabDump::new).filter(LabDump::isComplete).forEach(found::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        found.sort(java.util.Comparator.comparing(LabDump::folder));
        return found;
    }

    private boolean isComplete() {
        return Files.exists(folder.resolve("made.txt"))
                && Files.exists(folder.resolve("facts/proc/kallsyms"))
                && !isStuck();
    }

    private boolean isStuck() {
        try {
            return Files.readString(folder.resolve("made.txt")).contains("action=stuck");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return those of some files that this dump has} */
    public List<Path> files(String... names) {
        return List.of(names).stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .toList();
    }

    /** {@return the address of a symbol, as the guest's {@code /proc/kallsyms} had it} */
    public OptionalLong symbol(String name) {
        try (var lines = Files.lines(folder.resolve("facts/proc/kallsyms"))) {
            return lines.map(line -> line.split("\\s+"))
                    .filter(words -> words.length == 3 && words[2].equals(name))
                    .mapToLong(words -> Long.parseUnsignedLong(words[0], 16))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
