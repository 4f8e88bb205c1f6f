package org.wyrm.base.address;

/**
 * An address on the bus of the target.
 *
 * @param value the address, unsigned, in bytes
 */
public record PhysicalAddress(long value) implements Comparable<PhysicalAddress> {
    @Override
    public int compareTo(PhysicalAddress other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** {@return the address as {@code 0x} and 16 digits} */
    @Override
    public String toString() {
        var digits = Long.toHexString(value);
        return "0x" + "0".repeat(16 - digits.length()) + digits;
    }
}
