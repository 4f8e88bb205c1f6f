package org.wyrm.elf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * An ELF file: 32 or 64 bits, either byte order, its tables anywhere in the file.
 *
 * <pre>
 * offset, 32 bits   64 bits
 *      0  0         e_ident: 7f 'E' 'L' 'F', class, order, ...
 *     16 16         e_type (2)
 *     18 18         e_machine (2)
 *     28 32         e_phoff   (4, 8)
 *     32 40         e_shoff   (4, 8)
 *     42 54         e_phentsize, e_phnum (2 each)
 *     46 58         e_shentsize, e_shnum, e_shstrndx (2 each)
 * </pre>
 *
 * <p>{@code e_ehsize} is not looked at: QEMU writes 8. Only the header is read at first, a table when it is asked for.
 * Immutable and thread-safe.
 *
 * @elf ELF Header
 */
public final class ElfFile {
    private static final int MAGIC = 0x464c457f;
    private static final int ELFCLASS32 = 1;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int ELFDATA2MSB = 2;
    private static final int PN_XNUM = 0xffff;
    private static final int SHN_XINDEX = 0xffff;
    private static final int NT_GNU_BUILD_ID = 3;

    private final ByteSlice bytes;
    private final boolean wide;
    private volatile @Nullable List<ElfSection> sections;

    private ElfFile(ByteSlice bytes, boolean wide) {
        this.bytes = bytes;
        this.wide = wide;
    }

    /** {@return whether a file begins as ELF files do} */
    public static boolean hasMagic(ByteSlice file) {
        return file.byteSize() >= 4 && file.withOrder(ByteOrder.LITTLE_ENDIAN).s32(0) == MAGIC;
    }

    /**
     * {@return a file that {@link #hasMagic}}
     *
     * @throws MalformedDataException if its header breaks a rule or is cut short
     */
    public static ElfFile parse(ByteSlice file) {
        if (!hasMagic(file)) {
            throw file.malformed(0, "an ELF file begins with 7f 45 4c 46");
        }
        var wide = switch (file.u8(4)) {
            case ELFCLASS32 -> false;
            case ELFCLASS64 -> true;
            default -> throw file.malformed(4, "ELF class %d is neither 1 nor 2".formatted(file.u8(4)));
        };
        var order = switch (file.u8(5)) {
            case ELFDATA2LSB -> ByteOrder.LITTLE_ENDIAN;
            case ELFDATA2MSB -> ByteOrder.BIG_ENDIAN;
            default -> throw file.malformed(5, "ELF byte order %d is neither 1 nor 2".formatted(file.u8(5)));
        };
        var headerByteSize = wide ? 64 : 52;
        if (file.byteSize() < headerByteSize) {
            throw file.malformed(
                    file.byteSize(), "the file ends inside its ELF header of %d bytes".formatted(headerByteSize));
        }
        return new ElfFile(file.withOrder(order), wide);
    }

    /** {@return the whole file, in its own byte order} */
    public ByteSlice bytes() {
        return bytes;
    }

    /** {@return the bits of an address by the file's class, 32 or 64} */
    public int addressBits() {
        return wide ? 64 : 32;
    }

    /** {@return {@code e_type}; see {@link org.wyrm.elf.constants.ElfType}} */
    public int type() {
        return bytes.u16(16);
    }

    /** {@return {@code e_machine}; see {@link org.wyrm.elf.constants.ElfMachine}} */
    public int machine() {
        return bytes.u16(18);
    }

    /**
     * {@return the program headers, in their order, each decoded when it is asked for}
     *
     * @throws MalformedDataException if the table does not lie in the file
     */
    public List<ElfSegment> segments() {
        long count = bytes.u16(wide ? 56 : 44);
        if (count == PN_XNUM) {
            // gABI: with too many program headers for e_phnum, their count is in sh_info of section 0.
            count = bytes.u32(firstSectionHeader() + (wide ? 44 : 28));
        }
        var table = table(address(wide ? 32 : 28), wide ? 54 : 42, wide ? 56 : 32, count, "program header");
        return new LazyList<>(table.count, index -> segment(table.offset + index * (long) table.entryByteSize));
    }

