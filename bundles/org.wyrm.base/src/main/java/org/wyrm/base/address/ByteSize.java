package org.wyrm.base.address;

/**
 * A size in bytes. Renderers add {@code _bytes} to its key.
 *
 * @param bytes the size, unsigned, in bytes
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    @Override
    public int compareTo(ByteSize other) {
        return Long.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bytes);
    }
}
