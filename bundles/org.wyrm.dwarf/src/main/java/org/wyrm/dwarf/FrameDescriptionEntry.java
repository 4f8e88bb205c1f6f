package org.wyrm.dwarf;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.wyrm.base.error.MalformedDataException;

/**
 * How to go from any address of a function, or of a part of it, to its caller: an FDE of call frame information.
 *
 * <pre>
 * initial_location           a segment selector, if the CIE says so, and an address
 * address_range              a number of the same format
 * the length of what follows, and it, where the CIE has an augmentation with z
 * instructions
 * </pre>
 *
 * <p>Immutable and thread-safe. Its program is run when it is asked for a row; no program runs longer than its bytes.
 *
 * @dwarf 6.4.1 Structure of Call Frame Information
 */
public final class FrameDescriptionEntry {
    private final CallFrameSection section;
    private final CommonInformationEntry cie;
    private final long offset;
    private final long startAddress;
    private final long endAddress;
    private final long instructionsOffset;
    private final long endOffset;

    private FrameDescriptionEntry(
            CallFrameSection section,
            CommonInformationEntry cie,
            CallFrameEntryHeader header,
            long startAddress,
            long endAddress,
            long instructionsOffset) {
        this.section = section;
        this.cie = cie;
        this.offset = header.offset();
        this.startAddress = startAddress;
        this.endAddress = endAddress;
        this.instructionsOffset = instructionsOffset;
        this.endOffset = header.endOffset();
    }

    /**
     * Decodes one.
     *
     * @param cursor at its content
     * @throws MalformedDataException if a rule of the format is broken
     */
    static FrameDescriptionEntry read(
            CallFrameSection section, SectionCursor cursor, CallFrameEntryHeader header, CommonInformationEntry cie) {
        var addressByteSize = cie.addressByteSize();
        if (cie.segmentSelectorByteSize() > 0 && cursor.unsigned(cie.segmentSelectorByteSize()) != 0) {
            throw cursor.malformed(
                    cursor.position() - cie.segmentSelectorByteSize(), "addresses with segments are not known");
        }
        var pointers = new EncodedPointers(cursor, section.bases(), addressByteSize);
        var start = pointers.address(cie.addressEncoding());
        var rangeOffset = cursor.position();
        var byteSize = pointers.number(cie.addressEncoding());
        var highest = new CodeBounds(addressByteSize, section.zero()).highest();
        if (Long.compareUnsigned(byteSize, highest - start) > 0) {
            throw cursor.malformed(rangeOffset, "code of 0x%x bytes at 0x%x".formatted(byteSize, start));
        }
        if (cie.hasAugmentationData()) {
            cursor.seek(endOfAugmentation(cursor));
        }
        if (cursor.position() > header.endOffset()) {
            throw cursor.malformed(
                    header.offset(), "the FDE ends at 0x%x, amid its header".formatted(header.endOffset()));
        }
        return new FrameDescriptionEntry(section, cie, header, start, start + byteSize, cursor.position());
    }

    /** Reads the length of an augmentation's data, which must be there. */
    static long endOfAugmentation(SectionCursor cursor) {
        var start = cursor.position();
        var byteSize = cursor.uleb128();
        if (byteSize < 0 || byteSize > cursor.remainingByteSize()) {
            throw cursor.malformed(
                    start,
                    "an augmentation has %s bytes, %d are left"
                            .formatted(Long.toUnsignedString(byteSize), cursor.remainingByteSize()));
        }
        return cursor.position() + byteSize;
    }

    /** {@return where it is in the section} */
    public long offset() {
        return offset;
    }

    /** {@return what it has in common with others} */
    public CommonInformationEntry cie() {
        return cie;
    }

    /** {@return the first address that it is about} */
    public long startAddress() {
        return startAddress;
    }

    /** {@return the first address after those that it is about} */
    public long endAddress() {
        return endAddress;
    }

    /** {@return whether it is about an address} */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - startAddress, endAddress - startAddress) < 0;
    }

    /**
     * {@return how the caller's registers are found at an address}
     *
     * @param address one that it {@link #contains}
     * @throws MalformedDataException if an instruction up to that address breaks a rule
     */
    public CallFrameRow row(long address) {
        if (!contains(address)) {
            throw new IllegalArgumentException(
                    "address 0x%x is outside 0x%x to 0x%x".formatted(address, startAddress, endAddress));
        }
        var program = new CallFrameProgram(this);
        while (program.runToAdvance() && Long.compareUnsigned(program.nextLocation(), address) <= 0) {
            program.advance();
        }
        return program.row();
    }

    /**
     * Gives all rows, in the order of their addresses. They begin at the first address and end at the last, without gaps.
     *
     * @throws MalformedDataException at an instruction that breaks a rule, after the rows before it
     */
    public void forEachRow(Consumer<CallFrameRow> action) {
        var program = new CallFrameProgram(this);
        var goesOn = true;
        while (goesOn) {
            goesOn = program.runToAdvance() && Long.compareUnsigned(program.nextLocation(), endAddress) < 0;
            action.accept(program.row());
            program.advance();
        }
    }

    CallFrameSection section() {
        return section;
    }

    /** {@return the instructions of the CIE} */
    SectionCursor initialInstructions() {
        return instructions(cie.instructionsOffset(), cie.endOffset());
    }

    /** {@return its own instructions} */
    SectionCursor instructions() {
        return instructions(instructionsOffset, endOffset);
    }

    private SectionCursor instructions(long start, long end) {
        return new SectionCursor(section.bytes().slice(0, end), start, SectionCursor.SMALL_WINDOW);
    }

    /** {@return an address in a program} */
    long address(SectionCursor cursor) {
        return new EncodedPointers(cursor, section.bases(), cie.addressByteSize())
                .address(cie.addressEncoding(), OptionalLong.of(startAddress));
    }
}
