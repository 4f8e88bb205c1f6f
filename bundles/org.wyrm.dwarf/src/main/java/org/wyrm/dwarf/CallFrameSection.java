package org.wyrm.dwarf;

import org.wyrm.base.bytes.ByteSlice;

/**
 * A section with call frame information, and what is needed to read it.
 *
 * <p>Addresses are those that the section tells, or that {@code bases} makes of it. Where code is somewhere else at run
 * time, whoever asks takes the difference off; a relocatable file is relocated before.
 *
 * @param bytes of the section
 * @param kind which of the two formats it has
 * @param addressByteSize 4 or 8
 * @param zero whether code at address 0 is dead
 * @param bases what encoded pointers are relative to
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public record CallFrameSection(ByteSlice bytes, Kind kind, int addressByteSize, ZeroAddress zero, PointerBases bases) {
    /** The formats. */
    public enum Kind {
        /** {@code .debug_frame}, as DWARF has it. */
        DEBUG_FRAME,
        /** {@code .eh_frame}, as the Linux Standard Base has it. */
        EH_FRAME
    }

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if an address has neither 4 nor 8 bytes
     */
    public CallFrameSection {
        if (addressByteSize != 4 && addressByteSize != 8) {
            throw new IllegalArgumentException("an address of " + addressByteSize + " bytes");
        }
    }

    /** {@return a {@code .debug_frame}} */
    public static CallFrameSection debugFrame(ByteSlice bytes, int addressByteSize, ZeroAddress zero) {
        return new CallFrameSection(bytes, Kind.DEBUG_FRAME, addressByteSize, zero, PointerBases.ofSection(0));
    }

    /** {@return an {@code .eh_frame}; linkers take dead code out of it, so that address 0 is one as any other} */
    public static CallFrameSection ehFrame(ByteSlice bytes, int addressByteSize, PointerBases bases) {
        return new CallFrameSection(bytes, Kind.EH_FRAME, addressByteSize, ZeroAddress.IS_CODE, bases);
    }
}
