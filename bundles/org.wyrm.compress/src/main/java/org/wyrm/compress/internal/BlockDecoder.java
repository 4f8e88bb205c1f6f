package org.wyrm.compress.internal;

import java.lang.foreign.MemorySegment;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.compress.BlockCompression;

/** Decodes one block after the other. Confined to one thread at a time. */
public interface BlockDecoder {
    /** {@return a new decoder; the classes of its codec are loaded now} */
    static BlockDecoder of(BlockCompression compression) {
        return switch (compression) {
            case ZLIB -> new ZlibBlocks();
            case LZO -> AirBlocks.lzo();
            case SNAPPY -> AirBlocks.snappy();
            case ZSTD -> AirBlocks.zstd();
        };
    }

    /**
     * {@return the bytes of a block, on the heap and read-only}
     *
     * @param byteSize how many bytes should come out
     * @throws org.wyrm.base.error.MalformedDataException if the block is damaged, or of another size
     */
    MemorySegment decode(ByteSlice compressed, int byteSize);
}
