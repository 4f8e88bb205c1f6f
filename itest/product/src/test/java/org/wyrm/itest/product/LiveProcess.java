package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.wyrm.testkit.dwarf.Compiler;

/**
 * A process of {@code processes/threads.c}, to be looked at while it runs.
 *
 * @param counter the file that one of its threads counts in
 */
record LiveProcess(Process process, Path counter) implements AutoCloseable {
    private static final Path SOURCE = Wyrm.root().resolve("itest/product/src/test/resources/processes/threads.c");
    private static final Pattern STATUS = Pattern.compile("State:\\s+(\\S).*TracerPid:\\s+(\\d+)", Pattern.DOTALL);
    private static final long LIMIT_NANOS = 10_000_000_000L;

    /** {@return the program, compiled into a folder; no compiler is a skipped test, said loudly} */
    static Path compile(Path folder, String compiler, String flags) throws IOException {
        Files.copy(SOURCE, folder.resolve("threads.c"));
        var options = new ArrayList<>(List.of("-g", "-pthread"));
        options.addAll(List.of(flags.split(" ", -1)));
        options.add("threads.c");
        return new Compiler(folder)
                .compile("threads", compiler, options.toArray(String[]::new))
                .orElseGet(() -> Peer.skipped("NOT TESTED: " + compiler + " " + flags + " does not run"));
    }

    /** Starts a command that ends in the program, and waits until its threads are where they stay. */
    static LiveProcess start(Path folder, int waiters, String... command) throws IOException {
        var counter = folder.resolve("counter");
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of(counter.toString(), Integer.toString(waiters)));
        var process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var reader = process.inputReader(StandardCharsets.UTF_8);
        assertThat(reader.readLine()).as("%s", words).isEqualTo("ready");
        var live = new LiveProcess(process, counter);
        until("it counts", () -> live.count() > 0);
        return live;
    }

    String pid() {
        return Long.toString(process.pid());
    }

    long count() {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(counter))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the state of a thread, and who traces it} */
    String status(String thread) {
        try {
            var found = STATUS.matcher(Files.readString(Path.of("/proc", pid(), "task", thread, "status")));
            assertThat(found.find()).isTrue();
            return found.group(1) + " " + found.group(2);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the numbers of its threads, by name} */
    String thread(String name) throws IOException {
        try (var tasks = Files.list(Path.of("/proc", pid(), "task"))) {
            for (var task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                    return task.getFileName().toString();
                }
            }
        }
        throw new AssertionError("no thread " + name);
    }

    void signal(String signal) throws IOException {
        signal(process, signal);
    }

    static void signal(Process process, String signal) throws IOException {
        try {
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String stat(String pid) {
        try {
            return Files.readString(Path.of("/proc", pid, "stat"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void until(String what, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(LIMIT_NANOS);
            Thread.onSpinWait();
        }
    }

    /** Stops it as a shell does, all of its threads. */
    void stop() throws IOException {
        signal("STOP");
        var spinner = thread("spinner");
        until("it stands", () -> status(spinner).startsWith("T"));
    }

    /** Fails unless it goes on, and nobody traces any of its threads. */
    void expectGoingOn() throws IOException {
        var before = count();
        until("it goes on counting", () -> count() > before);
        try (var tasks = Files.list(Path.of("/proc", pid(), "task"))) {
            for (var task : tasks.toList()) {
                assertThat(status(task.getFileName().toString())).matches("[RS] 0");
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
