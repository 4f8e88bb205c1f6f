package org.wyrm.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.SharedWork;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.elf.constants.ElfType;

/**
 * Puts addresses and offsets into the sections of a relocatable file, as a linker would.
 *
 * <pre>
 * offset, 32 bits   64 bits
 *      0  0         r_offset (4, 8): where in the section
 *      4  8         r_info (4, 8): the symbol's number, and the type in the lower 8 (32) bits
 *      8 16         r_addend (4, 8); not in SHT_REL, where it is what stands at r_offset
 * </pre>
 *
 * <p>Only for files of type {@code ET_REL}: a kernel linked with {@code --emit-relocs} has relocations too, and they are
 * applied already. Known are the types that stand in debug sections, those that put {@code S + A} or {@code S + A - P}
 * of 1 to 8 bytes; as linkers do there, a value is cut to its field. A symbol that is not defined here counts as 0.
 *
 * <p>Thread-safe. The values of symbols are worked out once.
 *
 * @elf Relocation
 */
public final class ElfRelocator {
    private static final int ENTRIES_READ_AT_ONCE = 1 << 11;

    /** A module has a million of them, and what is called often is compiled early. */
    private static final int ENTRIES_AT_ONCE = 64;

    /** From how many entries on a section is worth a second thread. */
    private static final int PARALLEL_ENTRIES = 1 << 16;

    /** The types that stand in debug sections are below it. */
    private static final int KEPT_TYPES = 512;

    private final ElfFile elf;
    private final ElfSectionAddresses addresses;
    private final List<ElfSection> tables;
    private final long[] values;
    private final int symbolTable;

    /**
     * Makes the one for a file; for one that is not relocatable it changes nothing.
     *
     * @throws MalformedDataException if the symbol table breaks a rule
     */
    public ElfRelocator(ElfFile elf, ElfSectionAddresses addresses) {
        this.elf = elf;
        this.addresses = addresses;
        tables = elf.type() == ElfType.ET_REL.number() ? tables(elf) : List.of();
        symbolTable = tables.isEmpty() ? -1 : tables.getFirst().link();
        values = tables.isEmpty() ? new long[0] : values();
    }

    private static List<ElfSection> tables(ElfFile elf) {
        var tables = new ArrayList<ElfSection>();
        for (var section : elf.sections()) {
            if (section.type() == ElfSection.SHT_RELA || section.type() == ElfSection.SHT_REL) {
                tables.add(section);
            }
        }
        return tables;
    }

    private long[] values() {
        var sections = elf.sections();
        if (Integer.compareUnsigned(symbolTable, sections.size()) >= 0) {
            throw elf.bytes()
                    .malformed(
                            tables.getFirst().headerOffset(),
                            "relocations are of the symbols in section %d, the file has %d sections"
                                    .formatted(Integer.toUnsignedLong(symbolTable), sections.size()));
        }
        var bases = new long[sections.size()];
        for (var i = 0; i < bases.length; i++) {
            bases[i] = addresses.address(sections.get(i));
        }
        var symbols = elf.symbolTable(sections.get(symbolTable));
        var all = new long[symbols.count()];
        for (var i = 0; i < all.length; i++) {
            var section = symbols.sectionIndex(i);
            // What is in no section of this file is somebody else's: its address is not known here.
            all[i] = section == ElfSymbol.SHN_ABS
                    ? symbols.value(i)
                    : section > 0 && section < bases.length ? bases[section] + symbols.value(i) : 0;
        }
        return all;
    }

