package org.wyrm.compress.internal;

import java.lang.foreign.MemorySegment;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.wyrm.base.bytes.ByteSlice;

/** Blocks of zlib. The native memory of the inflater goes with this object. */
final class ZlibBlocks implements BlockDecoder {
    private final Inflater inflater = new Inflater();

    @Override
    public MemorySegment decode(ByteSlice compressed, int byteSize) {
        try {
            // One byte more than asked for: so the end of the data is reached, where its checksum is.
            var block = new byte[byteSize + 1];
            inflater.setInput(compressed.segment().asByteBuffer());
            var inflated = inflater.inflate(block);
            if (inflated > byteSize) {
                throw compressed.malformed(0, "the zlib data has more than %d bytes".formatted(byteSize));
            }
            if (!inflater.finished() || inflated < byteSize) {
                throw compressed.malformed(0, "the zlib data ends after %d bytes of %d".formatted(inflated, byteSize));
            }
            return MemorySegment.ofArray(block).asSlice(0, byteSize).asReadOnly();
        } catch (DataFormatException e) {
            throw compressed.malformed(0, "the zlib data is damaged (%s)".formatted(e.getMessage()));
        } finally {
            inflater.reset();
        }
    }
}
