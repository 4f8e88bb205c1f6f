package org.wyrm.elf;

/**
 * A section header. As it stands in the file, unchecked: the section may lie outside it.
 *
 * @param headerOffset where the section header itself is in the file, in bytes
 * @param name its name, such as {@code .BTF}
 * @param type {@code sh_type}, such as {@link #SHT_NOBITS}
 * @param flags {@code sh_flags}
 * @param address {@code sh_addr}
 * @param offsetBytes {@code sh_offset}: where its bytes begin in the file, unsigned
 * @param byteSize {@code sh_size}, unsigned
 * @elf Section Header
 */
public record ElfSection(
        long headerOffset, String name, int type, long flags, long address, long offsetBytes, long byteSize) {
    /** The type of a section that has no bytes in the file. */
    public static final int SHT_NOBITS = 8;
}