    /** {@return whether a section needs relocation} */
    public boolean concerns(ElfSection section) {
        for (var table : tables) {
            if (table.info() == section.index()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Relocates a section.
     *
     * @param content the section's bytes, decompressed; they are changed
     * @throws MalformedDataException if a relocation or its symbol lies outside
     * @throws UnsupportedTargetException if a type of relocation is not known
     */
    public void apply(ElfSection section, byte[] content) {
        for (var table : tables) {
            if (table.info() == section.index()) {
                if (table.link() != symbolTable) {
                    throw elf.bytes().malformed(table.headerOffset(), "relocations are of two symbol tables");
                }
                apply(table, section, content);
            }
        }
    }

    /** What the entries of a table change lies side by side: each thread takes a part of them. */
    private void apply(ElfSection table, ElfSection section, byte[] content) {
        var whole = new Application(table, section, content);
        var entryCount = whole.checkedEntryCount();
        var threads = entryCount < PARALLEL_ENTRIES ? 1 : SharedWork.threads();
        var share = (entryCount + threads - 1) / threads;
        SharedWork.run(threads, "wyrm-relocate", thread -> {
            var application = thread == 0 ? whole : new Application(table, section, content);
            application.run(thread * share, Math.min(entryCount, (thread + 1) * share));
        });
    }

    /** One table of relocations on the way into one section. Confined to one thread. */
    private final class Application {
        private final ByteSlice table;
        private final boolean wide = elf.addressBits() == 64;
        private final boolean bigEndian = elf.bytes().order() == ByteOrder.BIG_ENDIAN;
        private final boolean withAddend;
        private final int fieldCount;
        private final int entryByteSize;
        private final int machine = elf.machine();
        private final String sectionName;
        private final long sectionAddress;
        private final byte[] content;

        /** The entries at hand, as they stand in the table and as numbers. */
        private final byte[] entries;

        private final long[] fields;

        /** By type, those that were met. */
        private final @Nullable RelocationForm[] forms = new RelocationForm[KEPT_TYPES];

        Application(ElfSection table, ElfSection section, byte[] content) {
            this.table = elf.bytes(table);
            this.content = content;
            sectionName = section.name();
            sectionAddress = addresses.address(section);
            withAddend = table.type() == ElfSection.SHT_RELA;
            fieldCount = withAddend ? 3 : 2;
            entryByteSize = (wide ? Long.BYTES : Integer.BYTES) * fieldCount;
            var most = (int) Math.min(ENTRIES_READ_AT_ONCE, this.table.byteSize() / entryByteSize + 1);
            entries = new byte[most * entryByteSize];
            fields = new long[most * fieldCount];
        }

        long checkedEntryCount() {
            if (table.byteSize() % entryByteSize != 0) {
                throw table.malformed(
                        table.byteSize() - table.byteSize() % entryByteSize, "the last relocation is cut off");
            }
            return table.byteSize() / entryByteSize;
        }

        void run(long firstEntry, long endEntry) {
            var end = endEntry * entryByteSize;
            for (var at = firstEntry * entryByteSize; at < end; at += entries.length) {
                var count = (int) Math.min(entries.length, end - at) / entryByteSize;
                read(at, count);
                for (var first = 0; first < count; first += ENTRIES_AT_ONCE) {
                    apply(at, first, Math.min(count, first + ENTRIES_AT_ONCE));
                }
            }
        }

        private void read(long at, int count) {
            table.copyTo(entries, 0, at, count * entryByteSize);
            var bytes = ByteBuffer.wrap(entries).order(table.order());
            if (wide) {
                bytes.asLongBuffer().get(fields, 0, count * fieldCount);
                return;
            }
            for (var field = 0; field < count * fieldCount; field++) {
                var isAddend = field % fieldCount == 2;
                var value = bytes.getInt(field * Integer.BYTES);
                fields[field] = isAddend ? value : value & 0xffff_ffffL;
            }
        }

        /** @param tableAt where the first entry that was read is in the table */
        private void apply(long tableAt, int first, int end) {
            var symbolShift = wide ? Integer.SIZE : Byte.SIZE;
            for (var entry = first; entry < end; entry++) {
                var field = entry * fieldCount;
                var offset = fields[field];
                var info = fields[field + 1];
                var symbol = info >>> symbolShift;
                var type = (int) (wide ? info : info & 0xff);
                var known = type >= 0 && type < KEPT_TYPES ? forms[type] : null;
                var form = known != null ? known : form(type, tableAt + (long) entry * entryByteSize);
                if (form == RelocationForm.NONE) {
                    continue;
                }
                if (offset < 0 || offset > content.length - form.byteSize() || symbol >= values.length) {
                    throw outside(form, tableAt + (long) entry * entryByteSize, offset, symbol);
                }
                var place = (int) offset;
                var value = values[(int) symbol] + (withAddend ? fields[field + 2] : standing(form.byteSize(), place));
                write(form.byteSize(), place, form.isRelative() ? value - sectionAddress - offset : value);
            }
        }

        private RelocationForm form(int type, long at) {
            var form = RelocationForm.of(machine, type);
            if (form == null) {
                throw new UnsupportedTargetException("%s+0x%x: relocation type %d of machine %d is not known"
                        .formatted(table.name(), at, Integer.toUnsignedLong(type), machine));
            }
            if (type >= 0 && type < KEPT_TYPES) {
                forms[type] = form;
            }
            return form;
        }

        private MalformedDataException outside(RelocationForm form, long at, long offset, long symbol) {
            var rule = offset < 0 || offset > content.length - form.byteSize()
                    ? "relocation at 0x%x of %s, which has 0x%x bytes".formatted(offset, sectionName, content.length)
                    : "relocation to symbol %d, there are %d".formatted(symbol, values.length);
            return table.malformed(at, rule);
        }

        /** {@return what stands at a place, with its sign} */
        private long standing(int byteSize, int place) {
            var value = 0L;
            for (var index = 0; index < byteSize; index++) {
                value = value << Byte.SIZE | content[bigEndian ? place + index : place + byteSize - 1 - index] & 0xff;
            }
            var unused = Long.SIZE - byteSize * Byte.SIZE;
            return value << unused >> unused;
        }

        private void write(int byteSize, int place, long value) {
            if (byteSize == Integer.BYTES && !bigEndian) {
                // Nearly all.
                content[place] = (byte) value;
                content[place + 1] = (byte) (value >> 8);
                content[place + 2] = (byte) (value >> 16);
                content[place + 3] = (byte) (value >> 24);
                return;
            }
            var left = value;
            for (var index = 0; index < byteSize; index++, left >>= Byte.SIZE) {
                content[bigEndian ? place + byteSize - 1 - index : place + index] = (byte) left;
            }
        }
    }
}
