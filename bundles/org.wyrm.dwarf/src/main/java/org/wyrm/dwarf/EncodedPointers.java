package org.wyrm.dwarf;

import java.util.OptionalLong;
import org.wyrm.base.error.MalformedDataException;

/**
 * Reads pointers as {@code .eh_frame} encodes them: a byte says how.
 *
 * <pre>
 * bits 0-3   the format: an address, LEB128, 2, 4 or 8 bytes; from 8 on signed
 * bits 4-6   what it is relative to
 * bit 7      it leads to the pointer
 * 0xff       there is none
 * </pre>
 *
 * @see <a href="https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/dwarfext.html">LSB</a>
 */
final class EncodedPointers {
    static final int DW_EH_PE_absptr = 0x00;
    static final int DW_EH_PE_omit = 0xff;

    private static final int DW_EH_PE_uleb128 = 0x01;
    private static final int DW_EH_PE_udata2 = 0x02;
    private static final int DW_EH_PE_udata4 = 0x03;
    private static final int DW_EH_PE_udata8 = 0x04;
    private static final int DW_EH_PE_signed = 0x08;
    private static final int DW_EH_PE_sleb128 = 0x09;
    private static final int DW_EH_PE_sdata2 = 0x0a;
    private static final int DW_EH_PE_sdata4 = 0x0b;
    private static final int DW_EH_PE_sdata8 = 0x0c;
    private static final int DW_EH_PE_pcrel = 0x10;
    private static final int DW_EH_PE_textrel = 0x20;
    private static final int DW_EH_PE_datarel = 0x30;
    private static final int DW_EH_PE_funcrel = 0x40;
    private static final int DW_EH_PE_aligned = 0x50;
    private static final int DW_EH_PE_indirect = 0x80;

    private final SectionCursor cursor;
    private final PointerBases bases;
    private final int addressByteSize;

    EncodedPointers(SectionCursor cursor, PointerBases bases, int addressByteSize) {
        this.cursor = cursor;
        this.bases = bases;
        this.addressByteSize = addressByteSize;
    }

    /** {@return the address that the pointer at the cursor leads to; one relative to a function is rejected} */
    long address(int encoding) {
        return address(encoding, OptionalLong.empty());
    }

    /**
     * {@return the address that the pointer at the cursor leads to}
     *
     * @param function where the function starts, once that is known
     */
    long address(int encoding, OptionalLong function) {
        if (encoding == DW_EH_PE_omit) {
            throw cursor.malformed(cursor.position(), "an address is needed, and its encoding says that there is none");
        }
        var start = cursor.position();
        var application = encoding & 0x70;
        if (application == DW_EH_PE_aligned) {
            align();
        }
        var address = base(start, application, function) + number(encoding) & mask();
        return (encoding & DW_EH_PE_indirect) == 0 ? address : indirect(start, address);
    }

    /** {@return the number at the cursor, in the format of an encoding and relative to nothing} */
    long number(int encoding) {
        return switch (encoding & 0x0f) {
            case DW_EH_PE_absptr, DW_EH_PE_signed -> cursor.unsigned(addressByteSize);
            case DW_EH_PE_uleb128 -> cursor.uleb128();
            case DW_EH_PE_udata2 -> cursor.u16();
            case DW_EH_PE_udata4 -> cursor.u32();
            case DW_EH_PE_udata8, DW_EH_PE_sdata8 -> cursor.u64();
            case DW_EH_PE_sleb128 -> cursor.sleb128();
            case DW_EH_PE_sdata2 -> (short) cursor.u16();
            case DW_EH_PE_sdata4 -> cursor.s32();
            default -> throw unknown(cursor.position(), encoding);
        };
    }

    /** Goes over a pointer. */
    void skip(int encoding) {
        if (encoding != DW_EH_PE_omit) {
            if ((encoding & 0x70) == DW_EH_PE_aligned) {
                align();
            }
            number(encoding);
        }
    }

    private long base(long start, int application, OptionalLong function) {
        return switch (application) {
            case 0, DW_EH_PE_aligned -> 0;
            case DW_EH_PE_pcrel -> bases.section() + start;
            case DW_EH_PE_textrel -> known(start, bases.text(), "to .text");
            case DW_EH_PE_datarel -> known(start, bases.data(), "to data");
            case DW_EH_PE_funcrel -> known(start, function, "to its function");
            default -> throw unknown(start, application);
        };
    }

    private long known(long start, OptionalLong base, String relativeTo) {
        return base.orElseThrow(() -> cursor.malformed(
                start, "a pointer is relative %s, of which the address is not known".formatted(relativeTo)));
    }

    private long indirect(long start, long address) {
        return bases.memory()
                .map(memory -> memory.pointer(address))
                .orElse(OptionalLong.empty())
                .orElseThrow(() -> cursor.malformed(
                        start, "the pointer is at address 0x%x, which cannot be read".formatted(address)));
    }

    private void align() {
        var address = bases.section() + cursor.position();
        cursor.skip(-address & addressByteSize - 1);
    }

    private long mask() {
        return -1L >>> Long.SIZE - Byte.SIZE * addressByteSize;
    }

    private MalformedDataException unknown(long offset, int encoding) {
        return cursor.malformed(offset, "encoding 0x%02x of a pointer is not known".formatted(encoding));
    }
}