    /**
     * {@return where the program headers end in the file, in bytes; it need not be in what is at hand of it}
     *
     * @throws MalformedDataException if that is past the last offset there can be
     */
    public long programHeadersEnd() {
        var start = address(wide ? 32 : 28);
        var end = start + (long) bytes.u16(wide ? 54 : 42) * bytes.u16(wide ? 56 : 44);
        if (start < 0 || end < 0) {
            throw bytes.malformed(wide ? 32 : 28, "the program headers begin at 0x%x".formatted(start));
        }
        return end;
    }

    /**
     * {@return the section headers, in their order, each decoded when it is asked for}
     *
     * @throws MalformedDataException if the table or that of the names does not lie in the file
     */
    public List<ElfSection> sections() {
        var known = sections;
        if (known == null) {
            known = readSections();
            sections = known;
        }
        return known;
    }

    private List<ElfSection> readSections() {
        if (address(wide ? 40 : 32) == 0) {
            return List.of();
        }
        long count = bytes.u16(wide ? 60 : 48);
        if (count == 0) {
            // gABI: with too many sections for e_shnum, their count is in sh_size of section 0.
            count = address(firstSectionHeader() + (wide ? 32 : 20));
        }
        var table = table(firstSectionHeader(), wide ? 58 : 46, wide ? 64 : 40, count, "section header");
        var names = sectionNames(table);
        return new LazyList<>(table.count, index -> section(table, index, names));
    }

