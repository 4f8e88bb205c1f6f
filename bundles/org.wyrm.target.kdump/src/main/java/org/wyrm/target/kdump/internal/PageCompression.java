package org.wyrm.target.kdump.internal;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.compress.BlockCompression;
import org.wyrm.compress.BlockDecompressor;

/**
 * How a page may be compressed: one of the flags of its descriptor says it. Thread-safe.
 *
 * @param flag {@code DUMP_DH_COMPRESSED_*}
 */
record PageCompression(int flag, BlockDecompressor decompressor) {
    private PageCompression(int flag, BlockCompression compression) {
        this(flag, new BlockDecompressor(compression));
    }

    /** {@return all there are} */
    static List<PageCompression> all() {
        return List.of(
                new PageCompression(0x01, BlockCompression.ZLIB),
                new PageCompression(0x02, BlockCompression.LZO),
                new PageCompression(0x04, BlockCompression.SNAPPY),
                new PageCompression(0x20, BlockCompression.ZSTD));
    }

    /** {@return the one that flags name, if they name one} */
    static Optional<PageCompression> of(List<PageCompression> all, int flags) {
        for (var compression : all) {
            if ((flags & compression.flag) != 0) {
                return Optional.of(compression);
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the bytes of a page}
     *
     * @param pfn the page frame number, for messages
     * @throws MalformedDataException if the data is damaged, or is of another size
     */
    MemorySegment decompress(ByteSlice compressed, int pageByteSize, long pfn) {
        try {
            return decompressor.decompress(compressed, pageByteSize);
        } catch (MalformedDataException e) {
            throw compressed.malformed(
                    0, "the page with frame number 0x%x cannot be decompressed: %s".formatted(pfn, e.rule()));
        }
    }
}
