package org.wyrm.testkit.dump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds a kernel's core dump in ELF. Confined. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class VmcoreBuilder {
    private record Memory(long virtualAddress, long physicalAddress, byte[] bytes, long byteSize) {}

    private record Note(String name, int type, byte[] description) {}

    private final List<Memory> memory = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int bits = 64;
    private int machine = 62;
    private ElfBuilder.Layout layout = ElfBuilder.Layout.PROGRAM_HEADERS_FIRST;

    /** Sets the machine: its number in ELF, 32 or 64 bits, its byte order; x86-64 until then. */
    public VmcoreBuilder machine(int number, int addressBits, ByteOrder byteOrder) {
        machine = number;
        bits = addressBits;
        order = byteOrder;
        return this;
    }

    /** Sets where the tables are. */
    public VmcoreBuilder layout(ElfBuilder.Layout where) {
        layout = where;
        return this;
    }

    /** Adds memory of which only the physical address is known: {@code p_vaddr} repeats it, as QEMU does. */
    public VmcoreBuilder memory(long physicalAddress, byte[] bytes) {
        return memory(physicalAddress, physicalAddress, bytes, bytes.length);
    }

    /**
     * Adds memory.
     *
     * @param byteSize how much memory it is; what {@code bytes} lack is left out of the file
     */
    public VmcoreBuilder memory(long virtualAddress, long physicalAddress, byte[] bytes, long byteSize) {
        memory.add(new Memory(virtualAddress, physicalAddress, bytes, byteSize));
        return this;
    }

    /** Adds a note. */
    public VmcoreBuilder note(String name, int type, byte[] description) {
        notes.add(new Note(name, type, description));
        return this;
    }

    /** Adds VMCOREINFO, lines {@code KEY=VALUE}. */
    public VmcoreBuilder vmcoreinfo(String lines) {
        return note("VMCOREINFO", 0, lines.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the file} */
    public byte[] build() {
        var elf = new ElfBuilder().bits(bits).order(order).machine(machine).layout(layout);
        if (!notes.isEmpty()) {
            var bytes = new ByteArrayOutputStream();
            for (var note : notes) {
                bytes.writeBytes(ElfBuilder.note(order, 4, note.name, note.type, note.description));
            }
            elf.notes(bytes.toByteArray(), 0);
        }
        for (var piece : memory) {
            elf.segment(1, piece.virtualAddress, piece.physicalAddress, piece.bytes, piece.byteSize);
        }
        if (layout == ElfBuilder.Layout.SECTION_HEADERS_FIRST) {
            elf.section("", 0, new byte[0]);
        }
        return elf.build();
    }
}
