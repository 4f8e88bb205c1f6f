package org.wyrm.platform.output;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.output.internal.CsvRows;
import org.wyrm.platform.output.internal.DetailRows;
import org.wyrm.platform.output.internal.HtmlRows;
import org.wyrm.platform.output.internal.JsonRows;
import org.wyrm.platform.output.internal.Pager;
import org.wyrm.platform.output.internal.RowSink;
import org.wyrm.platform.output.internal.TableRows;
import org.wyrm.platform.output.internal.Text;
import org.wyrm.platform.output.internal.TextRows;

/**
 * Writes rows and text to one stream: standard output, which nothing else writes to. Confined to one thread.
 *
 * <p>Text that comes from a target never reaches a terminal raw: what is not printable is escaped.
 */
public final class Output implements Appendable, AutoCloseable {
    private static final int BUFFER_CHARACTERS = 1 << 15;

    private volatile OutputStream stream;
    private final ProgressLine progress;
    private long rowCount;
    private final StringBuilder buffer = new StringBuilder(BUFFER_CHARACTERS);

    /**
     * Writes to a stream.
     *
     * @param progress what may be on the same terminal
     */
    public Output(OutputStream stream, ProgressLine progress) {
        this.stream = stream;
        this.progress = progress;
    }

    /**
     * {@return the standard output of this process}
     *
     * @param progress what may be on the same terminal
     */
    public static Output standard(ProgressLine progress) {
        return new Output(new FileOutputStream(FileDescriptor.out), progress);
    }

    /**
     * Shows what follows page by page, if it is long, until this is closed.
     *
     * @param program what shows it, as a command of the shell
     */
    public void page(String program) {
        stream = new Pager(stream, program);
    }

    /** Waits until the user has left the pager, if one was started. May be called from any thread. */
    public void awaitPager() throws InterruptedException {
        if (stream instanceof Pager pager) {
            pager.awaitEnd();
        }
    }

    /**
     * {@return whether a stream of this process is a terminal}
     *
     * @param descriptor 1 for standard output, 2 for standard error
     */
    public static boolean isTerminal(int descriptor) {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** {@return how wide the terminal of this process is, as {@code stty} tells; empty if it has none, or cannot tell} */
    public static OptionalInt terminalColumns() {
        try {
            var asked = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(Redirect.DISCARD)
                    .start();
            try (var answer = asked.inputReader(StandardCharsets.US_ASCII)) {
                return columns(String.valueOf(answer.readLine()));
            }
        } catch (IOException unknown) {
            return OptionalInt.empty();
        }
    }

    /**
     * {@return the last word of a text, as a number of columns; empty if it is none, or zero}
     *
     * @param size a width, or a height and a width
     */
    public static OptionalInt columns(String size) {
        var word = size.substring(size.lastIndexOf(' ') + 1);
        return word.matches("[1-9][0-9]{0,4}") ? OptionalInt.of(Integer.parseInt(word)) : OptionalInt.empty();
    }

    /**
     * Writes all rows, each when it is found, and closes the stream of rows. On an error half-way, what is written is
     * whole: an array is closed. On an error before the first row, no header is written.
     *
     * @param layout how they look as text
     * @param columns what is known of the rows before the first is seen; may be empty
     * @return how many rows hold a value that could not be read
     * @throws ClosedPipeException if nobody reads
     */
    public long rows(Settings settings, Layout layout, List<Column> columns, Stream<? extends Record> rows) {
        var stages = settings.stages();
        var shown = columns;
        var look = layout;
        for (var stage : stages) {
            shown = stage.stage().columns(shown);
            look = stage.stage().layout(look);
        }
        var sink = sink(settings, look, shown);
        var complete = false;
        try {
            writeAll(settings, rows, sink);
            complete = true;
        } finally {
            if (complete) {
                sink.end();
            } else {
                sink.breakOff();
            }
            rowCount += sink.rowCount();
            flush();
        }
        return sink.failureCount();
    }

    /** {@return how many rows were written} */
    public long rowCount() {
        return rowCount;
    }

    private static void writeAll(Settings settings, Stream<? extends Record> rows, RowSink sink) {
        try (rows) {
            var some = rows.map(sink::read);
            for (var stage : settings.stages()) {
                some = stage.stage().apply(some);
            }
            if (settings.limit().isPresent()) {
                some = some.limit(settings.limit().getAsLong());
            }
            some.sequential().forEachOrdered(sink::row);
        }
    }

    private RowSink sink(Settings settings, Layout layout, List<Column> columns) {
        return switch (settings.format()) {
            case JSON -> JsonRows.array(this);
            case JSONL -> JsonRows.lines(this);
            case CSV -> new CsvRows(this, columns);
            case HTML -> new HtmlRows(this, layout);
            case TEXT ->
                switch (layout) {
                    case TABLE -> new TableRows(this, columns, settings.color());
                    case DETAIL -> new DetailRows(this);
                    case TEXT -> new TextRows(this, settings.color());
                };
        };
    }

    /** {@return a text with all that is not printable escaped; line ends and tabs stay} */
    public static String printable(String text) {
        return Text.lines(text);
    }

    /** {@return a text to stand in a page of HTML, with all that is not printable escaped, and all that is markup} */
    public static String html(String text) {
        return printable(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /**
     * {@return this output as a print stream, for an application that owns the process; errors are thrown as they are
     * here, and to close it closes nothing}
     */
    public PrintStream asPrintStream() {
        var bytes = new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int off, int len) {
                handOn(b, off, len);
            }

            @Override
            public void flush() {
                Output.this.flush();
            }
        };
        return new PrintStream(new BufferedOutputStream(bytes, BUFFER_CHARACTERS), false, StandardCharsets.UTF_8);
    }

    @Override
    public Output append(CharSequence text) {
        buffer.append(text);
        if (buffer.length() >= BUFFER_CHARACTERS) {
            write();
        }
        return this;
    }

    @Override
    public Output append(CharSequence text, int start, int endExclusive) {
        return append(text.subSequence(start, endExclusive));
    }

    @Override
    public Output append(char c) {
        buffer.append(c);
        return this;
    }

    /** Hands on all that was written. */
    public void flush() {
        write();
        try {
            stream.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Hands on all that was written; where a pager shows it, waits for the user to have seen it. */
    @Override
    public void close() {
        flush();
        if (stream instanceof Pager pager) {
            try {
                pager.close();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private void write() {
        if (buffer.isEmpty()) {
            return;
        }
        var bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
        buffer.setLength(0);
        handOn(bytes, 0, bytes.length);
    }

    private void handOn(byte[] bytes, int offset, int byteSize) {
        if (stream instanceof Pager) {
            // From now on the terminal may be the pager's.
            progress.close();
        } else {
            progress.erase();
        }
        try {
            stream.write(bytes, offset, byteSize);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(IOException e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("Broken pipe") || message.contains("Pipe closed")
                ? new ClosedPipeException(e)
                : new OperationFailedException("cannot write the output: " + message, e);
    }
}
