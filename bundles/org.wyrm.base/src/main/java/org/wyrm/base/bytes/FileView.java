package org.wyrm.base.bytes;

import org.wyrm.base.error.MalformedDataException;

/**
 * A file as its format sees it: mapped in one piece, which is a {@link ByteSlice}, or held by another file, in pieces.
 * Offsets are in bytes from its start, numbers in the order of the view.
 *
 * <p>Between pieces there may be holes, which read as zeros, as they would in a sparse file. Immutable and thread-safe.
 */
public interface FileView {
    /** {@return where these bytes are from, for messages} */
    String name();

    /** {@return how many bytes there are, holes included} */
    long byteSize();

    /**
     * {@return a part, whose errors name the place in this file; in place if it lies in one piece, else a copy}
     *
     * @throws MalformedDataException if it does not lie in the file, or is more than the file can have of bytes
     */
    ByteSlice slice(long offset, long partByteSize);

    /**
     * {@return bytes that lie in one piece, in place: as many as there are, none at the end}
     *
     * @param offset of the first, not after the end
     * @param mostByteSize how many are wanted
     */
    ByteSlice piece(long offset, long mostByteSize);

    /** {@return whether a part lies in the file, without a hole} */
    boolean has(long offset, long partByteSize);

    /** {@return the byte at an offset, 0 to 255} */
    default int u8(long offset) {
        return slice(offset, Byte.BYTES).u8(0);
    }

    /** {@return the signed 32-bit number at an offset} */
    default int s32(long offset) {
        return slice(offset, Integer.BYTES).s32(0);
    }

    /** {@return the 32-bit number at an offset, 0 to 2^32 - 1} */
    default long u32(long offset) {
        return slice(offset, Integer.BYTES).u32(0);
    }

    /** {@return the 64-bit number at an offset, unsigned by convention} */
    default long u64(long offset) {
        return slice(offset, Long.BYTES).u64(0);
    }

    /** {@return bytes as UTF-8 text, whole} */
    default String text(long offset, long textByteSize) {
        return slice(offset, textByteSize).text(0, textByteSize);
    }

    /**
     * Makes the error for a broken rule at an offset of this file.
     *
     * @param rule the rule broken, as a clause with the bad value
     */
    MalformedDataException malformed(long offset, String rule);
}
