package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.impl.exec.ExecPty;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process, by {@code stty}, which is there in 4 ms; native calls of Java take 100 to set up. What
 * was set is remembered, so that no {@code stty} is asked for what is known.
 */
final class TerminalPty extends ExecPty {
    private static final int ATTEMPTS = 5;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private @Nullable Attributes known;
    private @Nullable String config;
    private long askedNanos;

    /** @param name of the terminal: {@code /dev/pts/3} */
    TerminalPty(String name) {
        super(new ExecTerminalProvider(), SystemStream.Output, name);
    }

    /** Forgets what was remembered: another program had the terminal. */
    synchronized void forget() {
        known = null;
        config = null;
    }

    @Override
    public synchronized Attributes getAttr() throws IOException {
        var set = known;
        if (set == null) {
            set = doGetAttr(doGetConfig());
            known = set;
        }
        return new Attributes(set);
    }

    /** A terminal that knows no size, as one that a program makes, has that of the oldest. */
    @Override
    public Size getSize() throws IOException {
        var size = super.getSize();
        return size.getColumns() > 0 && size.getRows() > 0 ? size : new Size(80, 24);
    }

    @Override
    protected synchronized void doSetAttr(Attributes attributes) throws IOException {
        for (var attempt = 1; ; attempt++) {
            try {
                super.doSetAttr(attributes);
                known = new Attributes(attributes);
                return;
            } catch (IOException e) {
                // Ctrl-C is for stty too, while it runs.
                known = null;
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Size and attributes are asked for one right after the other. */
    @Override
    protected synchronized String doGetConfig() throws IOException {
        var answer = config;
        for (var attempt = 1; answer == null || System.nanoTime() - askedNanos > FRESH_NANOS; attempt++) {
            try {
                answer = super.doGetConfig();
                config = answer;
                askedNanos = System.nanoTime();
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
        return answer;
    }
}
