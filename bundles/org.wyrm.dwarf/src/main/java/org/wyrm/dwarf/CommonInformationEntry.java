package org.wyrm.dwarf;

import java.nio.charset.StandardCharsets;
import org.wyrm.base.error.MalformedDataException;

/**
 * What several functions have in common: the CIE of their call frame information.
 *
 * <pre>
 * version                          1; 1, 3 or 4
 * augmentation                     letters and a NUL, see below
 * address_size                     1, in version 4
 * segment_selector_size            1, in version 4
 * the address of a table           of the augmentation "eh" of GCC 2
 * code_alignment_factor            unsigned LEB128
 * data_alignment_factor            signed LEB128
 * return_address_register          1 in version 1, else unsigned LEB128
 * the length of what follows, and it, where the augmentation begins with z
 *   R                              1: how FDEs encode addresses
 *   P                              1: how, and a personality routine
 *   L                              1: how FDEs encode the place of their language's data
 * initial_instructions
 * </pre>
 *
 * <p>The letters {@code S} (of a signal frame), {@code B} (the return address is signed with key B) and {@code G} (the
 * frame is tagged) have no data, and may be there without z. Of an entry with another letter, what comes after it is not
 * known, and the entry is rejected.
 *
 * @param offset where it is in the section
 * @param version 1, 3 or 4
 * @param augmentation its letters
 * @param addressByteSize 4 or 8
 * @param segmentSelectorByteSize 0 where there are no segments
 * @param codeAlignmentFactor what the distances of a program are multiplied by
 * @param dataAlignmentFactor what the offsets of a program are multiplied by
 * @param returnAddressRegister the column of the return address, by the numbers of the architecture's ABI
 * @param addressEncoding how its FDEs encode addresses, {@code DW_EH_PE_absptr} if it does not say so
 * @param instructionsOffset where its initial instructions are in the section
 * @param endOffset where they end
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public record CommonInformationEntry(
        long offset,
        int version,
        String augmentation,
        int addressByteSize,
        int segmentSelectorByteSize,
        long codeAlignmentFactor,
        long dataAlignmentFactor,
        int returnAddressRegister,
        int addressEncoding,
        long instructionsOffset,
        long endOffset) {
    private static final int MOST_LETTERS = 16;

    /**
     * Decodes one.
     *
     * @throws MalformedDataException if a rule of the format is broken, or there is none at the offset
     */
    static CommonInformationEntry read(CallFrameSection section, long offset) {
        var start = new SectionCursor(section.bytes(), offset, SectionCursor.SMALL_WINDOW);
        var header = CallFrameEntryHeader.read(start, section, offset);
        if (header.isTerminator() || header.cieOffset(start, section) != CallFrameEntryHeader.OF_CIE) {
            throw section.bytes().malformed(offset, "a CIE is said to be here, and is not");
        }
        var content = section.bytes().slice(0, header.endOffset());
        return new Reader(section, header, new SectionCursor(content, start.position(), SectionCursor.SMALL_WINDOW))
                .read();
    }

    /** {@return whether its functions were not called, but interrupted: their address is not a return address} */
    public boolean isSignalFrame() {
        return has('S');
    }

    /** {@return whether signed return addresses are signed with key B, on AArch64} */
    public boolean isSignedWithKeyB() {
        return has('B');
    }

    /** {@return whether its FDEs have data of an augmentation} */
    boolean hasAugmentationData() {
        return augmentation.startsWith("z");
    }

    private boolean has(char letter) {
        return augmentation.indexOf(letter) >= 0;
    }

    /** Decodes the content of one. */
    private static final class Reader {
        private final CallFrameSection section;
        private final CallFrameEntryHeader header;
        private final SectionCursor cursor;
        private int addressEncoding = EncodedPointers.DW_EH_PE_absptr;

        Reader(CallFrameSection section, CallFrameEntryHeader header, SectionCursor cursor) {
            this.section = section;
            this.header = header;
            this.cursor = cursor;
        }

        CommonInformationEntry read() {
            var version = cursor.u8();
            if (version != 1 && version != 3 && version != 4) {
                throw cursor.malformed(
                        cursor.position() - 1, "version " + version + " of call frame information is not known");
            }
            var augmentationOffset = cursor.position();
            var augmentation = letters();
            var addressByteSize = version < 4 ? section.addressByteSize() : cursor.u8();
            var selectorByteSize = version < 4 ? 0 : cursor.u8();
            if (addressByteSize != 4 && addressByteSize != 8) {
                throw cursor.malformed(
                        cursor.position() - 2, "an address of " + addressByteSize + " bytes is not known");
            }
            if (selectorByteSize > 8 || Integer.bitCount(selectorByteSize) > 1) {
                throw cursor.malformed(
                        cursor.position() - 1, "a segment selector of " + selectorByteSize + " bytes is not known");
            }
            if (augmentation.equals("eh")) {
                cursor.skip(addressByteSize);
            }
            var codeAlignmentFactor = cursor.uleb128();
            var dataAlignmentFactor = cursor.sleb128();
            var returnAddressRegister = version == 1 ? cursor.u8() : cursor.uleb128AsInt("register");
            readAugmentation(augmentation, augmentationOffset, addressByteSize);
            return new CommonInformationEntry(
                    header.offset(),
                    version,
                    augmentation,
                    addressByteSize,
                    selectorByteSize,
                    codeAlignmentFactor,
                    dataAlignmentFactor,
                    returnAddressRegister,
                    addressEncoding,
                    cursor.position(),
                    header.endOffset());
        }

        private String letters() {
            var start = cursor.position();
            var letters = new byte[MOST_LETTERS];
            for (var count = 0; count < MOST_LETTERS; count++) {
                letters[count] = (byte) cursor.u8();
                if (letters[count] == 0) {
                    return new String(letters, 0, count, StandardCharsets.ISO_8859_1);
                }
            }
            throw cursor.malformed(start, "the augmentation has more than " + (MOST_LETTERS - 1) + " letters");
        }

        private void readAugmentation(String augmentation, long offset, int addressByteSize) {
            if (augmentation.equals("eh")) {
                return;
            }
            var hasData = augmentation.startsWith("z");
            var end = hasData ? FrameDescriptionEntry.endOfAugmentation(cursor) : cursor.position();
            var pointers = new EncodedPointers(cursor, section.bases(), addressByteSize);
            for (var index = hasData ? 1 : 0; index < augmentation.length(); index++) {
                switch (augmentation.charAt(index)) {
                    case 'S', 'B', 'G' -> {}
                    case 'R' -> addressEncoding = cursor.u8();
                    case 'L' -> cursor.u8();
                    case 'P' -> pointers.skip(cursor.u8());
                    default ->
                        throw cursor.malformed(
                                offset + index,
                                "augmentation \"%s\" is not known".formatted(augmentation.replaceAll("[^ -~]", "?")));
                }
            }
            if (hasData && cursor.position() > end) {
                throw cursor.malformed(end, "the data of augmentation \"%s\" end here".formatted(augmentation));
            }
            cursor.seek(Math.max(end, cursor.position()));
        }
    }
}
