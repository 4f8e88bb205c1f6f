package org.wyrm.dwarf;

/**
 * What every entry of call frame information starts with.
 *
 * <pre>
 * .debug_frame                          .eh_frame
 * length         4, or 0xffffffff, 8    the same; 0 for a terminator
 * CIE_id         4 or 8; all ones       4; 0               of a CIE
 * CIE_pointer    4 or 8; the offset     4; how far back    of an FDE
 * </pre>
 *
 * @param offset where it starts in the section
 * @param idOffset where it goes on after its length
 * @param endOffset where it ends
 * @param offsetByteSize 4 or 8
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
record CallFrameEntryHeader(long offset, long idOffset, long endOffset, int offsetByteSize) {
    /** What there is instead of the place of a CIE in a CIE itself. */
    static final long OF_CIE = -1;

    private static final long FIRST_RESERVED = 0xffff_fff0L;
    private static final long ID = 0xffff_ffffL;

    /** Reads the length at an offset. */
    static CallFrameEntryHeader read(SectionCursor cursor, CallFrameSection section, long offset) {
        cursor.seek(offset);
        var byteSize = cursor.u32();
        var endOffset = cursor.position() + byteSize;
        if (byteSize < FIRST_RESERVED && endOffset <= section.bytes().byteSize()) {
            return new CallFrameEntryHeader(offset, cursor.position(), endOffset, 4);
        }
        var length = new UnitLength(section.bytes(), offset);
        return new CallFrameEntryHeader(offset, length.contentOffset(), length.endOffset(), length.offsetByteSize());
    }

    /** {@return whether it is nothing but a length, as at the end of an {@code .eh_frame}, and between those joined} */
    boolean isTerminator() {
        return idOffset == endOffset;
    }

    /**
     * Reads what follows the length. The cursor is then at the content.
     *
     * @return where the CIE is that an FDE names; in a CIE, {@link #OF_CIE}
     */
    long cieOffset(SectionCursor cursor, CallFrameSection section) {
        var isEh = section.kind() == CallFrameSection.Kind.EH_FRAME;
        var idByteSize = isEh ? 4 : offsetByteSize;
        if (endOffset - idOffset < idByteSize) {
            throw cursor.malformed(offset, "an entry has %d bytes".formatted(endOffset - idOffset));
        }
        cursor.seek(idOffset);
        var id = cursor.unsigned(idByteSize);
        if (isEh ? id == 0 : id == (idByteSize == 8 ? -1 : ID)) {
            return OF_CIE;
        }
        var cieOffset = isEh ? idOffset - id : id;
        if (cieOffset < 0 || cieOffset >= section.bytes().byteSize()) {
            throw cursor.malformed(idOffset, "the CIE at 0x%x is outside the section".formatted(cieOffset));
        }
        return cieOffset;
    }
}
