package org.wyrm.platform.launcher.internal;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.CommandResult;
import org.wyrm.platform.extension.Session.Display;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;

/**
 * What a running application may ask.
 *
 * @param session runs its commands
 * @param context of the application itself
 * @param said the options that the user said
 * @param out where it prints
 * @param input gives what it may read
 */
record ApplicationRun(
        LauncherSession session, RunContext context, Said said, PrintStream out, Optional<Supplier<InputStream>> input)
        implements ApplicationContext {

    private static final String PREFIX = "wyrm: ";

    @Override
    public Optional<InputStream> standardInput() {
        return input.map(Supplier::get);
    }

    @Override
    public String format() {
        return LauncherOptions.settings(said, false).format().label();
    }

    @Override
    public List<String> rowOptions() {
        return said.value("--limit").map(limit -> List.of("--limit", limit)).orElse(List.of());
    }

    @Override
    public String openTarget() {
        return session.openNamed();
    }

    @Override
    public CommandResult run(List<String> words, Cancellation token, OutputStream rows) {
        var told = new ByteArrayOutputStream();
        var errors = new PrintStream(told, true, StandardCharsets.UTF_8);
        var output = new Output(rows, ProgressLine.off());
        var display = new Display(
                said.has("--quiet") ? List.of("--quiet") : List.of(),
                List.of(),
                output,
                Optional.empty(),
                errors,
                Progress.NONE,
                OptionalInt::empty);
        var code = session.run(words, token, display);
        var messages = told.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line)
                .toList();
        return new CommandResult(code, output.rowCount(), messages);
    }

    @Override
    public Set<String> commandNames() {
        return session.commandNames();
    }

    @Override
    public void rows(List<String> words, Cancellation token, Consumer<Map<String, @Nullable Object>> each) {
        session.rows(words, token, said.has("--quiet"), each);
    }

    @Override
    public <T> T target(Class<T> type) {
        return context.target(type);
    }

    @Override
    public Cancellation cancellation() {
        return context.cancellation();
    }

    @Override
    public Contributions contributions() {
        return context.contributions();
    }

    @Override
    public void warn(String message) {
        context.warn(message);
    }

    @Override
    public Progress progress() {
        return context.progress();
    }
}
