package org.wyrm.base.error;

import org.wyrm.base.address.AddressSpace;

/** Target memory could not be read. Expected in a dump: catch it, show the address, go on. */
public final class FaultException extends DebuggerException {
    private final AddressSpace space;
    private final long address;
    private final String reason;

    /**
     * @param address the first byte that could not be read, not where the read began
     * @param reason why, as a clause: {@code not in the dump}
     */
    public FaultException(AddressSpace space, long address, String reason) {
        super("cannot read " + space.label() + " address " + hex(address) + ": " + reason, null);
        this.space = space;
        this.address = address;
        this.reason = reason;
    }

    /** {@return the space that {@link #address()} belongs to} */
    public AddressSpace space() {
        return space;
    }

    /** {@return the first address that could not be read} */
    public long address() {
        return address;
    }

    /** {@return why, as a clause} */
    public String reason() {
        return reason;
    }

    private static String hex(long address) {
        var digits = Long.toHexString(address);
        return "0x" + "0".repeat(16 - digits.length()) + digits;
    }
}
