package org.wyrm.elf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.bytes.ByteSlice;
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
    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
        return tables.stream().anyMatch(table -> table.info() == section.index());
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
                new Application(table, section, content).run();
            }
        }
    }

    /** One table of relocations on the way into one section. Confined to one thread. */
    private final class Application {
        private final ByteSlice table;
        private final boolean wide = elf.addressBits() == 64;
        private final boolean bigEndian = elf.bytes().order() == ByteOrder.BIG_ENDIAN;
        private final boolean withAddend;
        private final int entryByteSize;
        private final int machine = elf.machine();
        private final String sectionName;
        private final long sectionAddress;
        private final byte[] content;

        Application(ElfSection table, ElfSection section, byte[] content) {
            this.table = elf.bytes(table);
            this.content = content;
            sectionName = section.name();
            sectionAddress = addresses.address(section);
            withAddend = table.type() == ElfSection.SHT_RELA;
            entryByteSize = (wide ? 8 : 4) * (withAddend ? 3 : 2);
        }

        void run() {
            if (table.byteSize() % entryByteSize != 0) {
                throw table.malformed(
                        table.byteSize() - table.byteSize() % entryByteSize, "the last relocation is cut off");
            }
            // Nearly all have the type of the one before.
            var knownType = -1;
            var form = RelocationForm.NONE;
            for (var at = 0L; at < table.byteSize(); at += entryByteSize) {
                var info = wide ? table.u64(at + 8) : table.u32(at + 4);
                var type = (int) (wide ? info & 0xffff_ffffL : info & 0xff);
                if (type != knownType) {
                    form = form(type, at);
                    knownType = type;
                }
                if (form != RelocationForm.NONE) {
                    put(form, wide ? table.u64(at) : table.u32(at), info >>> (wide ? 32 : 8), at);
                }
            }
        }

        private RelocationForm form(int type, long at) {
            return RelocationForm.of(machine, type)
                    .orElseThrow(() ->
                            new UnsupportedTargetException("%s+0x%x: relocation type %d of machine %d is not known"
                                    .formatted(table.name(), at, Integer.toUnsignedLong(type), machine)));
        }

        private void put(RelocationForm form, long offset, long symbol, long at) {
            if (offset < 0 || offset > content.length - form.byteSize()) {
                throw table.malformed(
                        at,
                        "relocation at 0x%x of %s, which has 0x%x bytes"
                                .formatted(offset, sectionName, content.length));
            }
            if (symbol >= values.length) {
                throw table.malformed(at, "relocation to symbol %d, there are %d".formatted(symbol, values.length));
            }
            var place = (int) offset;
            var value = values[(int) symbol] + (withAddend ? addend(at) : standing(form.byteSize(), place));
            if (form.isRelative()) {
                value -= sectionAddress + offset;
            }
            write(form.byteSize(), place, value);
        }

        private long addend(long at) {
            return wide ? table.u64(at + 16) : table.s32(at + 8);
        }

        private long standing(int byteSize, int place) {
            return switch (byteSize) {
                case 1 -> content[place];
                case 2 ->
                    bigEndian ? Short.reverseBytes((short) U16.get(content, place)) : (short) U16.get(content, place);
                case 4 ->
                    bigEndian ? Integer.reverseBytes((int) U32.get(content, place)) : (int) U32.get(content, place);
                default ->
                    bigEndian ? Long.reverseBytes((long) U64.get(content, place)) : (long) U64.get(content, place);
            };
        }

        private void write(int byteSize, int place, long value) {
            switch (byteSize) {
                case 1 -> content[place] = (byte) value;
                case 2 -> U16.set(content, place, bigEndian ? Short.reverseBytes((short) value) : (short) value);
                case 4 -> U32.set(content, place, bigEndian ? Integer.reverseBytes((int) value) : (int) value);
                default -> U64.set(content, place, bigEndian ? Long.reverseBytes(value) : value);
            }
        }
    }
}
