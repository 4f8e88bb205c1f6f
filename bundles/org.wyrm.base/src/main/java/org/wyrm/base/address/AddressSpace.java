package org.wyrm.base.address;

/** Which addresses are meant. */
public enum AddressSpace {
    /** Addresses on the bus: what a dump stores, in units of bytes. */
    PHYSICAL("physical"),
    /** Addresses as the target's own code uses them, in units of bytes. */
    VIRTUAL("virtual");

    private final String label;

    AddressSpace(String label) {
        this.label = label;
    }

    /** {@return the word for it in messages} */
    public String label() {
        return label;
    }
}
