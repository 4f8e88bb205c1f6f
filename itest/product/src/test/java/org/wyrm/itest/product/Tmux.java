package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A terminal with a program in it: keys are sent, and the screen is looked at. */
final class Tmux implements AutoCloseable {
    private static final String PROGRAM = "/usr/bin/tmux";
    private static final String ANY_PROMPT = "wyrm( \\d+)?( \\[.*\\])?>";
    /** What the program ends with is shown, and stays on the screen. */
    private static final String AROUND = "trap : INT; \"$@\"; echo \"ENDED $?\"; sleep 1000";

    private static final long LOOK_MILLIS = 10;
    private static final long PRESS_AGAIN_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Path socket;

    private Tmux(Path socket) {
        this.socket = socket;
    }

    /** {@return a terminal of 110 columns and 36 rows; a skipped test where there is no tmux} */
    static Tmux start(Path folder, Map<String, String> variables, List<String> command) {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            return Peer.skipped("NOT RUN: the shell in a terminal, since tmux is not installed");
        }
        // A server of the same place may still be ending.
        var tmux = new Tmux(folder.resolve("tmux" + STARTED.incrementAndGet()));
        var words = new ArrayList<String>(List.of("-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "36"));
        // What runs in the background of a shell has SIGINT ignored, and so have its children.
        words.addAll(List.of("env", "--default-signal=INT", "-i"));
        variables.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(List.of("/bin/sh", "-c", AROUND, "sh"));
        words.addAll(command);
        tmux.run(words);
        return tmux;
    }

    private String run(List<String> words) {
        var line = new ArrayList<>(List.of(PROGRAM, "-S", socket.toString()));
        line.addAll(words);
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", line, said).isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Types a text, character by character. */
    Tmux type(String text) {
        run(List.of("send-keys", "-l", "--", text));
        return this;
    }

    /** Presses keys: {@code Enter}, {@code Tab}, {@code C-c}. */
    Tmux press(String... keys) {
        var words = new ArrayList<>(List.of("send-keys"));
        words.addAll(List.of(keys));
        run(words);
        return this;
    }

    /** Waits until the shell asks, wipes the screen, and enters a line. */
    Tmux enter(String line) {
        awaitPrompt(ANY_PROMPT);
        press("C-l");
        await("an empty screen", screen -> screen.lines().count() == 1);
        return type(line).press("Enter");
    }

    void resize(int columns, int rows) {
        run(List.of("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows)));
    }

    /** {@return what is on the screen, without the empty lines at its end} */
    String screen() {
        return run(List.of("capture-pane", "-p")).stripTrailing();
    }

    /** {@return the screen with the colors that it has} */
    String coloredScreen() {
        return run(List.of("capture-pane", "-p", "-e"));
    }

    /** Waits until the screen is as wanted. {@return it} */
    String await(String what, Predicate<String> wanted) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var screen = screen();
        while (!wanted.test(screen)) {
            assertThat(System.nanoTime())
                    .as("waiting for %s:%n%s", what, screen)
                    .isLessThan(end);
            sleep(LOOK_MILLIS);
            screen = screen();
        }
        return screen;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a text is on the screen. {@return it} */
    String await(String text) {
        return await(text, screen -> screen.contains(text));
    }

    /** Presses a key until a text is on the screen: an answer that takes too long is given up, and there the next time. */
    Tmux pressUntil(String key, String text) {
        await(text, screen -> {
            if (!screen.contains(text)) {
                press(key);
                sleep(PRESS_AGAIN_MILLIS);
            }
            return screen.contains(text);
        });
        return this;
    }

    /** Waits until the last line is as a pattern says. {@return the screen} */
    String awaitPrompt(String prompt) {
        return await(
                "the prompt " + prompt,
                screen -> screen.lines()
                        .reduce((first, second) -> second)
                        .filter(last -> last.stripTrailing().matches(prompt))
                        .isPresent());
    }

    @Override
    public void close() {
        run(List.of("kill-server"));
    }
}
