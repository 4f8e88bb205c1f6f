package org.wyrm.compress.internal;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.compress.Compression;

/**
 * A decoder between two bounds: what it reads is counted, so that an error has its place, and what it yields is counted,
 * so that it ends. A codec is made at the first read, and its classes are loaded then. Confined to one thread.
 */
public final class BoundedDecompression extends InputStream {
    private static final int INPUT_BUFFER_BYTES = 32 * 1024;

    /** A dictionary of 256 MiB and what goes with it; {@code xz -9} needs 65 MiB. */
    private static final int MOST_XZ_KIB = 300 * 1024;

    private final Compression compression;
    private final CountingInput input;
    private final String name;
    private final long firstOffset;
    private final long mostByteSize;
    private @Nullable InputStream codec;
    private @Nullable Inflater inflater;
    private long yielded;

    /**
     * @param name of the compressed bytes
     * @param firstOffset the offset of their first, for messages
     * @param mostByteSize how many bytes may come out
     */
    public BoundedDecompression(
            Compression compression, InputStream input, String name, long firstOffset, long mostByteSize) {
        this.compression = compression;
        this.input = new CountingInput(input);
        this.name = name;
        this.firstOffset = firstOffset;
        this.mostByteSize = mostByteSize;
    }

    /** {@return how many bytes were put into {@code destination}: all that it has room for, fewer only at the end} */
    public int fill(byte[] destination) {
        try {
            return readNBytes(destination, 0, destination.length);
        } catch (IOException e) {
            // The input is memory.
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] destination, int offset, int count) throws IOException {
        int read;
        try {
            read = codec().read(destination, offset, count);
        } catch (IOException e) {
            if (input.failed) {
                throw e;
            }
            throw damaged(e);
        } catch (RuntimeException e) {
            // aircompressor's MalformedInputException, and what indexes out of range its decoder makes of damage.
            throw damaged(e);
        }
        yielded += Math.max(0, read);
        if (yielded > mostByteSize) {
            throw malformed("the %s data yields more than 0x%x bytes".formatted(compression.label(), mostByteSize));
        }
        return read;
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
        try {
            input.close();
        } catch (IOException e) {
            // All that was wanted has been read.
            return;
        }
    }

    private InputStream codec() throws IOException {
        var made = codec;
        if (made == null) {
            made = switch (compression) {
                case ZLIB -> inflate();
                case GZIP -> new GZIPInputStream(input, INPUT_BUFFER_BYTES);
                case XZ -> Xz.open(input);
                case ZSTD -> Zstd.open(input);
            };
            codec = made;
        }
        return made;
    }

    private InputStream inflate() {
        var made = new Inflater();
        inflater = made;
        return new InflaterInputStream(input, made, INPUT_BUFFER_BYTES);
    }

    /** Keeps XZ's classes away from those who have no use for them. */
    private static final class Xz {
        static InputStream open(InputStream input) throws IOException {
            return new XZInputStream(input, MOST_XZ_KIB);
        }
    }

    /** Keeps aircompressor's classes away from those who have no use for them. */
    private static final class Zstd {
        static InputStream open(InputStream input) {
            return new ZstdInputStream(input);
        }
    }

    private MalformedDataException damaged(Exception said) {
        var message = said.getMessage();
        return malformed("the %s data is damaged or cut short (%s)"
                .formatted(
                        compression.label(), message == null ? said.getClass().getSimpleName() : message.strip()));
    }

    private MalformedDataException malformed(String rule) {
        return new MalformedDataException(name, firstOffset + input.consumed, rule);
    }

    /** Counts what is read, and tells a failure of it from damage that the codec found. */
    private static final class CountingInput extends InputStream {
        private final InputStream input;
        private long consumed;
        private boolean failed;

        CountingInput(InputStream input) {
            this.input = input;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] destination, int offset, int count) throws IOException {
            try {
                var read = input.read(destination, offset, count);
                consumed += Math.max(0, read);
                return read;
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public int available() throws IOException {
            return input.available();
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }
}
