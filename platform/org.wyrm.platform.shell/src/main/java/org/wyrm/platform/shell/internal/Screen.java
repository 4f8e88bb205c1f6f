package org.wyrm.platform.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.extension.Session.Display;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;
import org.wyrm.platform.output.RowStage;

/** Where a command writes, for one run: the terminal or a pager, a file, a pipeline of the system's shell, a text. */
final class Screen implements Foreground.Work, AutoCloseable {
    private final Session session;
    private final List<String> words;
    private final Valve rows;
    private final Valve errors;
    private final Display display;
    private final @Nullable Process pipeline;
    private final @Nullable OutputStream owned;

    /** What all runs of a shell have in common. */
    interface Surroundings {
        /** {@return what runs commands} */
        Session session();

        /** {@return where rows go that go nowhere else} */
        PrintStream out();

        /** {@return options of output that count where the line says nothing} */
        List<String> defaults(boolean isTerminal);

        /** {@return what shows long text on the terminal; empty for nothing} */
        Optional<String> pager();

        /** {@return how wide the terminal is} */
        OptionalInt columns();

        /** {@return whether a line of progress may be drawn} */
        boolean isDrawn();

        /** {@return what keeps a log of the session, if something does} */
        Optional<OutputStream> log();
    }

    private Screen(
            Surroundings around, List<String> words, List<RowStage> stages, OutputStream to, boolean isTerminal) {
        this.session = around.session();
        this.words = words;
        var log = isTerminal ? around.log() : Optional.<OutputStream>empty();
        rows = new Valve(log.<OutputStream>map(file -> new Tee(to, file)).orElse(to));
        errors = new Valve(around.log()
                .<OutputStream>map(file -> new Tee(session.errors(), file))
                .orElse(session.errors()));
        var progress = around.isDrawn() ? ProgressLine.on(errors) : ProgressLine.off();
        // What a pager shows cannot be written to a log as well.
        var pager = isTerminal && log.isEmpty() ? around.pager() : Optional.<String>empty();
        Supplier<OptionalInt> columns = isTerminal ? around::columns : OptionalInt::empty;
        display = new Display(
                around.defaults(isTerminal),
                stages,
                new Output(rows, progress),
                pager,
                new PrintStream(around.isDrawn() ? progress.above() : errors, true, StandardCharsets.UTF_8),
                progress,
                columns);
        pipeline = null;
        owned = null;
    }

    private Screen(Screen plain, @Nullable Process pipeline, OutputStream owned) {
        this.session = plain.session;
        this.words = plain.words;
        this.rows = plain.rows;
        this.errors = plain.errors;
        this.display = plain.display;
        this.pipeline = pipeline;
        this.owned = owned;
    }

    /**
     * {@return where a line writes}
     *
     * @throws OperationFailedException if the file or the pipeline cannot be opened
     */
    static Screen of(Surroundings around, ShellLine line) {
        try {
            if (!line.pipeline().isEmpty()) {
                var process = Programs.pipeline(line.pipeline());
                var to = process.getOutputStream();
                return new Screen(new Screen(around, line.words(), line.stages(), to, false), process, to);
            }
            if (line.file().isPresent()) {
                var file = line.file().get();
                var to = new FileOutputStream(file.path(), file.isAppended());
                return new Screen(new Screen(around, line.words(), line.stages(), to, false), null, to);
            }
        } catch (IOException e) {
            throw new OperationFailedException(
                    "cannot write "
                            + line.file().map(ShellLine.Redirection::path).orElse(line.pipeline()) + ": "
                            + FileErrors.reason(e),
                    e);
        }
        return new Screen(around, line.words(), line.stages(), around.out(), true);
    }

    /** {@return one that keeps the text of rows} */
    static Screen into(Surroundings around, List<String> words, List<RowStage> stages, ByteArrayOutputStream text) {
        return new Screen(around, words, stages, text, false);
    }

    @Override
    public int run(Cancellation cancellation) {
        return session.run(words, cancellation, display);
    }

    /** {@return how it is shown} */
    Display display() {
        return display;
    }

    @Override
    public void awaitPrograms() throws InterruptedException {
        display.out().awaitPager();
        if (pipeline != null) {
            pipeline.waitFor();
        }
    }

    @Override
    public void abandoned() {
        rows.shut();
        errors.shut();
        session.errors().println("wyrm: interrupted; the command did not stop and is abandoned");
    }

    /** Ends what the rows went to, and waits for it. */
    @Override
    public void close() {
        display.progress().end();
        try {
            if (owned != null) {
                owned.close();
            }
        } catch (IOException nobodyReads) {
            // The program has ended before the rows.
        }
        try {
            if (pipeline != null) {
                pipeline.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes to two streams. */
    private static final class Tee extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Tee(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            first.write(b);
            second.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            first.write(bytes, offset, count);
            second.write(bytes, offset, count);
        }

        @Override
        public void flush() throws IOException {
            first.flush();
            second.flush();
        }
    }
}
