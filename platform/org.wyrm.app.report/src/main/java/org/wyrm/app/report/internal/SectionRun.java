package org.wyrm.app.report.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.CommandResult;

/** One section that runs, in a thread of its own: whatever its command does, the others go on. Thread-safe. */
final class SectionRun implements Runnable {
    private static final int MOST_BYTES = 16 << 20;
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ApplicationContext context;
    private final Section section;
    private final List<String> words;
    private final Semaphore turns;
    private final Duration limit;
    private final Cancellation token = new Cancellation();
    private final Rows rows = new Rows();
    private boolean begun;
    private long beganNanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Finished finished;

    /** The rows as they come; more than a page can hold are an error of their command. */
    private static final class Rows extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            if (bytes.size() + len > MOST_BYTES) {
                throw new IOException("a section holds " + (MOST_BYTES >> 20) + " MiB; --limit N shows N rows of each");
            }
            bytes.write(b, off, len);
        }
    }

    /**
     * @param format of the rows
     * @param turns how many run at the same time
     * @param limit how long it may take
     */
    SectionRun(ApplicationContext context, Section section, String format, Semaphore turns, Duration limit) {
        this.context = context;
        this.section = section;
        this.words = new ArrayList<>(section.words());
        this.turns = turns;
        this.limit = limit;
        words.addAll(context.rowOptions());
        words.addAll(List.of("--format", format));
    }

    @Override
    public void run() {
        turns.acquireUninterruptibly();
        begin();
        var result =
                token.isCancelled() ? new CommandResult(1, 0, List.of("interrupted")) : context.run(words, token, rows);
        if (result.code() != 0 && token.isCancelled()) {
            result = new CommandResult(1, result.rowCount(), List.of("stopped after " + limit.toSeconds() + " s"));
        }
        end(result, rows.bytes.toString(StandardCharsets.UTF_8));
    }

    private synchronized void begin() {
        begun = true;
        beganNanos = System.nanoTime();
    }

    private synchronized void end(CommandResult result, String text) {
        if (finished == null) {
            finished = new Finished(section, result, text, time());
            turns.release();
            ended.countDown();
        }
    }

    private Duration time() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    /** Tells it to stop. */
    void cancel() {
        token.cancel("interrupted");
    }

    /** Tells it to stop if it has run for too long; abandons it if it does not. */
    synchronized void checkTime() {
        if (!begun || finished != null) {
            return;
        }
        if (time().compareTo(limit) > 0) {
            token.cancel("it takes too long");
        }
        if (time().compareTo(limit.plus(GRACE)) > 0) {
            var message = "abandoned: it did not stop when it was told to, after " + limit.toSeconds() + " s";
            end(new CommandResult(1, 0, List.of(message)), "");
        }
    }

    /** Waits a little. {@return what came of it, if it has finished} */
    @Nullable
    Finished await(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS) ? finished : null;
    }
}
