package org.wyrm.compress.internal;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.bytes.ByteSlice;

/**
 * zstd into room of the right size. As a stream, aircompressor moves its window on for each block of 128 KiB: what was
 * compressed with a window of 8 MiB takes twice as long, and with a larger one ten times.
 *
 * <pre>
 * Frame --> 0xfd2fb528 (4), descriptor (1), [window (1)] unless single, dictionary (0, 1, 2, 4), size (0, 1, 2, 4, 8), …
 * descriptor: length of the size in bits 6 and 7, single in bit 5, length of the dictionary's number in bits 0 and 1
 * </pre>
 */
public final class ZstdAtOnce {
    private static final int DESCRIPTOR_OFFSET = 4;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;
    private static final long PLAUSIBLE_RATIO = 64;
    private static final long SMALL_BYTES = 16 << 20;

    private ZstdAtOnce() {}

    /**
     * {@return all bytes; empty if their number is not known, not plausible or not right, or the data is damaged: a
     * stream will tell}
     *
     * @param promisedByteSize how many should come out, where the caller knows
     * @param mostByteSize how many may come out
     */
    public static Optional<MemorySegment> decompress(
            ByteSlice compressed, OptionalLong promisedByteSize, long mostByteSize) {
        var byteSize = promisedByteSize.isPresent() ? promisedByteSize : contentByteSize(compressed);
        if (byteSize.isEmpty() || !isPlausible(byteSize.getAsLong(), compressed.byteSize(), mostByteSize)) {
            return Optional.empty();
        }
        var segment = compressed.segment();
        // aircompressor takes an address from a segment, and from one on the heap that is read-only a wrong one.
        var input = segment.isNative()
                ? segment
                : Arena.ofAuto().allocate(segment.byteSize()).copyFrom(segment);
        var room = Arena.ofAuto().allocate(byteSize.getAsLong(), Long.BYTES);
        try {
            var count = new ZstdJavaDecompressor().decompress(input, room);
            return count == room.byteSize() ? Optional.of(room) : Optional.empty();
        } catch (RuntimeException e) {
            // Damaged, or of several frames: the stream gets all of it, or finds the place.
            return Optional.empty();
        }
    }

    private static boolean isPlausible(long byteSize, long compressedByteSize, long mostByteSize) {
        return byteSize > 0
                && byteSize <= Math.min(MOST_BYTES, mostByteSize)
                && (byteSize <= SMALL_BYTES || byteSize / PLAUSIBLE_RATIO <= compressedByteSize);
    }

    private static OptionalLong contentByteSize(ByteSlice frame) {
        if (frame.byteSize() <= DESCRIPTOR_OFFSET) {
            return OptionalLong.empty();
        }
        var descriptor = frame.u8(DESCRIPTOR_OFFSET);
        var isSingle = (descriptor & 0x20) != 0;
        var dictionaryBytes = new int[] {0, 1, 2, 4}[descriptor & 3];
        var offset = DESCRIPTOR_OFFSET + 1 + (isSingle ? 0 : 1) + dictionaryBytes;
        var little = frame.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);
        if (offset + Long.BYTES > frame.byteSize()) {
            return OptionalLong.empty();
        }
        return switch (descriptor >> 6) {
            case 0 -> isSingle ? OptionalLong.of(little.u8(offset)) : OptionalLong.empty();
            case 1 -> OptionalLong.of(little.u16(offset) + 256L);
            case 2 -> OptionalLong.of(little.u32(offset));
            default -> OptionalLong.of(little.u64(offset));
        };
    }
}
