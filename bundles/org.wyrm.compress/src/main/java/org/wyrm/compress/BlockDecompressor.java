package org.wyrm.compress;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.compress.internal.BlockDecoder;

/**
 * Decompresses many small blocks. Thread-safe: each thread borrows a decoder while it works, so there are as many as ever
 * worked at once; their memory goes with this object.
 */
public final class BlockDecompressor {
    private final BlockCompression compression;
    private final ConcurrentLinkedQueue<BlockDecoder> idle = new ConcurrentLinkedQueue<>();

    /** @param compression of all its blocks */
    public BlockDecompressor(BlockCompression compression) {
        this.compression = compression;
    }

    /**
     * {@return the bytes of a block, on the heap and read-only}
     *
     * @param byteSize how many bytes should come out, at least one; no more than these are made
     * @throws org.wyrm.base.error.MalformedDataException at the start of {@code compressed}, if it is damaged, or of
     *     another size
     */
    public MemorySegment decompress(ByteSlice compressed, int byteSize) {
        var borrowed = idle.poll();
        var decoder = borrowed != null ? borrowed : BlockDecoder.of(compression);
        try {
            return decoder.decode(compressed, byteSize);
        } finally {
            idle.add(decoder);
        }
    }
}
