package org.wyrm.btf;

/**
 * What a BTF_KIND_INT says.
 *
 * @param encoding a sum of {@link #SIGNED}, {@link #CHAR} and {@link #BOOL}
 * @param byteSize the size of what holds it, in bytes, 1 to 16
 * @param bitOffset where the number starts in what holds it, in bits; not 0 only in a bit field of an old producer
 * @param bits how many bits the number has; fewer than its bytes have only in a bit field of an old producer
 */
public record BtfInteger(int encoding, int byteSize, int bitOffset, int bits) {
    /** It has a sign. */
    public static final int SIGNED = 1;
    /** It is a character; no known producer says so. */
    public static final int CHAR = 2;
    /** It is {@code _Bool}. */
    public static final int BOOL = 4;

    /** {@return whether the number fills its bytes; if not, it is part of them as a bit field is} */
    public boolean isWhole() {
        return bitOffset == 0 && bits == byteSize * Byte.SIZE;
    }
}
