package org.wyrm.platform.launcher.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.CommandResult;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.launcher.internal.RunContext.Telling;
import org.wyrm.platform.output.NeutralRows;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;

/**
 * What a running application may ask.
 *
 * @param context of the application itself
 * @param said the options that the user said
 */
record ApplicationRun(
        Environment environment,
        Indexes indexes,
        BundleContributions extender,
        OpenTargets targets,
        RunContext context,
        Said said,
        PrintStream out)
        implements ApplicationContext {

    private static final String PREFIX = "wyrm: ";

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
        return targets.openAll(context);
    }

    @Override
    public CommandResult run(List<String> words, Cancellation token, OutputStream rows) {
        var told = new ByteArrayOutputStream();
        var errors = new PrintStream(told, true, StandardCharsets.UTF_8);
        var failures = new Failures(environment, token, errors);
        var output = new Output(rows, ProgressLine.off());
        var code = failures.guard(words, () -> {
            var line = CommandLine.parse(indexes, words);
            var bundle = line.command().bundle();
            var settings = LauncherOptions.settings(line.output(), false);
            var telling = new Telling(errors, Progress.NONE, said.has("--quiet"), OptionalInt::empty);
            try (var _ = extender.use(bundle.symbolicName(), token)) {
                var inner = new RunContext(context, token, telling, bundle);
                line.run(extender, inner, settings, output, failures);
            }
            token.check();
            return ExitCode.DONE;
        });
        var messages = told.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line)
                .toList();
        return new CommandResult(code, output.rowCount(), messages);
    }

    @Override
    public Set<String> commandNames() {
        var names = new TreeSet<String>();
        for (var command : indexes.all().declared(Index.COMMANDS)) {
            names.add(command.declaration().name());
            names.addAll(command.declaration().aliases());
        }
        return names;
    }

    @Override
    public void rows(List<String> words, Cancellation token, Consumer<Map<String, @Nullable Object>> each) {
        var line = CommandLine.parse(indexes, words);
        var bundle = line.command().bundle();
        var limit = LauncherOptions.settings(line.output(), false).limit();
        var quiet = said.has("--quiet");
        var telling = new Telling(environment.errors(), Progress.NONE, quiet, OptionalInt::empty);
        var neutral = new NeutralRows();
        try (var _ = extender.use(bundle.symbolicName(), token);
                var all = line.rows(extender, new RunContext(context, token, telling, bundle))) {
            var some = limit.isPresent() ? all.limit(limit.getAsLong()) : all;
            some.sequential().forEachOrdered(row -> each.accept(neutral.copy(row)));
        }
        token.check();
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
