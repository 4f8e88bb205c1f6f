package org.wyrm.testkit.dump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds an ELF file of 32 or 64 bits, in either byte order, with its tables where one wants them. Confined. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class ElfBuilder {
    /** Where the tables are. */
    public enum Layout {
        /** ELF header, program headers, contents, section headers: as linkers do. */
        PROGRAM_HEADERS_FIRST,
        /** ELF header, section headers, program headers, contents: as QEMU does. */
        SECTION_HEADERS_FIRST,
        /** ELF header, contents, section headers, program headers. */
        TABLES_LAST
    }

    /** Where counts are kept. */
    public enum Counts {
        /** In the ELF header. */
        IN_HEADER,
        /** In section 0, as it is done when there are too many for the header. */
        IN_SECTION_0
    }

    private record Segment(
            int type, long virtualAddress, long physicalAddress, byte[] bytes, long memory, long align) {}

    private record Section(String name, int type, long flags, int link, int info, byte[] bytes, long address) {
        Section(String name, int type, byte[] bytes) {
            this(name, type, 0, 0, 0, bytes, 0);
        }
    }

    private final List<Segment> segments = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private boolean wide = true;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private Layout layout = Layout.PROGRAM_HEADERS_FIRST;
    private Counts counts = Counts.IN_HEADER;
    private int type = 4;
    private int machine = 62;

    /** Sets the class: 32 or 64 bits. */
    public ElfBuilder bits(int bits) {
        wide = bits == 64;
        return this;
    }

    /** Sets the byte order. */
    public ElfBuilder order(ByteOrder byteOrder) {
        order = byteOrder;
        return this;
    }

    /** Sets where the tables are. */
    public ElfBuilder layout(Layout where) {
        layout = where;
        return this;
    }

    /** Sets where counts are kept. */
    public ElfBuilder counts(Counts where) {
        counts = where;
        return this;
    }

    /** Sets {@code e_type}; a core dump (4) until then. */
    public ElfBuilder type(int number) {
        type = number;
        return this;
    }

    /** Sets {@code e_machine}; x86-64 (62) until then. */
    public ElfBuilder machine(int number) {
        machine = number;
        return this;
    }

    /**
     * Adds a program header and its bytes.
     *
     * @param memoryByteSize {@code p_memsz}
     */
    public ElfBuilder segment(
            int segmentType, long virtualAddress, long physicalAddress, byte[] bytes, long memoryByteSize) {
        segments.add(new Segment(segmentType, virtualAddress, physicalAddress, bytes, memoryByteSize, 0));
        return this;
    }

    /** Adds a segment of notes, see {@link #note}. */
    public ElfBuilder notes(byte[] notes, int alignmentBytes) {
        segments.add(new Segment(4, 0, 0, notes, notes.length, alignmentBytes));
        return this;
    }

    /** Adds a section; section 0 and that of the names come by themselves. */
    public ElfBuilder section(String name, int sectionType, byte[] bytes) {
        sections.add(new Section(name, sectionType, bytes));
        return this;
    }

    /**
     * Adds a section that says more of itself; the first that is added has number 1.
     *
     * @param flags {@code sh_flags}
     * @param link {@code sh_link}
     * @param info {@code sh_info}
     */
    public ElfBuilder section(String name, int sectionType, long flags, int link, int info, byte[] bytes) {
        sections.add(new Section(name, sectionType, flags, link, info, bytes, 0));
        return this;
    }

    /** Adds a section of data that is linked to an address. */
    public ElfBuilder sectionAt(long address, String name, long flags, byte[] bytes) {
        sections.add(new Section(name, 1, flags, 0, 0, bytes, address));
        return this;
    }

    /** Adds a section of notes with a build ID. */
    public ElfBuilder buildId(byte... id) {
        return section(".note.gnu.build-id", 7, 2, 0, 0, note(order, 4, "GNU", 3, id));
    }

    /** {@return a note, padded to a multiple of 4 or 8 bytes} */
    public static byte[] note(ByteOrder order, int alignmentBytes, String name, int type, byte[] description) {
        var owner = (name + "\0").getBytes(StandardCharsets.UTF_8);
        var descriptionOffset = padded(12 + owner.length, alignmentBytes);
        var note = ByteBuffer.allocate(padded(descriptionOffset + description.length, alignmentBytes))
                .order(order);
        note.putInt(owner.length).putInt(description.length).putInt(type).put(owner);
        return note.position(descriptionOffset).put(description).array();
    }

    private static int padded(int byteSize, int alignmentBytes) {
        return (byteSize + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }

    /** {@return the file} */
    public byte[] build() {
        var names = new StringBuilder("\0");
        var all = new ArrayList<Section>();
        if (!sections.isEmpty() || counts == Counts.IN_SECTION_0) {
            all.add(new Section("", 0, new byte[0]));
            all.addAll(sections);
            all.add(new Section(".shstrtab", 3, new byte[0]));
            for (var section : all.subList(1, all.size())) {
                names.append(section.name).append('\0');
            }
            all.set(all.size() - 1, new Section(".shstrtab", 3, names.toString().getBytes(StandardCharsets.UTF_8)));
        }
        var header = wide ? 64 : 52;
        var segmentTable = segments.size() * (wide ? 56 : 32);
        var sectionTable = all.size() * (wide ? 64 : 40);
        var contents =
                segments.stream().mapToInt(segment -> segment.bytes.length).sum()
                        + all.stream().mapToInt(section -> section.bytes.length).sum();
        var segmentsAt = switch (layout) {
            case PROGRAM_HEADERS_FIRST -> header;
            case SECTION_HEADERS_FIRST -> header + sectionTable;
            case TABLES_LAST -> header + contents + sectionTable;
        };
        var sectionsAt = switch (layout) {
            case PROGRAM_HEADERS_FIRST -> header + segmentTable + contents;
            case SECTION_HEADERS_FIRST -> header;
            case TABLES_LAST -> header + contents;
        };
        var contentsAt = switch (layout) {
            case PROGRAM_HEADERS_FIRST -> header + segmentTable;
            case SECTION_HEADERS_FIRST -> header + segmentTable + sectionTable;
            case TABLES_LAST -> header;
        };
        var file = ByteBuffer.allocate(header + segmentTable + sectionTable + contents)
                .order(order);
        putHeader(file, segments.isEmpty() ? 0 : segmentsAt, all.isEmpty() ? 0 : sectionsAt, all.size());
        var at = contentsAt;
        for (var i = 0; i < segments.size(); i++) {
            putSegment(file.position(segmentsAt + i * (wide ? 56 : 32)), segments.get(i), at);
            file.put(at, segments.get(i).bytes);
            at += segments.get(i).bytes.length;
        }
        for (var i = 0; i < all.size(); i++) {
            var section = all.get(i);
            var name = i == 0 ? 0 : names.indexOf("\0" + section.name + "\0") + 1;
            putSection(file.position(sectionsAt + i * (wide ? 64 : 40)), section, name, at, i == 0 ? all.size() : 0);
            file.put(at, section.bytes);
            at += section.bytes.length;
        }
        return file.array();
    }

    private void putHeader(ByteBuffer file, int segmentsAt, int sectionsAt, int sectionCount) {
        var inHeader = counts == Counts.IN_HEADER;
        file.put(new byte[] {
            0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1
        });
        file.position(16).putShort((short) type).putShort((short) machine).putInt(1);
        putAddress(file, 0);
        putAddress(file, segmentsAt);
        putAddress(file, sectionsAt);
        file.putInt(0).putShort((short) (layout == Layout.SECTION_HEADERS_FIRST ? 8 : wide ? 64 : 52));
        file.putShort((short) (wide ? 56 : 32)).putShort((short) (inHeader ? segments.size() : 0xffff));
        file.putShort((short) (wide ? 64 : 40)).putShort((short) (inHeader ? sectionCount : 0));
        file.putShort((short) (inHeader ? Math.max(0, sectionCount - 1) : 0xffff));
    }

    private void putSegment(ByteBuffer file, Segment segment, int at) {
        file.putInt(segment.type);
        if (wide) {
            file.putInt(7);
        }
        putAddress(file, at);
        putAddress(file, segment.virtualAddress);
        putAddress(file, segment.physicalAddress);
        putAddress(file, segment.bytes.length);
        putAddress(file, segment.memory);
        if (!wide) {
            file.putInt(7);
        }
        putAddress(file, segment.align);
    }

    private void putSection(ByteBuffer file, Section section, int name, int at, int sectionCount) {
        var first = sectionCount > 0 && counts == Counts.IN_SECTION_0;
        file.putInt(name).putInt(section.type);
        putAddress(file, section.flags);
        putAddress(file, section.address);
        putAddress(file, at);
        putAddress(file, first ? sectionCount : section.bytes.length);
        file.putInt(first ? sectionCount - 1 : section.link).putInt(first ? segments.size() : section.info);
        putAddress(file, 1);
        putAddress(file, 0);
    }

    private void putAddress(ByteBuffer file, long value) {
        if (wide) {
            file.putLong(value);
        } else {
            file.putInt((int) value);
        }
    }
}
