package org.wyrm.elf;

import java.nio.ByteOrder;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.UnsupportedTargetException;

/**
 * What a compressed section says of its content. In one of two forms:
 *
 * <pre>
 * SHF_COMPRESSED, 32 bits   64 bits
 *                  0  0     ch_type (4)
 *                     4     ch_reserved (4)
 *                  4  8     ch_size (4, 8)
 *                  8 16     ch_addralign (4, 8)
 *                 12 24     compressed bytes
 *
 * .zdebug_*         0       "ZLIB"
 *                   4       size (8), big-endian in every file
 *                  12       compressed bytes
 * </pre>
 *
 * @param kind how the bytes are compressed
 * @param byteSize how many they are after decompression, unsigned; it is only said, and may be anything
 * @param alignmentBytes what the content is aligned to; 1 where it is not said
 * @param compressed the compressed bytes
 * @elf Section Compression
 */
public record ElfCompressedSection(Kind kind, long byteSize, long alignmentBytes, ByteSlice compressed) {
    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final int ELFCOMPRESS_ZSTD = 2;
    private static final String GNU_PREFIX = ".zdebug";
    private static final int GNU_HEADER_BYTES = 12;

    /** A way to compress. */
    public enum Kind {
        /** RFC 1950. */
        ZLIB,
        /** RFC 8878. */
        ZSTD
    }

    static Optional<ElfCompressedSection> of(ElfSection section, ByteSlice bytes, int addressBits) {
        if (section.has(ElfSection.SHF_COMPRESSED)) {
            return Optional.of(withHeader(bytes, addressBits));
        }
        if (section.name().startsWith(GNU_PREFIX)
                && bytes.byteSize() >= GNU_HEADER_BYTES
                && bytes.text(0, 4).equals("ZLIB")) {
            return Optional.of(new ElfCompressedSection(
                    Kind.ZLIB,
                    bytes.withOrder(ByteOrder.BIG_ENDIAN).u64(4),
                    1,
                    bytes.slice(GNU_HEADER_BYTES, bytes.byteSize() - GNU_HEADER_BYTES)));
        }
        return Optional.empty();
    }

    private static ElfCompressedSection withHeader(ByteSlice bytes, int addressBits) {
        var wide = addressBits == 64;
        var headerByteSize = wide ? 24 : 12;
        if (bytes.byteSize() < headerByteSize) {
            throw bytes.malformed(
                    bytes.byteSize(),
                    "the section ends inside its compression header of %d bytes".formatted(headerByteSize));
        }
        var kind = switch (bytes.s32(0)) {
            case ELFCOMPRESS_ZLIB -> Kind.ZLIB;
            case ELFCOMPRESS_ZSTD -> Kind.ZSTD;
            default ->
                throw new UnsupportedTargetException("%s: compressed in way %d; known are 1 (zlib) and 2 (zstd)"
                        .formatted(bytes.name(), bytes.u32(0)));
        };
        return new ElfCompressedSection(
                kind,
                wide ? bytes.u64(8) : bytes.u32(4),
                wide ? bytes.u64(16) : bytes.u32(8),
                bytes.slice(headerByteSize, bytes.byteSize() - headerByteSize));
    }
}
