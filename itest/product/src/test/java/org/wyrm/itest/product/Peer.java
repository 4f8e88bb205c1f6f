package org.wyrm.itest.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Another tool that answers the same questions.
 *
 * @param command that it is run by
 */
record Peer(List<String> command) {
    static Peer of(String... command) {
        return new Peer(List.of(command));
    }

    /** {@return the first of these that runs and ends well; none is a skipped test, said loudly} */
    static Peer firstThatRuns(String name, String probe, Peer... candidates) {
        return Arrays.stream(candidates)
                .filter(each -> each.answer("", "-c", probe).isPresent())
                .findFirst()
                .orElseGet(() -> skipped("NOT COMPARED with " + name + ": it is not installed"));
    }

    /** {@return the Python with drgn: Debian 13's if it is there} */
    static Peer drgn(String probe) {
        var trixie = Wyrm.root().resolve("itest/lab/trixie.sh").toString();
        return firstThatRuns("drgn", probe, of(trixie, "python3"), of("/usr/bin/python3"), of("python3"));
    }

    static <T> T skipped(String why) {
        System.err.println(why);
        return Assumptions.abort(why);
    }

    /** {@return what it prints when asked; not being there is a skipped test, said loudly} */
    List<String> ask(List<String> questions, String... arguments) {
        return answer(String.join("\n", questions) + "\n", arguments)
                .orElseGet(() -> skipped("NOT COMPARED: " + String.join(" ", command) + " does not run"));
    }

    private Optional<List<String>> answer(String input, String... arguments) {
        var words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        try {
            var questions = Files.createTempFile("wyrm-peer", ".in");
            try {
                Files.writeString(questions, input);
                var process = new ProcessBuilder(words)
                        .redirectInput(questions.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                var text = new String(process.getInputStream().readAllBytes(), UTF_8);
                return process.waitFor() == 0 ? Optional.of(text.lines().toList()) : Optional.empty();
            } finally {
                Files.delete(questions);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            if (e.getMessage().startsWith("Cannot run program")) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }
}
