package org.wyrm.target.process.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.wyrm.base.cancellation.Cancellation;

/**
 * Which pages a process has in memory or in swap: 64 bits for each page of its addresses. Thread-safe.
 *
 * @kernel Documentation/admin-guide/mm/pagemap.rst
 */
record TouchedPages(FileChannel pagemap) {
    private static final int PAGE_SHIFT = 12;
    private static final int ENTRIES = 4096;

    /** Present, or swapped out. */
    private static final long TOUCHED = 3L << 62;

    /** {@return the lowest address at or above another one whose page was touched; one above the last if there is none} */
    long nextTouched(long first, long last, Cancellation cancellation) {
        var buffer = ByteBuffer.allocate(ENTRIES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        var page = first >>> PAGE_SHIFT;
        while (page <= last >>> PAGE_SHIFT) {
            cancellation.check();
            read(buffer.clear(), page * Long.BYTES);
            if (!buffer.flip().hasRemaining()) {
                // It has ended.
                return last + 1;
            }
            for (; buffer.remaining() >= Long.BYTES; page++) {
                if ((buffer.getLong() & TOUCHED) != 0) {
                    return Math.max(first, page << PAGE_SHIFT);
                }
            }
        }
        return last + 1;
    }

    private void read(ByteBuffer buffer, long offset) {
        try {
            pagemap.read(buffer, offset);
        } catch (IOException e) {
            // ESRCH: as if nothing were there.
            return;
        }
    }

    void close() throws IOException {
        pagemap.close();
    }
}
