package org.wyrm.target.kdump.internal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * Decompresses pages. Thread-safe: each thread borrows an inflater while it works, so there are as many as ever worked at
 * once; their native memory goes with this object.
 */
final class ZlibPages {
    private final ConcurrentLinkedQueue<Inflater> idle = new ConcurrentLinkedQueue<>();

    /**
     * {@return the bytes of a page}
     *
     * @param pfn the page frame number, for messages
     * @throws MalformedDataException if the data is damaged, or is of another size
     */
    byte[] decompress(ByteSlice compressed, int pageByteSize, long pfn) {
        var borrowed = idle.poll();
        var inflater = borrowed != null ? borrowed : new Inflater();
        try {
            return decompress(inflater, compressed, pageByteSize, pfn);
        } finally {
            inflater.reset();
            idle.add(inflater);
        }
    }

    private static byte[] decompress(Inflater inflater, ByteSlice compressed, int pageByteSize, long pfn) {
        try {
            // One byte more than a page: so the end of the data is reached, where its checksum is.
            var page = new byte[pageByteSize + 1];
            inflater.setInput(compressed.segment().asByteBuffer());
            var byteSize = inflater.inflate(page);
            if (byteSize > pageByteSize) {
                throw damaged(compressed, pfn, "it has more than %d bytes".formatted(pageByteSize));
            }
            if (!inflater.finished() || byteSize < pageByteSize) {
                throw damaged(compressed, pfn, "its data ends after %d bytes of %d".formatted(byteSize, pageByteSize));
            }
            return page;
        } catch (DataFormatException e) {
            throw damaged(compressed, pfn, String.valueOf(e.getMessage()));
        }
    }

    private static MalformedDataException damaged(ByteSlice compressed, long pfn, String why) {
        return compressed.malformed(
                0, "the page with frame number 0x%x cannot be decompressed: %s".formatted(pfn, why));
    }
}
