package org.wyrm.compress;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** See docs/help/fuzz.md. */
class DecompressionFuzzTest {
    static Stream<byte[]> seeds() {
        var text = "one two one two one two three".repeat(10).getBytes(StandardCharsets.UTF_8);
        return Arrays.stream(Compression.values()).map(compression -> {
            var compressed = DecompressionTest.compress(compression, text);
            var seed = new byte[compressed.length + 1];
            seed[0] = (byte) compression.ordinal();
            System.arraycopy(compressed, 0, seed, 1, compressed.length);
            return seed;
        });
    }

    /** @param bytes the number of the way, and the compressed bytes */
    @MethodSource("seeds")
    @FuzzTest
    void onlyDebuggerExceptionsComeOut(byte[] bytes) {
        if (bytes.length > 0) {
            var compression = Compression.values()[(bytes[0] & 0xff) % Compression.values().length];
            DecompressionTest.readAll(compression, Arrays.copyOfRange(bytes, 1, bytes.length));
        }
    }

    static Stream<byte[]> blocks() {
        var text = "one two one two one two three".repeat(10).getBytes(StandardCharsets.UTF_8);
        return Arrays.stream(BlockCompression.values())
                .map(compression -> BlockDecompressorTest.compress(compression, Arrays.copyOf(text, 4096)));
    }

    @MethodSource("blocks")
    @FuzzTest
    void onlyDebuggerExceptionsComeOutOfBlocks(byte[] bytes) {
        for (var compression : BlockCompression.values()) {
            BlockDecompressorTest.decompressAnyway(compression, bytes);
        }
    }
}
