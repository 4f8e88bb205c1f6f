package org.wyrm.dwarf;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the encoded pointers of {@code .eh_frame} are relative to.
 *
 * @param section the address of the section's first byte
 * @param text the address of {@code .text}, for {@code DW_EH_PE_textrel}, if it is known
 * @param data the address of the global offset table, for {@code DW_EH_PE_datarel}, if it is known
 * @param memory reads what {@code DW_EH_PE_indirect} leads to, if it can be read
 */
public record PointerBases(long section, OptionalLong text, OptionalLong data, Optional<Memory> memory) {
    /** Memory that pointers are read from. */
    @FunctionalInterface
    public interface Memory {
        /** {@return the pointer at an address, if it is there} */
        OptionalLong pointer(long address);
    }

    /** {@return those of a section of which only the address is known, as it is enough for today's compilers} */
    public static PointerBases ofSection(long address) {
        return new PointerBases(address, OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
    }
}
