package org.wyrm.base.error;

import org.wyrm.base.address.AddressSpace;

/** Target memory could not be read. Expected in a dump: catch it, show the address, go on. */
public final class FaultException extends DebuggerException {
    /** What keeps memory from being read. */
    public enum Kind {
        /** The page tables map no page there. */
        NOT_MAPPED,

        /** The target has no memory there, or none that its dump knows of. */
        NO_MEMORY,

        /** It is memory of a kind that the writer of the dump left out. */
        LEFT_OUT,

        /** It should be in the dump, which is cut short, was not finished, or lacks a part. */
        MISSING,

        /** Another one, which the reason tells. */
        OTHER
    }

    private final Kind kind;
    private final AddressSpace space;
    private final long address;
    private final String reason;

    /**
     * @param address the first byte that could not be read, not where the read began
     * @param reason why, as a clause: {@code not in the dump}
     */
    public FaultException(AddressSpace space, long address, String reason) {
        this(Kind.OTHER, space, address, reason);
    }

    /**
     * @param kind of a fault of virtual memory behind page tables: that of the physical one, if there is one
     * @param address the first byte that could not be read, not where the read began
     * @param reason why, as a clause: {@code not in the dump}
     */
    public FaultException(Kind kind, AddressSpace space, long address, String reason) {
        super("cannot read " + space.label() + " address " + hex(address) + ": " + reason, null);
        this.kind = kind;
        this.space = space;
        this.address = address;
        this.reason = reason;
    }

    /** {@return what keeps it from being read} */
    public Kind kind() {
        return kind;
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
