package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.Settings;

/**
 * Does work on each of many targets, some at a time, and writes what they say in their order. What goes wrong with one
 * is told, and the others go on. Confined to one thread.
 */
final class EachTarget implements AutoCloseable {
    private final Environment environment;
    private final BundleContributions extender;
    private final TargetWork work;
    private final Said said;
    private final ManyTargets targets;
    private final Settings settings;
    private final Cancellation cancellation;
    private final PrintStream out;
    private final ArrayDeque<TargetRun> running = new ArrayDeque<>();
    private int started;
    private boolean isEmpty = true;

    EachTarget(
            Environment environment,
            BundleContributions extender,
            TargetWork work,
            Said said,
            ManyTargets targets,
            Settings settings,
            Cancellation cancellation) {
        this.environment = environment;
        this.extender = extender;
        this.work = work;
        this.said = said;
        this.targets = targets;
        this.settings = settings;
        this.cancellation = cancellation;
        out = environment.out().asPrintStream();
    }

    /** Runs it. {@return the highest code of all} */
    int run() {
        var code = ExitCode.DONE;
        var count = targets.files().size();
        for (var ended = 0; ended < count; ended++) {
            startMore();
            var run = running.remove();
            write(run);
            code = Math.max(code, run.code());
            for (var message : run.messages()) {
                // What cannot be opened names itself.
                var name = run.file() + ": ";
                environment
                        .errors()
                        .println("wyrm: " + Output.printable(message.startsWith(name) ? message : name + message));
            }
            environment.progress().report("targets", ended + 1L, OptionalLong.of(count));
        }
        environment.progress().end();
        if (settings.format() == Format.JSON) {
            out.print(isEmpty ? "[]\n" : "\n]\n");
        }
        out.flush();
        return code;
    }

    /** Starts as many as there are CPUs: each reads one file. */
    private void startMore() {
        while (running.size() < Runtime.getRuntime().availableProcessors()
                && started < targets.files().size()) {
            var file = targets.files().get(started++);
            var run = run(file);
            running.add(run);
            Thread.ofPlatform().daemon().name("wyrm-target-" + started).start(run);
        }
    }

    private TargetRun run(Path file) {
        // An array is made of lines, which come one by one.
        var format = settings.format() == Format.JSON ? Format.JSONL : settings.format();
        var limit = said.value("--seconds").map(LauncherOptions::seconds).orElse(Duration.ofDays(1));
        return new TargetRun(
                environment,
                extender,
                work,
                targets.one(said, file),
                file,
                new Settings(format, settings.stages(), settings.limit(), settings.color()),
                limit);
    }

    private void write(TargetRun run) {
        var isHeaded = false;
        var lines = new StringBuilder();
        for (var chunk = run.take(cancellation); chunk.length > 0; chunk = run.take(cancellation)) {
            if (!isHeaded) {
                heading(run.file());
                chunk = isEmpty || settings.format() != Format.CSV ? chunk : withoutFirstLine(chunk);
                isHeaded = true;
            }
            text(chunk, lines);
        }
        text(run.error(), lines);
        // It is shown while others still run.
        out.flush();
    }

    private void heading(Path file) {
        switch (settings.format()) {
            case TEXT -> out.print((isEmpty ? "" : "\n") + "TARGET: " + Output.printable(file.toString()) + "\n");
            case HTML -> out.print("<h3>" + Output.html(file.toString()) + "</h3>\n");
            default -> {}
        }
    }

    private void text(byte[] chunk, StringBuilder lines) {
        if (settings.format() != Format.JSON) {
            out.write(chunk, 0, chunk.length);
            isEmpty &= chunk.length == 0;
            return;
        }
        lines.append(new String(chunk, StandardCharsets.UTF_8));
        for (var end = lines.indexOf("\n"); end >= 0; end = lines.indexOf("\n")) {
            out.print((isEmpty ? "[\n" : ",\n") + lines.substring(0, end));
            isEmpty = false;
            lines.delete(0, end + 1);
        }
    }

    /** The keys stand above the rows of the first target. */
    private static byte[] withoutFirstLine(byte[] chunk) {
        var text = new String(chunk, StandardCharsets.UTF_8);
        return text.substring(text.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8);
    }

    /** Stops those that still run. */
    @Override
    public void close() {
        running.forEach(TargetRun::stop);
    }
}
