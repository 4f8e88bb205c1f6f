package org.wyrm.compress;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.compress.internal.BoundedDecompression;
import org.wyrm.compress.internal.SliceInputStream;
import org.wyrm.compress.internal.ZstdAtOnce;

/**
 * Decompresses, and ends in an error where that would yield more than the caller allows: a few bytes may claim to be
 * terabytes.
 *
 * <p>Errors name the place in the compressed bytes up to which they were read. What comes out lies outside the heap, is
 * in the order of the input, and is freed when nothing refers to it. Room is taken as the bytes come, not as they are
 * claimed. Thread-safe.
 */
public final class Decompression {
    private static final long FIRST_RATIO = 8;
    private static final long LEAST_ROOM = 64 * 1024;
    private static final int STEP_BYTES = 256 * 1024;

    private Decompression() {}

    /**
     * {@return bytes that are known to be so many}
     *
     * @param name the name of the result in messages
     * @param byteSize how many bytes should come out
     * @throws MalformedDataException if the compressed bytes break a rule, or yield more or fewer
     */
    public static ByteSlice exactly(Compression compression, ByteSlice compressed, String name, long byteSize) {
        if (byteSize < 0) {
            throw compressed.malformed(
                    0, "%s bytes can never have been compressed".formatted(Long.toUnsignedString(byteSize)));
        }
        var whole = read(compression, compressed, OptionalLong.of(byteSize), byteSize);
        if (whole.byteSize() != byteSize) {
            throw compressed.malformed(
                    compressed.byteSize(),
                    "the %s data yields 0x%x bytes, 0x%x were promised"
                            .formatted(compression.label(), whole.byteSize(), byteSize));
        }
        return ByteSlice.of(name, whole, compressed.order());
    }

    /**
     * {@return all bytes, however many they are}
     *
     * @param name the name of the result in messages
     * @param mostByteSize how many bytes may come out
     * @throws MalformedDataException if the compressed bytes break a rule, or yield more
     */
    public static ByteSlice atMost(Compression compression, ByteSlice compressed, String name, long mostByteSize) {
        return ByteSlice.of(
                name, read(compression, compressed, OptionalLong.empty(), mostByteSize), compressed.order());
    }

    /**
     * {@return a stream of the decompressed bytes, which throws {@link MalformedDataException} where the compressed ones
     * break a rule or yield too much; an {@link java.io.IOException} comes from {@code compressed} alone}
     *
     * @param name the name of the compressed bytes in messages
     * @param mostByteSize how many bytes may come out
     */
    public static InputStream stream(Compression compression, InputStream compressed, String name, long mostByteSize) {
        return new BoundedDecompression(compression, compressed, name, 0, mostByteSize);
    }

    private static MemorySegment read(
            Compression compression, ByteSlice compressed, OptionalLong promisedByteSize, long mostByteSize) {
        if (compression == Compression.ZSTD) {
            var whole = ZstdAtOnce.decompress(compressed, promisedByteSize, mostByteSize);
            if (whole.isPresent()) {
                return whole.get().asReadOnly();
            }
        }
        return readStream(compression, compressed, mostByteSize);
    }

    private static MemorySegment readStream(Compression compression, ByteSlice compressed, long mostByteSize) {
        var input = new SliceInputStream(compressed);
        var place = compressed.malformed(0, "");
        try (var stream =
                new BoundedDecompression(compression, input, place.source(), place.offsetBytes(), mostByteSize)) {
            var room = allocate(Math.min(mostByteSize, compressed.byteSize() * FIRST_RATIO + LEAST_ROOM));
            var step = new byte[(int) Math.min(STEP_BYTES, Math.max(1, mostByteSize))];
            var filled = 0L;
            for (var count = stream.fill(step); count > 0; count = stream.fill(step)) {
                if (filled + count > room.byteSize()) {
                    room = allocate(Math.min(mostByteSize, room.byteSize() * 2 + count))
                            .copyFrom(room.asSlice(0, filled));
                }
                MemorySegment.copy(step, 0, room, ValueLayout.JAVA_BYTE, filled, count);
                filled += count;
            }
            return room.asSlice(0, filled).asReadOnly();
        }
    }

    private static MemorySegment allocate(long byteSize) {
        return Arena.ofAuto().allocate(byteSize, Long.BYTES);
    }
}
