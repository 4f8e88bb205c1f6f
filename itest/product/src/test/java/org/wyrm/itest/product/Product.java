package org.wyrm.itest.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A product that was unpacked, and how it runs: with nothing of this process's environment but a path. */
final class Product {
    private static final long LIMIT_SECONDS = 60;

    private final Path home;
    private final Map<String, String> variables = new HashMap<>();
    private List<String> prefix = List.of();

    /** What a run left. */
    record Result(int exitCode, String out, String errors) {}

    Product(Path home, Path userHome) {
        this.home = home;
        variables.put("PATH", "/usr/bin:/bin");
        variables.put("HOME", userHome.toString());
    }

    /** {@return the product as the build made it} */
    static Path built() {
        return Path.of(System.getProperty("wyrm.distribution")).resolve("wyrm").normalize();
    }

    /** {@return the product of the archive, unpacked in a folder} */
    static Path unpack(Path folder) throws IOException, InterruptedException {
        var version = System.getProperty("wyrm.version");
        var archive = built().resolveSibling("wyrm-" + version + "-linux-x86_64.tar.gz");
        var tar = new ProcessBuilder("tar", "--extract", "--file=" + archive, "--directory=" + folder)
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("cannot unpack " + archive);
        }
        return folder.resolve("wyrm-" + version);
    }

    Product with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** Lets a program start this one. */
    Product under(String... program) {
        prefix = List.of(program);
        return this;
    }

    Path home() {
        return home;
    }

    Process start(String... words) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(home.resolve("bin/wyrm").toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(variables);
        return builder.start();
    }

    Result run(String... words) throws IOException, InterruptedException {
        return finish(start(words));
    }

    static Result finish(Process process) throws IOException, InterruptedException {
        var errors = Files.createTempFile("wyrm", "errors");
        try {
            var reader = Thread.ofPlatform().start(() -> copy(process, errors));
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the process did not end within " + LIMIT_SECONDS + " s");
            }
            reader.join();
            return new Result(process.exitValue(), out, Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
    }

    private static void copy(Process process, Path file) {
        try (var out = Files.newOutputStream(file)) {
            process.getErrorStream().transferTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
