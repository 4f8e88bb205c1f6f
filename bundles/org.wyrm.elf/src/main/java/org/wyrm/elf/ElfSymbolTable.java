package org.wyrm.elf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * A table of symbols. {@link #symbols()} is for reading, the columns are for those who go through hundreds of thousands.
 *
 * <pre>
 * offset, 32 bits   64 bits
 *      0  0         st_name (4), in the section that sh_link names
 *      4  8         st_value (4, 8)
 *      8 16         st_size (4, 8)
 *     12  4         st_info (1): binding in the upper four bits, type
 *     13  5         st_other (1): visibility in the lower two bits
 *     14  6         st_shndx (2); 0xffff: see the section of type SHT_SYMTAB_SHNDX
 * </pre>
 *
 * <p>Immutable and thread-safe. Nothing is decoded before it is asked for.
 *
 * @elf Symbol Table
 */
public final class ElfSymbolTable {
    private static final int SHN_LORESERVE = 0xff00;
    private static final int SHN_XINDEX = 0xffff;

    private final ByteSlice entries;
    private final ByteSlice names;
    private final @Nullable ByteSlice extendedIndexes;
    private final boolean wide;
    private final int entryByteSize;
    private final int count;

    /**
     * @param section {@code SHT_SYMTAB} or {@code SHT_DYNSYM}
     * @param extendedIndexes section numbers of four bytes each, if the file has them for this table
     */
    ElfSymbolTable(
            ElfSection section,
            ByteSlice entries,
            ByteSlice names,
            @Nullable ByteSlice extendedIndexes,
            int addressBits) {
        this.entries = entries;
        this.names = names;
        this.extendedIndexes = extendedIndexes;
        wide = addressBits == 64;
        entryByteSize = wide ? 24 : 16;
        if (section.entryByteSize() != entryByteSize && section.entryByteSize() != 0) {
            throw entries.malformed(
                    0,
                    "symbols of %s bytes, where %d are right"
                            .formatted(Long.toUnsignedString(section.entryByteSize()), entryByteSize));
        }
        if (entries.byteSize() % entryByteSize != 0) {
            throw entries.malformed(
                    entries.byteSize() - entries.byteSize() % entryByteSize, "the last symbol is cut off");
        }
        if (entries.byteSize() / entryByteSize > Integer.MAX_VALUE) {
            throw entries.malformed(0, "more than 2147483647 symbols");
        }
        count = (int) (entries.byteSize() / entryByteSize);
    }

    /** {@return a table without entries, for a file that has none} */
    public static ElfSymbolTable empty(ElfFile elf) {
        var nothing = elf.bytes().slice(0, 0);
        var section = new ElfSection(0, 0, "", ElfSection.SHT_SYMTAB, 0, 0, 0, 0, 0, 0, 0, 0);
        return new ElfSymbolTable(section, nothing, nothing, null, elf.addressBits());
    }

    /** {@return how many entries there are, that of number 0 with them, which stands for none} */
    public int count() {
        return count;
    }

    /** {@return all entries in their order, each decoded when it is asked for} */
    public List<ElfSymbol> symbols() {
        return new LazyList<>(count, this::symbol);
    }

    /**
     * {@return an entry}
     *
     * @throws MalformedDataException if its name does not lie among the names
     */
    public ElfSymbol symbol(int index) {
        return new ElfSymbol(
                name(index),
                value(index),
                byteSize(index),
                binding(index),
                type(index),
                visibility(index),
                sectionIndex(index));
    }

    /** {@return the name of an entry} */
    public String name(int index) {
        var offset = nameOffset(index);
        return offset == 0 ? "" : names.cString(offset);
    }

    /** {@return where the name of an entry begins in {@link #names()}} */
    public long nameOffset(int index) {
        return entries.u32(at(index));
    }

    /** {@return the names, each ended by a NUL} */
    public ByteSlice names() {
        return names;
    }

    /** {@return {@code st_value} of an entry} */
    public long value(int index) {
        return wide ? entries.u64(at(index) + 8) : entries.u32(at(index) + 4);
    }

    /** {@return {@code st_size} of an entry, unsigned} */
    public long byteSize(int index) {
        return wide ? entries.u64(at(index) + 16) : entries.u32(at(index) + 8);
    }

    /** {@return the binding of an entry, see {@link ElfSymbol}} */
    public int binding(int index) {
        return info(index) >>> 4;
    }

    /** {@return the type of an entry, see {@link ElfSymbol}} */
    public int type(int index) {
        return info(index) & 0xf;
    }

    private int info(int index) {
        return entries.u8(at(index) + (wide ? 4 : 12));
    }

    /** {@return the visibility of an entry, see {@link ElfSymbol}} */
    public int visibility(int index) {
        return entries.u8(at(index) + (wide ? 5 : 13)) & 3;
    }

    /**
     * {@return the number of the section that an entry is in; negative for the reserved ones, see {@link ElfSymbol}}
     *
     * @throws MalformedDataException if the number is said to be elsewhere, and is not there
     */
    public int sectionIndex(int index) {
        var number = entries.u16(at(index) + (wide ? 6 : 14));
        if (number < SHN_LORESERVE) {
            return number;
        }
        if (number != SHN_XINDEX) {
            return (short) number;
        }
        if (extendedIndexes == null) {
            throw entries.malformed(at(index), "the section number is kept in a section of such, and there is none");
        }
        var extended = extendedIndexes.s32(index * 4L);
        if (extended < 0) {
            throw extendedIndexes.malformed(index * 4L, "section number 0x%x is too large".formatted(extended));
        }
        return extended;
    }

    private long at(int index) {
        return index * (long) entryByteSize;
    }
}
