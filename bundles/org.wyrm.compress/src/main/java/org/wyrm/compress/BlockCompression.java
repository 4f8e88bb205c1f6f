package org.wyrm.compress;

/** How a block was compressed whose size, once whole, is known from elsewhere: a page of memory. */
public enum BlockCompression {
    /** RFC 1950. */
    ZLIB("zlib"),
    /** LZO1X, a bare stream with its end marker, as {@code lzo1x_1_compress} writes it. */
    LZO("LZO"),
    /** Snappy's raw format, which is not its framing format. */
    SNAPPY("snappy"),
    /** RFC 8878. */
    ZSTD("zstd");

    private final String label;

    BlockCompression(String label) {
        this.label = label;
    }

    /** {@return its name in messages} */
    public String label() {
        return label;
    }
}
