package org.wyrm.compress.internal;

import io.airlift.compress.v3.Decompressor;
import io.airlift.compress.v3.lzo.LzoDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.lang.foreign.MemorySegment;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.compress.BlockCompression;

/** Blocks of a codec of aircompressor. */
final class AirBlocks implements BlockDecoder {
    private final BlockCompression compression;
    private final Decompressor codec;

    private AirBlocks(BlockCompression compression, Decompressor codec) {
        this.compression = compression;
        this.codec = codec;
    }

    static BlockDecoder lzo() {
        return new AirBlocks(BlockCompression.LZO, new LzoDecompressor());
    }

    static BlockDecoder snappy() {
        return new AirBlocks(BlockCompression.SNAPPY, new SnappyJavaDecompressor());
    }

    static BlockDecoder zstd() {
        return new AirBlocks(BlockCompression.ZSTD, new ZstdJavaDecompressor());
    }

    @Override
    public MemorySegment decode(ByteSlice compressed, int byteSize) {
        // Not by segments: aircompressor takes a wrong address from one on the heap that is read-only.
        var input = compressed.toArray(0, compressed.byteSize());
        var block = new byte[byteSize];
        int decoded;
        try {
            decoded = codec.decompress(input, 0, input.length, block, 0, byteSize);
        } catch (RuntimeException e) {
            // aircompressor's MalformedInputException, and what indexes out of range its decoder makes of damage.
            var message = e.getMessage();
            throw compressed.malformed(
                    0,
                    "the %s data is damaged (%s)"
                            .formatted(
                                    compression.label(),
                                    message == null ? e.getClass().getSimpleName() : message.strip()));
        }
        if (decoded != byteSize) {
            throw compressed.malformed(
                    0, "the %s data ends after %d bytes of %d".formatted(compression.label(), decoded, byteSize));
        }
        return MemorySegment.ofArray(block).asReadOnly();
    }
}
