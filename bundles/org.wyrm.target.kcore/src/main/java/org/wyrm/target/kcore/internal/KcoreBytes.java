package org.wyrm.target.kcore.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Who reads {@code /proc/kcore}: this process, or one that may. Thread-safe. */
interface KcoreBytes extends Closeable {
    /**
     * Reads at a place.
     *
     * @return how many bytes; 0 or below at the end
     * @throws IOException if the system does not give them
     */
    int read(ByteBuffer to, long offset) throws IOException;

    /** {@return this process} */
    static KcoreBytes of(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        return new KcoreBytes() {
            @Override
            public int read(ByteBuffer to, long offset) throws IOException {
                return channel.read(to, offset);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
