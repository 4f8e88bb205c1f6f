package org.wyrm.base.address;

/**
 * A range of addresses that is never empty. Its end is inclusive, so that it may reach 2^64 - 1.
 *
 * @param firstAddress the lowest address, unsigned
 * @param lastAddress the highest address, unsigned, inclusive
 */
public record AddressRange(long firstAddress, long lastAddress) {
    public AddressRange {
        if (Long.compareUnsigned(firstAddress, lastAddress) > 0) {
            throw new IllegalArgumentException("first address 0x" + Long.toHexString(firstAddress) + " is after last 0x"
                    + Long.toHexString(lastAddress));
        }
    }

    /** {@return whether an address is in this range} */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - firstAddress, lastAddress - firstAddress) <= 0;
    }
}
