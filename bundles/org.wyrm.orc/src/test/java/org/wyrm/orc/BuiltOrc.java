package org.wyrm.orc;

import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.testkit.dwarf.SectionBuilder;

/** A table, entry by entry. */
final class BuiltOrc {
    static final long ADDRESS = 0xffff_ffff_8200_0000L;

    private final SectionBuilder addresses = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 8);
    private final SectionBuilder entries = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 8);

    /** Adds an entry for the code at a distance from the table. */
    BuiltOrc entry(int distance, int spOffset, int bpOffset, int flags) {
        addresses.u32(distance - addresses.position());
        entries.u16(spOffset).u16(bpOffset).u16(flags);
        return this;
    }

    byte[] addresses() {
        return addresses.build();
    }

    byte[] entries() {
        return entries.build();
    }

    OrcTable table(OrcLayout layout) {
        return table(addresses(), entries(), layout);
    }

    static OrcTable table(byte[] addresses, byte[] entries, OrcLayout layout) {
        return OrcTable.of(slice(".orc_unwind_ip", addresses), ADDRESS, slice(".orc_unwind", entries), layout);
    }

    static ByteSlice slice(String name, byte[] bytes) {
        return ByteSlice.of(name, bytes, ByteOrder.LITTLE_ENDIAN);
    }
}
