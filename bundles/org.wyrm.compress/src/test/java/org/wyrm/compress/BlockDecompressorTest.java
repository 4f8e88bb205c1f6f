package org.wyrm.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lzo.LzoCompressor;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.CompressedBlocks;
import org.wyrm.testkit.dump.KdumpBuilder;

class BlockDecompressorTest {
    private static final int PAGE_BYTES = 4096;

    static byte[] compress(BlockCompression compression, byte[] plain) {
        return switch (compression) {
            case ZLIB -> KdumpBuilder.deflate(plain);
            case LZO -> compress(new LzoCompressor(), plain);
            case SNAPPY -> compress(new SnappyJavaCompressor(), plain);
            case ZSTD -> compress(new ZstdJavaCompressor(), plain);
        };
    }

    private static byte[] compress(Compressor codec, byte[] plain) {
        var room = new byte[codec.maxCompressedLength(plain.length)];
        return Arrays.copyOf(room, codec.compress(plain, 0, plain.length, room, 0, room.length));
    }

    /** A page that repeats itself the more, the smaller {@code values} is. */
    private static byte[] page(int values) {
        var random = new Random(values);
        var page = new byte[PAGE_BYTES];
        for (var i = 0; i < page.length; i++) {
            page[i] = (byte) (i % 8 < 3 ? random.nextInt(values) : 0);
        }
        return page;
    }

    private static byte[] decompress(BlockDecompressor decompressor, byte[] compressed, int byteSize) {
        var block = decompressor.decompress(ByteSlice.of("vmcore", compressed, ByteOrder.LITTLE_ENDIAN), byteSize);
        assertThat(block.isReadOnly()).isTrue();
        return block.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource
    void yieldsWhatWasCompressedToAnyThread(BlockCompression compression) {
        var decompressor = new BlockDecompressor(compression);

        assertThat(IntStream.range(1, 257).parallel().filter(values -> {
                    var compressed = compress(compression, page(values));
                    return !Arrays.equals(decompress(decompressor, compressed, PAGE_BYTES), page(values));
                }))
                .isEmpty();
    }

    @Test
    void yieldsWhatTheTestkitWrote() {
        for (var values : new int[] {1, 2, 200}) {
            var plain = page(values);
            assertThat(decompress(new BlockDecompressor(BlockCompression.LZO), CompressedBlocks.lzo(plain), PAGE_BYTES))
                    .isEqualTo(plain);
            assertThat(decompress(
                            new BlockDecompressor(BlockCompression.SNAPPY), CompressedBlocks.snappy(plain), PAGE_BYTES))
                    .isEqualTo(plain);
            assertThat(decompress(
                            new BlockDecompressor(BlockCompression.ZSTD), CompressedBlocks.zstd(plain), PAGE_BYTES))
                    .isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rejectsMoreAndLessThanPromised(BlockCompression compression) {
        var compressed = compress(compression, page(9));
        var decompressor = new BlockDecompressor(compression);

        for (var promised : new int[] {1, PAGE_BYTES - 1, PAGE_BYTES + 1, 2 * PAGE_BYTES}) {
            assertThatThrownBy(() -> decompress(decompressor, compressed, promised))
                    .as("%d bytes", promised)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("vmcore+0x0: the " + compression.label() + " data");
        }
        assertThat(decompress(decompressor, compressed, PAGE_BYTES)).isEqualTo(page(9));
    }

    @ParameterizedTest
    @EnumSource
    void reportsEveryTruncation(BlockCompression compression) {
        var compressed = compress(compression, page(9));
        var decompressor = new BlockDecompressor(compression);
        // All of a page is there before LZO's end marker.
        var endMarkerBytes = compression == BlockCompression.LZO ? 3 : 0;

        for (var length = 0; length < compressed.length - endMarkerBytes; length++) {
            var cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> decompress(decompressor, cut, PAGE_BYTES))
                    .as("cut at %d", length)
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reportsOrSurvivesEveryFlippedBit(BlockCompression compression) {
        var compressed = compress(compression, page(3));

        for (var bit = 0; bit < compressed.length * 8; bit++) {
            var damaged = compressed.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            decompressAnyway(compression, damaged);
        }
    }

    /** Anything but a page or a report of the damage gets out. */
    static void decompressAnyway(BlockCompression compression, byte[] damaged) {
        try {
            assertThat(decompress(new BlockDecompressor(compression), damaged, PAGE_BYTES))
                    .hasSize(PAGE_BYTES);
        } catch (MalformedDataException expected) {
            assertThat(expected.offsetBytes()).isZero();
        }
    }
}
