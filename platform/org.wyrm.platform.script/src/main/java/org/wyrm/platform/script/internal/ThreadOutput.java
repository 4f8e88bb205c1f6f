package org.wyrm.platform.script.internal;

import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * What a class of a script or a library prints to {@code System.out} is the script's, and several may run at a time: each
 * thread, with those that it starts, has an output of its own.
 */
final class ThreadOutput extends OutputStream {
    private static final ThreadLocal<@Nullable PrintStream> OF_THREAD = new InheritableThreadLocal<>();
    private static boolean isInstalled;

    private final PrintStream otherwise;

    private ThreadOutput(PrintStream otherwise) {
        this.otherwise = otherwise;
    }

    /** Ends what was begun. */
    interface Ended extends AutoCloseable {
        @Override
        void close();
    }

    /** Leads what this thread prints somewhere, until the end. */
    static Ended to(PrintStream out) {
        install();
        OF_THREAD.set(out);
        return OF_THREAD::remove;
    }

    private static synchronized void install() {
        if (!isInstalled) {
            System.setOut(new PrintStream(new ThreadOutput(System.out), true));
            isInstalled = true;
        }
    }

    private PrintStream out() {
        var own = OF_THREAD.get();
        return own == null ? otherwise : own;
    }

    @Override
    public void write(int b) {
        out().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        out().write(bytes, offset, count);
    }

    @Override
    public void flush() {
        out().flush();
    }
}
