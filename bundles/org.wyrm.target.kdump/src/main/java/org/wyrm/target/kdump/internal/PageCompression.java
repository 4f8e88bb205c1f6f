package org.wyrm.target.kdump.internal;

import java.util.List;
import org.wyrm.base.error.UnsupportedTargetException;

/** How a page may be compressed: the flag says it of a page, and in the header of the dump. */
enum PageCompression {
    ZLIB(0x01, "zlib"),
    LZO(0x02, "LZO"),
    SNAPPY(0x04, "snappy"),
    ZSTD(0x20, "zstd");

    private static final List<PageCompression> ALL = List.of(values());

    private final int flag;
    private final String label;

    PageCompression(int flag, String label) {
        this.flag = flag;
        this.label = label;
    }

    /** {@return whether flags name one of these} */
    static boolean isCompressed(int flags) {
        for (var compression : ALL) {
            if (compression.isIn(flags)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Does nothing if what flags name can be read.
     *
     * @throws UnsupportedTargetException if not
     */
    static void requireSupported(int flags, String fileName) {
        for (var compression : ALL) {
            if (compression.isIn(flags) && compression != ZLIB) {
                throw new UnsupportedTargetException(
                        "%s: its pages are compressed by %s, which is not supported yet; makedumpfile -c makes zlib of it"
                                .formatted(fileName, compression.label));
            }
        }
    }

    private boolean isIn(int flags) {
        return (flags & flag) != 0;
    }
}
