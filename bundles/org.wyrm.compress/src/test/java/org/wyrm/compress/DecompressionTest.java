package org.wyrm.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;

@Timeout(60)
class DecompressionTest {
    private static final byte[] TEXT = "Debug information is mostly repetition, repetition, repetition. "
            .repeat(20)
            .getBytes(StandardCharsets.UTF_8);

    static byte[] compress(Compression compression, byte[] plain) {
        try (var out = new ByteArrayOutputStream()) {
            switch (compression) {
                case ZLIB -> {
                    try (var codec = new DeflaterOutputStream(out)) {
                        codec.write(plain);
                    }
                }
                case GZIP -> {
                    try (var codec = new GZIPOutputStream(out)) {
                        codec.write(plain);
                    }
                }
                case XZ -> {
                    try (var codec = new XZOutputStream(out, new LZMA2Options(1))) {
                        codec.write(plain);
                    }
                }
                case ZSTD -> {
                    // Not ZstdOutputStream: its checksum and frame are what this library likes best.
                    var codec = new io.airlift.compress.v3.zstd.ZstdJavaCompressor();
                    var room = new byte[codec.maxCompressedLength(plain.length)];
                    out.write(room, 0, codec.compress(plain, 0, plain.length, room, 0, room.length));
                }
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteSlice slice(byte[] bytes) {
        return ByteSlice.of("vmlinux[.debug_info]", bytes, ByteOrder.BIG_ENDIAN);
    }

    private static byte[] all(ByteSlice slice) {
        return slice.toArray(0, slice.byteSize());
    }

    @ParameterizedTest
    @EnumSource
    void yieldsWhatWasCompressed(Compression compression) {
        var compressed = slice(compress(compression, TEXT));

        var exact = Decompression.exactly(compression, compressed, "plain", TEXT.length);

        assertThat(all(exact)).isEqualTo(TEXT);
        assertThat(exact.name()).isEqualTo("plain");
        assertThat(exact.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(all(Decompression.atMost(compression, compressed, "plain", TEXT.length)))
                .isEqualTo(TEXT);
        assertThat(all(Decompression.atMost(compression, compressed, "plain", Long.MAX_VALUE)))
                .isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource
    void yieldsMegabytes(Compression compression) {
        var plain = new byte[5 << 20];
        var random = new Random(1);
        for (var i = 0; i < plain.length; i++) {
            plain[i] = (byte) (i % 7 == 0 ? random.nextInt(16) : i >> 10);
        }

        var whole = Decompression.exactly(compression, slice(compress(compression, plain)), "plain", plain.length);

        assertThat(Arrays.equals(all(whole), plain)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void yieldsNothingFromNothing(Compression compression) {
        var compressed = slice(compress(compression, new byte[0]));

        assertThat(Decompression.exactly(compression, compressed, "plain", 0).byteSize())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void readsAStreamToo(Compression compression) throws IOException {
        var compressed = new ByteArrayInputStream(compress(compression, TEXT));

        assertThat(Decompression.stream(compression, compressed, "a.ko", TEXT.length)
                        .readAllBytes())
                .isEqualTo(TEXT);
    }

    @Test
    void aStreamSaysWhatItsInputSays() {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unplugged");
            }
        };

        assertThatThrownBy(() -> Decompression.stream(Compression.ZSTD, broken, "a.ko", 1)
                        .readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessage("unplugged");
    }

    @ParameterizedTest
    @EnumSource
    void endsABombAtTheLimit(Compression compression) {
        var bomb = slice(compress(compression, new byte[20 << 20]));

        assertThatThrownBy(() -> Decompression.atMost(compression, bomb, "plain", 1 << 20))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageStartingWith("vmlinux[.debug_info]+0x")
                .hasMessageEndingWith("the %s data yields more than 0x100000 bytes".formatted(compression.label()));
    }

    @ParameterizedTest
    @EnumSource
    void takesNoRoomForAPromise(Compression compression) {
        var compressed = slice(compress(compression, TEXT));

        assertThatThrownBy(() -> Decompression.exactly(compression, compressed, "plain", Long.MAX_VALUE))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageEndingWith("the %s data yields 0x%x bytes, 0x7fffffffffffffff were promised"
                        .formatted(compression.label(), TEXT.length));
        assertThatThrownBy(() -> Decompression.exactly(compression, compressed, "plain", -1))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageEndingWith("18446744073709551615 bytes can never have been compressed");
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsReported(Compression compression) {
        var compressed = compress(compression, TEXT);

        Damage.truncated(compressed)
                .forEach(cut -> assertThatThrownBy(
                                () -> Decompression.exactly(compression, slice(cut), "plain", TEXT.length))
                        .as("%s cut at %d of %d", compression, cut.length, compressed.length)
                        .isInstanceOf(MalformedDataException.class));
    }

    @ParameterizedTest
    @EnumSource
    void everyDamageIsReportedOrHarmless(Compression compression) {
        var compressed = compress(compression, TEXT);

        Damage.extremes(compressed, 0, compressed.length).forEach(bytes -> readAll(compression, bytes));
    }

    /** Decompresses; anything but a {@link MalformedDataException} gets out. */
    static void readAll(Compression compression, byte[] bytes) {
        try {
            assertThat(Decompression.atMost(compression, slice(bytes), "plain", 1 << 20)
                            .byteSize())
                    .isLessThanOrEqualTo(1 << 20);
        } catch (MalformedDataException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "XZ", "ZSTD"})
    void isRecognisedByItsFirstBytes(Compression compression) {
        var compressed = compress(compression, TEXT);

        assertThat(Compression.ofMagic(slice(compressed))).contains(compression);
        assertThat(Compression.ofMagic(slice(Arrays.copyOf(compressed, 2)))).isEmpty();
        assertThat(Compression.ofMagic(slice(compress(Compression.ZLIB, TEXT)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "XZ", "ZSTD"})
    void mayComeInSeveralParts(Compression compression) {
        var parts = new ByteArrayOutputStream();
        parts.writeBytes(compress(compression, TEXT));
        parts.writeBytes(compress(compression, new byte[100]));

        var whole = Decompression.exactly(compression, slice(parts.toByteArray()), "plain", TEXT.length + 100L);

        assertThat(whole.toArray(0, TEXT.length)).isEqualTo(TEXT);
    }
}
