package org.wyrm.platform.launcher.internal;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;

/**
 * What the launcher gets from outside.
 *
 * @param variables of the process's environment
 * @param home the folder of the product
 * @param in the standard input
 * @param errors where messages go
 * @param out where rows go
 * @param progress where long work is told of
 * @param terminal whether rows go to a terminal
 */
record Environment(
        Map<String, String> variables,
        Path home,
        InputStream in,
        PrintStream errors,
        Output out,
        ProgressLine progress,
        boolean terminal) {

    static Environment ofProcess() {
        var variables = System.getenv();
        var stderr = System.err;
        // What cannot move its cursor cannot draw a line again.
        var isDrawn = Output.isTerminal(2) && !"dumb".equals(variables.get("TERM"));
        var progress = isDrawn ? ProgressLine.on(stderr) : ProgressLine.off();
        return new Environment(
                variables,
                Path.of(System.getProperty("wyrm.home", ".")),
                System.in,
                new PrintStream(isDrawn ? progress.above() : stderr, true, StandardCharsets.UTF_8),
                Output.standard(progress),
                progress,
                Output.isTerminal(1));
    }

    /** {@return a variable, if it is set and not empty} */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@return how wide the terminal is that rows go to; empty if they go elsewhere, or nobody can tell} */
    OptionalInt columns() {
        if (!terminal) {
            return OptionalInt.empty();
        }
        return variable("COLUMNS").map(Output::columns).orElseGet(Output::terminalColumns);
    }

    /** {@return whether text has colors that the user said nothing of} */
    boolean isColored() {
        return terminal
                && variable("NO_COLOR").isEmpty()
                && !variable("TERM").orElse("").equals("dumb");
    }

    /** {@return a folder of the XDG base directories, or its default below the home folder} */
    Path userFolder(String variable, String belowHome) {
        return variable(variable)
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(variable("HOME").orElse("/"), belowHome))
                .resolve("wyrm");
    }

    /** {@return a folder for files that live as long as the process} */
    Path temporaryFolder() {
        return Path.of(variable("XDG_RUNTIME_DIR").or(() -> variable("TMPDIR")).orElse("/tmp"));
    }
}
