package org.wyrm.elf;

/**
 * A section header. As it stands in the file, unchecked: the section may lie outside it.
 *
 * @param headerOffset where the section header itself is in the file, in bytes
 * @param index its number in the table, which symbols and other sections name
 * @param name its name, such as {@code .BTF}
 * @param type {@code sh_type}, such as {@link #SHT_NOBITS}
 * @param flags {@code sh_flags}, such as {@link #SHF_COMPRESSED}
 * @param address {@code sh_addr}
 * @param offsetBytes {@code sh_offset}: where its bytes begin in the file, unsigned
 * @param byteSize {@code sh_size}, unsigned
 * @param link {@code sh_link}: the section that belongs to this one
 * @param info {@code sh_info}: for relocations, the section that they change
 * @param alignmentBytes {@code sh_addralign}
 * @param entryByteSize {@code sh_entsize}: of an entry, where the section is a table
 * @elf Section Header
 */
public record ElfSection(
        long headerOffset,
        int index,
        String name,
        int type,
        long flags,
        long address,
        long offsetBytes,
        long byteSize,
        int link,
        int info,
        long alignmentBytes,
        long entryByteSize) {
    /** The type of a section whose meaning is its program's. */
    public static final int SHT_PROGBITS = 1;

    /** The type of the table of all symbols. */
    public static final int SHT_SYMTAB = 2;

    /** The type of relocations with addends. */
    public static final int SHT_RELA = 4;

    /** The type of a section of notes. */
    public static final int SHT_NOTE = 7;

    /** The type of a section that has no bytes in the file. */
    public static final int SHT_NOBITS = 8;

    /** The type of relocations whose addends are where they apply. */
    public static final int SHT_REL = 9;

    /** The type of the table of symbols for dynamic linking. */
    public static final int SHT_DYNSYM = 11;

    /** The type of the section numbers that do not fit into a symbol. */
    public static final int SHT_SYMTAB_SHNDX = 18;

    /** The flag of a section that is written to. */
    public static final long SHF_WRITE = 1;

    /** The flag of a section that is in memory. */
    public static final long SHF_ALLOC = 2;

    /** The flag of a section of code. */
    public static final long SHF_EXECINSTR = 4;

    /** The flag of a section of thread-local data. */
    public static final long SHF_TLS = 0x400;

    /** The flag of a section that begins with a compression header. */
    public static final long SHF_COMPRESSED = 0x800;

    /** {@return whether a flag is set} */
    public boolean has(long flag) {
        return (flags & flag) != 0;
    }
}
