package org.wyrm.platform.shell.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that can be shut while another thread writes to it: what a command writes after it was abandoned is lost. */
final class Valve extends FilterOutputStream {
    private volatile boolean isShut;

    Valve(OutputStream stream) {
        super(stream);
    }

    void shut() {
        isShut = true;
    }

    @Override
    public void write(int b) throws IOException {
        check();
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        check();
        out.write(bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
        check();
        out.flush();
    }

    /** The stream goes on to be used by others. */
    @Override
    public void close() throws IOException {
        flush();
    }

    private void check() throws IOException {
        if (isShut) {
            throw new IOException("Pipe closed");
        }
    }
}