    /**
     * {@return the first section with a name, if there is one}
     *
     * @throws MalformedDataException if a section header that comes before it breaks a rule
     */
    public Optional<ElfSection> findSection(String name) {
        for (var section : sections()) {
            if (section.name().equals(name)) {
                return Optional.of(section);
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the bytes of a section, under its name; none if it has none in the file}
     *
     * @throws MalformedDataException if they do not lie in the file
     */
    public ByteSlice bytes(ElfSection section) {
        var byteSize = section.type() == ElfSection.SHT_NOBITS ? 0 : section.byteSize();
        var offset = byteSize == 0 ? 0 : section.offsetBytes();
        requireInside(section.headerOffset(), "section " + section.name(), offset, byteSize);
        return bytes.section(section.name(), offset, byteSize);
    }

    /**
     * {@return the section of debug information with a name, under it or under that of its old compressed form: {@code
     * .debug_info} or {@code .zdebug_info}}
     */
    public Optional<ElfSection> findDebugSection(String name) {
        return findSection(name).or(() -> findSection(".z" + name.substring(1)));
    }

    /**
     * {@return what a compressed section says of its content; empty for one that is not compressed}
     *
     * @throws MalformedDataException if the section does not lie in the file, or is cut short in its header
     * @throws org.wyrm.base.error.UnsupportedTargetException if it is compressed in a way that is not known
     */
    public Optional<ElfCompressedSection> compression(ElfSection section) {
        return section.type() == ElfSection.SHT_NOBITS
                ? Optional.empty()
                : ElfCompressedSection.of(section, bytes(section), addressBits());
    }

    /**
     * {@return the table of all symbols, {@code .symtab}, or where there is none, that for dynamic linking, {@code
     * .dynsym}; empty if the file has neither, or they have no bytes in it}
     *
     * @throws MalformedDataException if the table breaks a rule
     */
    public Optional<ElfSymbolTable> symbolTable() {
        return symbolTable(ElfSection.SHT_SYMTAB).or(() -> symbolTable(ElfSection.SHT_DYNSYM));
    }

    /**
     * {@return the symbol table of a type, if the file has one}
     *
     * @param sectionType {@link ElfSection#SHT_SYMTAB} or {@link ElfSection#SHT_DYNSYM}
     * @throws MalformedDataException if the table breaks a rule
     */
    public Optional<ElfSymbolTable> symbolTable(int sectionType) {
        for (var section : sections()) {
            if (section.type() == sectionType) {
                return Optional.of(symbolTable(section));
            }
        }
        return Optional.empty();
    }

    ElfSymbolTable symbolTable(ElfSection section) {
        var all = sections();
        if (Integer.compareUnsigned(section.link(), all.size()) >= 0) {
            throw bytes.malformed(
                    section.headerOffset(),
                    "the names of symbols are in section %d, the file has %d sections"
                            .formatted(Integer.toUnsignedLong(section.link()), all.size()));
        }
        ByteSlice extendedIndexes = null;
        for (var other : all) {
            if (other.type() == ElfSection.SHT_SYMTAB_SHNDX && other.link() == section.index()) {
                extendedIndexes = bytes(other);
            }
        }
        return new ElfSymbolTable(
                section, bytes(section), bytes(all.get(section.link())), extendedIndexes, addressBits());
    }

    /**
     * {@return the build ID, from a section or a segment of notes}
     *
     * @throws MalformedDataException if what comes before it breaks a rule
     */
    public Optional<BuildId> buildId() {
        for (var section : sections()) {
            if (section.type() == ElfSection.SHT_NOTE) {
                var found = buildId(ElfNote.parse(bytes(section), section.alignmentBytes()));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        // A file that keeps only debug information has segments that point at what it no longer has.
        return sections().isEmpty() ? buildId(notes()) : Optional.empty();
    }

    private static Optional<BuildId> buildId(List<ElfNote> notes) {
        return notes.stream()
                .filter(note -> note.type() == NT_GNU_BUILD_ID && note.name().equals("GNU"))
                .findFirst()
                .flatMap(note -> BuildId.of(note.description()));
    }

    /**
     * {@return the file that has this one's debug information, if it names one}
     *
     * @throws MalformedDataException if the link is cut short
     */
    public Optional<ElfDebugLink> debugLink() {
        return link(".gnu_debuglink").map(ElfDebugLink::parse);
    }

    /**
     * {@return the file that has what this one shares with others, if it names one}
     *
     * @throws MalformedDataException if the link is cut short
     */
    public Optional<ElfAlternateLink> alternateLink() {
        return link(".gnu_debugaltlink")
                .map(ElfAlternateLink::parse)
                .or(() -> link(".debug_sup").flatMap(ElfAlternateLink::parseSupplementary));
    }

    /**
     * {@return what a file that others share is known by: its build ID, or from DWARF 5 on the checksum that its {@code
     * .debug_sup} has; empty if it has neither, or its {@code .debug_sup} says that it is no such file}
     *
     * @throws MalformedDataException if the section is damaged
     */
    public Optional<BuildId> sharedId() {
        var supplementary = link(".debug_sup");
        return supplementary.isPresent() ? supplementary.flatMap(ElfAlternateLink::parseChecksum) : buildId();
    }

    private Optional<ByteSlice> link(String sectionName) {
        return findSection(sectionName).map(this::bytes).filter(content -> content.byteSize() > 0);
    }

    /**
     * {@return the notes of all note segments, in the file's order}
     *
     * @throws MalformedDataException if a segment of notes does not lie in the file, or a note not in its segment
     */
    public List<ElfNote> notes() {
        var notes = new ArrayList<ElfNote>();
        for (var segment : segments()) {
            if (segment.type() == ElfSegment.PT_NOTE) {
                requireInside(
                        segment.headerOffset(), "a segment of notes", segment.offsetBytes(), segment.fileByteSize());
                var part = bytes.slice(segment.offsetBytes(), segment.fileByteSize());
                notes.addAll(ElfNote.parse(part, segment.alignmentBytes()));
                ElfNote.requireSensible(notes.size(), bytes, segment.headerOffset());
            }
        }
        return notes;
    }

    private record Table(long offset, int entryByteSize, int count) {}

    private Table table(long offset, long entrySizeField, int leastEntryByteSize, long count, String what) {
        if (count == 0) {
            return new Table(0, leastEntryByteSize, 0);
        }
        var entryByteSize = bytes.u16(entrySizeField);
        if (entryByteSize < leastEntryByteSize) {
            throw bytes.malformed(
                    entrySizeField,
                    "the size of a %s is %d bytes, the least is %d".formatted(what, entryByteSize, leastEntryByteSize));
        }
        if (offset < 0
                || offset > bytes.byteSize()
                || count < 0
                || count > (bytes.byteSize() - offset) / entryByteSize
                || count > Integer.MAX_VALUE) {
            throw bytes.malformed(
                    offset,
                    "%s %ss of %d bytes do not fit, the file ends at 0x%x"
                            .formatted(Long.toUnsignedString(count), what, entryByteSize, bytes.byteSize()));
        }
        return new Table(offset, entryByteSize, (int) count);
    }

    private ElfSegment segment(long at) {
        return wide
                ? new ElfSegment(
                        at,
                        bytes.s32(at),
                        bytes.s32(at + 4),
                        bytes.u64(at + 8),
                        bytes.u64(at + 16),
                        bytes.u64(at + 24),
                        bytes.u64(at + 32),
                        bytes.u64(at + 40),
                        bytes.u64(at + 48))
                : new ElfSegment(
                        at,
                        bytes.s32(at),
                        bytes.s32(at + 24),
                        bytes.u32(at + 4),
                        bytes.u32(at + 8),
                        bytes.u32(at + 12),
                        bytes.u32(at + 16),
                        bytes.u32(at + 20),
                        bytes.u32(at + 28));
    }

    private ElfSection section(Table table, int index, ByteSlice names) {
        var at = table.offset + index * (long) table.entryByteSize;
        var name = names.byteSize() == 0 ? "" : names.cString(bytes.u32(at));
        return wide
                ? new ElfSection(
                        at,
                        index,
                        name,
                        bytes.s32(at + 4),
                        bytes.u64(at + 8),
                        bytes.u64(at + 16),
                        bytes.u64(at + 24),
                        bytes.u64(at + 32),
                        bytes.s32(at + 40),
                        bytes.s32(at + 44),
                        bytes.u64(at + 48),
                        bytes.u64(at + 56))
                : new ElfSection(
                        at,
                        index,
                        name,
                        bytes.s32(at + 4),
                        bytes.u32(at + 8),
                        bytes.u32(at + 12),
                        bytes.u32(at + 16),
                        bytes.u32(at + 20),
                        bytes.s32(at + 24),
                        bytes.s32(at + 28),
                        bytes.u32(at + 32),
                        bytes.u32(at + 36));
    }

    private ByteSlice sectionNames(Table table) {
        long index = bytes.u16(wide ? 62 : 50);
        if (index == SHN_XINDEX) {
            index = bytes.u32(firstSectionHeader() + (wide ? 40 : 24));
        }
        if (index == 0) {
            return bytes.slice(0, 0);
        }
        if (index >= table.count) {
            throw bytes.malformed(
                    wide ? 62 : 50,
                    "section %d should hold the names, the file has %d sections".formatted(index, table.count));
        }
        var names = section(table, (int) index, bytes.slice(0, 0));
        requireInside(names.headerOffset(), "the section of names", names.offsetBytes(), names.byteSize());
        return bytes.slice(names.offsetBytes(), names.byteSize());
    }

    private long firstSectionHeader() {
        var offset = address(wide ? 40 : 32);
        if (offset == 0) {
            throw bytes.malformed(wide ? 40 : 32, "a count is kept in section 0, and the file has no sections");
        }
        return offset;
    }

    private void requireInside(long headerOffset, String what, long offset, long byteSize) {
        if (offset < 0 || byteSize < 0 || offset > bytes.byteSize() - byteSize) {
            throw bytes.malformed(
                    headerOffset,
                    "%s at 0x%x of 0x%x bytes does not fit, the file ends at 0x%x"
                            .formatted(what, offset, byteSize, bytes.byteSize()));
        }
    }

    private long address(long offset) {
        return wide ? bytes.u64(offset) : bytes.u32(offset);
    }
}
