package org.wyrm.testkit.kallsyms;

import java.util.Map;
import java.util.OptionalLong;

/** Memory with the tables in it. Confined to one thread. */
public final class KallsymsImage {
    private final long address;
    private final byte[] bytes;
    private final Map<String, Long> addresses;

    KallsymsImage(long address, byte[] bytes, Map<String, Long> addresses) {
        this.address = address;
        this.bytes = bytes;
        this.addresses = Map.copyOf(addresses);
    }

    /** {@return the virtual address of the first byte} */
    public long address() {
        return address;
    }

    /** {@return the memory itself: what is written to it is there} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return where a table is, if this kernel has it: {@code kallsyms_names}} */
    public OptionalLong find(String table) {
        var at = addresses.get(table);
        return at == null ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /** {@return where a table is, which this kernel has} */
    public long addressOf(String table) {
        return find(table).orElseThrow();
    }

    /** {@return where a table is in {@link #bytes}} */
    public int offsetOf(String table) {
        return (int) (addressOf(table) - address);
    }
}
