package org.wyrm.compress;

import java.util.HexFormat;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/** How bytes were compressed. */
public enum Compression {
    /** RFC 1950. Its two first bytes tell too little: it is never recognised, only known. */
    ZLIB("zlib", ""),
    /** RFC 1952. */
    GZIP("gzip", "1f8b08"),
    /** The .xz file format, version 1.2. */
    XZ("xz", "fd377a585a00"),
    /** RFC 8878. */
    ZSTD("zstd", "28b52ffd");

    private final String label;
    private final String magic;

    /** @param magic the first bytes, as hex digits */
    Compression(String label, String magic) {
        this.label = label;
        this.magic = magic;
    }

    /** {@return its name in messages} */
    public String label() {
        return label;
    }

    /** {@return how a file is compressed, by its first bytes; empty if it is not, or not in a known way} */
    public static Optional<Compression> ofMagic(ByteSlice file) {
        for (var compression : values()) {
            if (!compression.magic.isEmpty() && compression.begins(file)) {
                return Optional.of(compression);
            }
        }
        return Optional.empty();
    }

    private boolean begins(ByteSlice file) {
        var byteSize = magic.length() / 2;
        return file.byteSize() >= byteSize
                && HexFormat.of().formatHex(file.toArray(0, byteSize)).equals(magic);
    }
}
