package org.wyrm.base.error;

/** An object of the target was read, and breaks a rule of its kind: a list that loops, a node with a wrong parent. */
public final class CorruptStructureException extends DebuggerException {
    private final long address;

    /**
     * @param kind what the object is: {@code list_head}
     * @param address the object's virtual address
     * @param rule what is wrong with it, as a clause: {@code the list loops after 12 nodes}
     */
    public CorruptStructureException(String kind, long address, String rule) {
        super(kind + " at 0x" + Long.toHexString(address) + ": " + rule, null);
        this.address = address;
    }

    /** {@return the object's virtual address} */
    public long address() {
        return address;
    }
}
