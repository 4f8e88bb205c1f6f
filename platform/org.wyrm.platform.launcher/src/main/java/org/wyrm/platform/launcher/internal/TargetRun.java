package org.wyrm.platform.launcher.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.launcher.internal.RunContext.Telling;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;
import org.wyrm.platform.output.Settings;
import org.wyrm.platform.output.TargetRow;

/**
 * Work on one of many targets, in a thread of its own. Its text waits, 2 MiB of it at most, until it is taken. One that
 * does not end in time, once it is waited for, is told to stop, and abandoned if it does not.
 */
final class TargetRun extends OutputStream implements Runnable {
    private static final int CHUNKS = 64;
    private static final byte[] END = {};
    private static final long LOOK_MILLIS = 20;
    private static final Duration STOP = Duration.ofSeconds(2);
    private static final String PREFIX = "wyrm: ";

    private final Environment environment;
    private final BundleContributions extender;
    private final TargetWork work;
    private final Said said;
    private final Path file;
    private final Settings settings;
    private final Duration limit;
    private long waitedSinceNanos;
    private final Cancellation token = new Cancellation();
    private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(CHUNKS);
    private volatile boolean isLeft;
    private volatile int code = ExitCode.FAILED;
    private volatile List<String> messages = List.of();
    private volatile byte[] error = END;

    /**
     * @param said before the command, the option that names the target included
     * @param settings of the rows
     * @param limit after which it is to stop
     */
    TargetRun(
            Environment environment,
            BundleContributions extender,
            TargetWork work,
            Said said,
            Path file,
            Settings settings,
            Duration limit) {
        this.environment = environment;
        this.extender = extender;
        this.work = work;
        this.said = said;
        this.file = file;
        this.settings = settings;
        this.limit = limit;
    }

    Path file() {
        return file;
    }

    /** {@return the code it ended with} */
    int code() {
        return code;
    }

    /** {@return the row that tells what went wrong, where rows can; else nothing} */
    byte[] error() {
        return error;
    }

    /** {@return what it has to tell, a line each} */
    List<String> messages() {
        return messages;
    }

    @Override
    public void run() {
        var told = new ByteArrayOutputStream();
        var errors = new PrintStream(told, true, StandardCharsets.UTF_8);
        var failures = new Failures(environment, token, errors);
        var out = new Output(this, ProgressLine.off());
        try {
            var ended = failures.guard(List.of(work.name(), file.toString()), () -> {
                var code = run(out, errors, failures);
                token.check();
                return code;
            });
            var lines = new ArrayList<>(
                    told.toString(StandardCharsets.UTF_8).lines().toList());
            if (ended == ExitCode.INTERRUPTED) {
                lines.add(PREFIX + "stopped after " + limit.toSeconds() + " s");
            }
            if (ended != ExitCode.DONE && lines.isEmpty()) {
                lines.add(PREFIX + "ended with code " + ended);
            }
            messages = lines.stream().map(TargetRun::plain).toList();
            code = ended == ExitCode.INTERRUPTED ? ExitCode.FAILED : ended;
            if (ended != ExitCode.DONE && settings.format() == Format.JSONL) {
                var text = new ByteArrayOutputStream();
                var failed = new TargetRow(file.toString(), new TargetRow.Failed(lastMessage(lines)));
                new Output(text, ProgressLine.off()).rows(settings, Layout.TABLE, List.of(), Stream.of(failed));
                error = text.toByteArray();
            }
        } finally {
            end();
        }
    }

    private static String plain(String line) {
        return line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line;
    }

    /** {@return the last message; lines that explain one follow it} */
    private static String lastMessage(List<String> lines) {
        return lines.stream()
                .filter(text -> text.startsWith(PREFIX))
                .reduce((first, second) -> second)
                .map(TargetRun::plain)
                .orElse("");
    }

    private int run(Output out, PrintStream errors, Failures failures) {
        var telling = new Telling(errors, Progress.NONE, said.has("--quiet"), OptionalInt::empty);
        try (var targets = new OpenTargets(extender, said.values(), new Statistics());
                var _ = extender.use(work.bundle().symbolicName(), token)) {
            var context = new RunContext(extender, targets, token, telling, work.bundle());
            return work.run(new TargetWork.OneTarget(
                    environment,
                    extender,
                    isForPeople() ? "" : file.toString(),
                    said,
                    settings,
                    targets,
                    context,
                    out,
                    errors,
                    failures));
        }
    }

    /** {@return whether the target's name stands above its rows, not in them} */
    private boolean isForPeople() {
        return settings.format() == Format.TEXT || settings.format() == Format.HTML;
    }

    /** {@return the next part of the text; empty at its end} */
    byte[] take(Cancellation cancellation) {
        // Before that, it may have had to wait for those before it.
        if (waitedSinceNanos == 0) {
            waitedSinceNanos = System.nanoTime();
        }
        try {
            while (true) {
                cancellation.check();
                var next = chunks.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    return next;
                }
                var took = System.nanoTime() - waitedSinceNanos;
                if (took > limit.toNanos()) {
                    token.cancel("stopped");
                }
                if (took - STOP.toNanos() > limit.toNanos()) {
                    messages = List.of("abandoned: it did not stop after " + limit.toSeconds() + " s");
                    return END;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return END;
        }
    }

    /** Stops it: nobody takes its text any more. */
    void stop() {
        isLeft = true;
        token.cancel("stopped");
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        var chunk = new byte[count];
        System.arraycopy(bytes, offset, chunk, 0, count);
        put(chunk);
    }

    /** Waits until there is room for a part of the text; where there is none, what comes after a stop is lost. */
    private void put(byte[] chunk) {
        try {
            while (!chunks.offer(chunk, LOOK_MILLIS, TimeUnit.MILLISECONDS) && !token.isCancelled()) {
                // There is room once those before are taken.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            while (!isLeft && !chunks.offer(END, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // The same.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
