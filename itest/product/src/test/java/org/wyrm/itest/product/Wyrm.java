package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The product in a folder, and how to run it.
 *
 * @param home the folder that the archive unpacks to
 * @param variables of the environment that it is run in, the whole of it
 * @param limit after which it is killed, and the test fails
 */
record Wyrm(Path home, Map<String, String> variables, Duration limit) {
    private static final Pattern HIGH_WATER_MARK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final long SAMPLE_MILLIS = 2;

    /** How a run ended. */
    record Run(List<String> words, int code, String out, String err, Duration wall, long peakBytes) {
        List<String> errLines() {
            return err.lines().toList();
        }

        /** {@return this run, when it ended well and had nothing to say on stderr} */
        Run expectClean() {
            assertThat(code).as("exit code of %s", this).isZero();
            assertThat(err).as("stderr of %s", this).isEmpty();
            return this;
        }

        @Override
        public String toString() {
            return String.join(" ", words) + "\n  exit code " + code + " after " + wall.toMillis() + " ms, peak "
                    + (peakBytes >> 20) + " MiB\n  stderr: " + err.strip() + "\n  stdout: "
                    + out.substring(0, Math.min(out.length(), 500));
        }
    }

    static Path root() {
        return Path.of(System.getProperty("wyrm.root")).toAbsolutePath().normalize();
    }

    private static Path target() {
        return root().resolve("distribution/target");
    }

    /** {@return the product as the build made it} */
    static Wyrm built() {
        return in(target().resolve("wyrm"));
    }

    /** {@return the product of the archive, unpacked in a folder} */
    static Wyrm unpack(Path folder) {
        var version = System.getProperty("wyrm.version");
        var archive = target().resolve("wyrm-" + version + "-linux-x86_64.tar.gz");
        var tar = List.of("tar", "--extract", "--file=" + archive, "--directory=" + folder);
        assertThat(in(target().resolve("wyrm")).execute(tar).code())
                .as("%s", tar)
                .isZero();
        return in(folder.resolve("wyrm-" + version));
    }

    private static Wyrm in(Path home) {
        assertThat(home.resolve("bin/wyrm")).as("the product").isExecutable();
        // No state of the user who runs the tests: no plug-ins of his, no Java, and no PATH to find one by.
        return new Wyrm(home, Map.of("PATH", "/usr/bin:/bin"), Duration.ofSeconds(60));
    }

    Wyrm with(String variable, String value) {
        var more = new TreeMap<>(variables);
        more.put(variable, value);
        return new Wyrm(home, more, limit);
    }

    Wyrm limited(Duration longest) {
        return new Wyrm(home, variables, longest);
    }

    String program() {
        return home.resolve("bin/wyrm").toString();
    }

    Run run(Object... words) {
        return execute(line(words));
    }

    /** {@return what a command prints of a target, which the words after it name} */
    String rows(String command, Object... target) {
        var words = new ArrayList<Object>(List.of(target));
        words.addAll(List.of(command.split(" ", -1)));
        var run = run(words.toArray());
        assertThat(run.code()).as("%s", run).isZero();
        return run.out();
    }

    /** {@return this program and its words} */
    List<String> line(Object... words) {
        var all = new ArrayList<String>(List.of(program()));
        Arrays.stream(words).map(Object::toString).forEach(all::add);
        return all;
    }

    /** Runs a line of the shell, in which {@code "$wyrm"} is the program. */
    Run shell(String line) {
        return with("wyrm", program()).execute(List.of("/bin/sh", "-c", line));
    }

    /** Runs a program in this environment. */
    Run execute(List<String> words) {
        return finish(words, start(words));
    }

    /** Waits for a program that was started. */
    Run finish(List<String> words, Process process) {
        var began = System.nanoTime();
        var out = collect(process.getInputStream());
        var err = collect(process.getErrorStream());
        var status = Path.of("/proc", Long.toString(process.pid()), "status");
        var peak = 0L;
        try {
            process.getOutputStream().close();
            do {
                // The mark only rises: the last look before the end has nearly all of it.
                peak = Math.max(peak, highWaterMark(status));
                if (System.nanoTime() - began > limit.toNanos()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(words + " did not end within " + limit.toSeconds() + " s");
                }
            } while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS));
            return new Run(
                    words,
                    process.exitValue(),
                    text(out),
                    text(err),
                    Duration.ofNanos(System.nanoTime() - began),
                    peak);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while " + words + " ran", e);
        }
    }

    /** Starts a program in this environment, for what {@link #execute} does not do. */
    Process start(List<String> words) {
        var builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long highWaterMark(Path status) {
        try {
            var found = HIGH_WATER_MARK.matcher(Files.readString(status));
            return found.find() ? Long.parseLong(found.group(1)) << 10 : 0;
        } catch (IOException goneMeanwhile) {
            return 0;
        }
    }

    private record Collected(Thread thread, ByteArrayOutputStream bytes) {}

    private static Collected collect(InputStream in) {
        var bytes = new ByteArrayOutputStream();
        var thread = Thread.ofVirtual().start(() -> {
            try (in) {
                in.transferTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new Collected(thread, bytes);
    }

    private static String text(Collected collected) throws InterruptedException {
        collected.thread.join();
        return collected.bytes.toString(StandardCharsets.UTF_8);
    }
}
