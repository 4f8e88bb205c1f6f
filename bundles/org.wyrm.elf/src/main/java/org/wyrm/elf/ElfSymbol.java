package org.wyrm.elf;

/**
 * An entry of a symbol table.
 *
 * @param name its name, possibly empty; without a version
 * @param value {@code st_value}: an address, or in a relocatable file the offset in its section
 * @param byteSize {@code st_size}, 0 where it is not known
 * @param binding such as {@link #STB_GLOBAL}
 * @param type such as {@link #STT_FUNC}
 * @param visibility such as {@link #STV_HIDDEN}
 * @param sectionIndex the section it is in, or one of {@link #SHN_UNDEF}, {@link #SHN_ABS} and {@link #SHN_COMMON};
 *     other reserved numbers are negative too
 * @elf Symbol Table
 */
public record ElfSymbol(
        String name, long value, long byteSize, int binding, int type, int visibility, int sectionIndex) {
    /** Not seen outside its file. */
    public static final int STB_LOCAL = 0;

    /** Seen by all. */
    public static final int STB_GLOBAL = 1;

    /** Seen by all, and gives way to a global one. */
    public static final int STB_WEAK = 2;

    /** One in a whole process, GNU. */
    public static final int STB_GNU_UNIQUE = 10;

    /** Of no stated type. */
    public static final int STT_NOTYPE = 0;

    /** A variable. */
    public static final int STT_OBJECT = 1;

    /** A function. */
    public static final int STT_FUNC = 2;

    /** A section, for relocations. */
    public static final int STT_SECTION = 3;

    /** The name of a source file. */
    public static final int STT_FILE = 4;

    /** A variable not yet placed. */
    public static final int STT_COMMON = 5;

    /** A thread-local variable. */
    public static final int STT_TLS = 6;

    /** A function that chooses a function, GNU. */
    public static final int STT_GNU_IFUNC = 10;

    /** Seen as its binding says. */
    public static final int STV_DEFAULT = 0;

    /** Of the processor's own meaning. */
    public static final int STV_INTERNAL = 1;

    /** Not seen outside its component. */
    public static final int STV_HIDDEN = 2;

    /** Seen outside, and not replaced from there. */
    public static final int STV_PROTECTED = 3;

    /** The section number of a symbol that is only used here. */
    public static final int SHN_UNDEF = 0;

    /** The section number of a symbol that is in no section: 0xfff1, as a signed number. */
    public static final int SHN_ABS = (short) 0xfff1;

    /** The section number of a symbol that is not yet placed: 0xfff2, as a signed number. */
    public static final int SHN_COMMON = (short) 0xfff2;
}
