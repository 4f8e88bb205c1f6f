package org.wyrm.itest.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.compress.Compression;
import org.wyrm.compress.Decompression;

/** The codecs of others in a plain framework: one is a bundle, one is inside ours and needs sun.misc. */
class CodecsTest {
    private static final String TEXT = "hello, hello, hello, hello, hello";

    @Test
    void theirClassesAreFound() {
        // What the commands zstd and xz made of the text.
        var zstd = HexFormat.of().parseHex("28b52ffd04586d00003868656c6c6f2c200100b28b110dacd105");
        var xz = Base64.getDecoder()
                .decode("/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAgAA1dADQZSe6N74yKj8Q8gAAAAAAAGxNNBISAL+kAASkhnjqpKB+283"
                        + "0BAAAAAARZWg==");

        assertThat(decompressed(Compression.ZSTD, zstd)).isEqualTo(TEXT);
        assertThat(decompressed(Compression.XZ, xz)).isEqualTo(TEXT);
    }

    private static String decompressed(Compression compression, byte[] bytes) {
        var compressed = ByteSlice.of("compressed", bytes, ByteOrder.LITTLE_ENDIAN);
        return Decompression.exactly(compression, compressed, "text", TEXT.length())
                .text(0, TEXT.length());
    }
}
