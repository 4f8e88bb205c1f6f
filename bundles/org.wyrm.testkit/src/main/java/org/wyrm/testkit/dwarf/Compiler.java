package org.wyrm.testkit.dwarf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs compilers and their like in a folder. What is not installed is said on standard error, once per use, so that a
 * skipped test is seen.
 *
 * @param folder that they write to
 */
public record Compiler(Path folder) {
    /** Writes a source file. */
    public Path source(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the file that a command made; empty if the program is not installed or cannot do it}
     *
     * @param output the file, which the command must write
     */
    public Optional<Path> run(String output, String... command) {
        var file = folder.resolve(output);
        try {
            Files.deleteIfExists(file);
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0 && Files.exists(file)) {
                return Optional.of(file);
            }
            skipped(List.of(command), said.lines().findFirst().orElse("it failed"));
        } catch (IOException e) {
            skipped(List.of(command), "not installed");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Optional.empty();
    }

    /** {@return the file that a compiler makes of its last argument, a source file} */
    public Optional<Path> compile(String output, String compiler, String... options) {
        var command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", output));
        return run(output, command.toArray(String[]::new));
    }

    private static void skipped(List<String> command, String why) {
        System.err.println("SKIPPED: " + String.join(" ", command) + ": " + why);
    }
}
