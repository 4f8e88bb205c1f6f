package org.wyrm.platform.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.wyrm.base.progress.Progress;

/**
 * The last line of a terminal, which tells of work that goes on. It is there once work takes longer than a second, is
 * drawn again in its place, and is gone before anything else is written.
 *
 * <p>Thread-safe.
 */
public final class ProgressLine implements Progress, AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    // ECMA-48 §8.3.41 EL: from the cursor to the end of the line. DECAWM off: what is too long is cut, not wrapped.
    private static final String ERASE = "\r\033[K";
    private static final String CUT = "\033[?7l";
    private static final String WRAP = "\033[?7h";

    private final OutputStream terminal;
    private final LongSupplier nanoClock;
    private boolean isUnderWay;
    private boolean isDrawn;
    private boolean isClosed;
    private long beganNanos;
    private long endedNanos;
    private long drawnNanos;

    ProgressLine(OutputStream terminal, LongSupplier nanoClock) {
        this.terminal = terminal;
        this.nanoClock = nanoClock;
        endedNanos = nanoClock.getAsLong() - PATIENCE_NANOS;
    }

    /** {@return the line of a terminal} */
    public static ProgressLine on(OutputStream terminal) {
        return new ProgressLine(terminal, System::nanoTime);
    }

    /** {@return one that is never drawn, where there is no terminal} */
    public static ProgressLine off() {
        var line = on(OutputStream.nullOutputStream());
        line.close();
        return line;
    }

    @Override
    public synchronized void report(String what, long done, OptionalLong total) {
        if (isClosed) {
            return;
        }
        var now = nanoClock.getAsLong();
        if (!isUnderWay) {
            isUnderWay = true;
            // Many short pieces of work, one right after the other, are long work.
            if (now - endedNanos > REDRAW_NANOS) {
                beganNanos = now;
            }
        }
        if (now - beganNanos >= PATIENCE_NANOS && now - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = now;
            isDrawn = true;
            write(ERASE + CUT + Output.printable(what) + " …" + percentage(done, total) + WRAP);
        }
    }

    private static String percentage(long done, OptionalLong total) {
        var all = total.orElse(0);
        return all <= 0 ? "" : " " + Math.clamp((long) (100.0 * done / all), 0, 100) + " %";
    }

    @Override
    public synchronized void end() {
        isUnderWay = false;
        endedNanos = nanoClock.getAsLong();
        erase();
    }

    /** Takes the line away, until it is drawn again. */
    public synchronized void erase() {
        if (isDrawn) {
            isDrawn = false;
            write(ERASE);
        }
    }

    /** Takes the line away for good. */
    @Override
    public synchronized void close() {
        isClosed = true;
        erase();
    }

    private void write(String text) {
        try {
            terminal.write(text.getBytes(StandardCharsets.UTF_8));
            terminal.flush();
        } catch (IOException e) {
            // The terminal is gone: there is nobody to tell.
            isClosed = true;
        }
    }

    /** {@return a stream to the same terminal, before whose text this line is taken away} */
    public OutputStream above() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                synchronized (ProgressLine.this) {
                    erase();
                    terminal.write(bytes, offset, count);
                }
            }

            @Override
            public void flush() throws IOException {
                terminal.flush();
            }
        };
    }
}
