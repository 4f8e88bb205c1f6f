package org.wyrm.compress.internal;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.wyrm.base.bytes.ByteSlice;

/** The bytes of a slice, one after the other. Confined to one thread. */
public final class SliceInputStream extends InputStream {
    private final MemorySegment bytes;
    private long position;

    /** Starts at the first byte of a slice. */
    public SliceInputStream(ByteSlice slice) {
        bytes = slice.segment();
    }

    @Override
    public int read() {
        return position == bytes.byteSize() ? -1 : bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
    }

    @Override
    public int read(byte[] destination, int offset, int count) {
        var copied = (int) Math.min(count, bytes.byteSize() - position);
        if (copied == 0) {
            return count == 0 ? 0 : -1;
        }
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, destination, offset, copied);
        position += copied;
        return copied;
    }

    /** {@return what is left, which is how {@code GZIPInputStream} learns whether another member follows} */
    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, bytes.byteSize() - position);
    }
}
