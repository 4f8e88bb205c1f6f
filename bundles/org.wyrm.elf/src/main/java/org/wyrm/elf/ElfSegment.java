package org.wyrm.elf;

/**
 * A program header: a part of the file, and where in memory it belongs. As it stands in the file, unchecked: the part
 * may lie outside it.
 *
 * @param headerOffset where the program header itself is in the file, in bytes
 * @param type {@code p_type}, such as {@link #PT_LOAD}
 * @param flags {@code p_flags}
 * @param offsetBytes {@code p_offset}: where the segment's bytes begin in the file, unsigned
 * @param virtualAddress {@code p_vaddr}
 * @param physicalAddress {@code p_paddr}
 * @param fileByteSize {@code p_filesz}: how many bytes the file has of it, unsigned
 * @param memoryByteSize {@code p_memsz}: how many bytes of memory it covers, unsigned
 * @param alignmentBytes {@code p_align}
 * @elf Program Header
 */
public record ElfSegment(
        long headerOffset,
        int type,
        int flags,
        long offsetBytes,
        long virtualAddress,
        long physicalAddress,
        long fileByteSize,
        long memoryByteSize,
        long alignmentBytes) {
    /** The type of a segment of memory. */
    public static final int PT_LOAD = 1;

    /** The type of a segment of notes. */
    public static final int PT_NOTE = 4;
}
