package org.wyrm.base.address;

/**
 * An address as the target's own code uses it.
 *
 * @param value the address, unsigned, in bytes
 */
public record VirtualAddress(long value) implements Comparable<VirtualAddress> {
    @Override
    public int compareTo(VirtualAddress other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** {@return the address as {@code 0x} and 16 digits} */
    @Override
    public String toString() {
        var digits = Long.toHexString(value);
        return "0x" + "0".repeat(16 - digits.length()) + digits;
    }
}
