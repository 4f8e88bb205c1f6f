package org.wyrm.platform.output.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import org.jspecify.annotations.Nullable;

/**
 * Passes text on to a program that shows it page by page, once it is longer than a terminal may be; what is shorter goes
 * straight to the terminal, and no program is started for it. Confined to one thread, but
 * for {@link #awaitEnd()}.
 */
public final class Pager extends OutputStream {
    private static final int LINES = 20;

    private final OutputStream terminal;
    private final String program;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int lineCount;
    private volatile @Nullable Process process;

    /**
     * @param terminal where short text goes
     * @param program what shows long text, as a command of the shell
     */
    public Pager(OutputStream terminal, String program) {
        this.terminal = terminal;
        this.program = program;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        var running = process;
        if (running != null) {
            running.getOutputStream().write(bytes, offset, count);
            return;
        }
        held.write(bytes, offset, count);
        for (var i = offset; i < offset + count; i++) {
            lineCount += bytes[i] == '\n' ? 1 : 0;
        }
        if (lineCount > LINES) {
            // Where there is no such program, the text is to be seen all the same.
            running = new ProcessBuilder("/bin/sh", "-c", program + " || cat")
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
            process = running;
            held.writeTo(running.getOutputStream());
            held.reset();
        }
    }

    /** Ends the text, and waits until the user has seen it. */
    @Override
    public void close() throws IOException {
        var running = process;
        if (running == null) {
            held.writeTo(terminal);
            held.reset();
            terminal.flush();
            return;
        }
        try {
            running.getOutputStream().close();
        } finally {
            try {
                awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until the program has ended, if it was started. */
    public void awaitEnd() throws InterruptedException {
        var running = process;
        if (running != null) {
            running.waitFor();
        }
    }
}
