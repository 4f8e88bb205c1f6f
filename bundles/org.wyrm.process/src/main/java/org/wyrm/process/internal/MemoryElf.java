package org.wyrm.process.internal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.memory.TargetMemory;
import org.wyrm.symbols.UnwindTable;

/**
 * An ELF file of 64 bits that a process has in memory: what its program headers tell. Its addresses are those of the
 * target already.
 *
 * @elf Program Header
 */
final class MemoryElf implements UnwindTable.Addresses {
    /** {@code \x7fELF}, as a little-endian number. */
    private static final long MAGIC = 0x464c_457fL;

    private static final int CLASS_OFFSET = 4;
    private static final int ELFCLASS64 = 2;
    private static final int PHOFF_OFFSET = 32;
    private static final int PHNUM_OFFSET = 56;
    private static final int PHDR_BYTES = 56;
    private static final int MOST_PHDRS = 64;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int PT_GNU_EH_FRAME = 0x6474_e550;
    private static final long PAGE_MASK = -4096;

    private static final int NOTE_HEADER_BYTES = 12;
    private static final int NT_GNU_BUILD_ID = 3;
    private static final int MOST_NOTES_BYTES = 1 << 16;
    private static final int MOST_BUILD_ID_BYTES = 64;
    private static final String GNU = "GNU";

    private final TargetMemory memory;
    private final List<Segment> segments;
    private final long bias;

    private record Segment(int type, long address, long byteSize) {}

    private MemoryElf(TargetMemory memory, List<Segment> segments, long bias) {
        this.memory = memory;
        this.segments = segments;
        this.bias = bias;
    }

    /**
     * {@return the file that begins at an address; empty if none does}
     *
     * @throws org.wyrm.base.error.FaultException if its headers are not in memory
     */
    static Optional<MemoryElf> read(TargetMemory memory, long header) {
        if (memory.u32(header) != MAGIC || memory.u8(header + CLASS_OFFSET) != ELFCLASS64) {
            return Optional.empty();
        }
        var segments = new ArrayList<Segment>();
        var bias = header;
        var first = header + memory.u64(header + PHOFF_OFFSET);
        var count = Math.min(memory.u16(header + PHNUM_OFFSET), MOST_PHDRS);
        for (var index = 0; index < count; index++) {
            var at = first + (long) index * PHDR_BYTES;
            var segment = new Segment((int) memory.u32(at), memory.u64(at + 16), memory.u64(at + 40));
            segments.add(segment);
            if (segment.type == PT_LOAD && memory.u64(at + 8) == 0) {
                bias = header - (segment.address & PAGE_MASK);
            }
        }
        return Optional.of(new MemoryElf(memory, segments, bias));
    }

    boolean contains(long virtualAddress) {
        for (var segment : segments) {
            if (segment.type == PT_LOAD
                    && Long.compareUnsigned(virtualAddress - segment.address - bias, segment.byteSize) < 0) {
                return true;
            }
        }
        return false;
    }

    /** {@return where {@code .eh_frame_hdr} is in memory} */
    OptionalLong exceptionFrames() {
        for (var segment : segments) {
            if (segment.type == PT_GNU_EH_FRAME) {
                return OptionalLong.of(segment.address + bias);
            }
        }
        return OptionalLong.empty();
    }

    /** {@return the build ID among its notes, in hexadecimal digits} */
    Optional<String> buildId() {
        for (var segment : segments) {
            if (segment.type == PT_NOTE) {
                var found = buildId(segment.address + bias, Math.min(segment.byteSize, MOST_NOTES_BYTES));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> buildId(long notes, long byteSize) {
        for (var at = 0L; at >= 0 && at + NOTE_HEADER_BYTES <= byteSize; ) {
            var nameByteSize = memory.u32(notes + at);
            var contentByteSize = memory.u32(notes + at + 4);
            var name = notes + at + NOTE_HEADER_BYTES;
            var content = name + aligned(nameByteSize);
            if (memory.u32(notes + at + 8) == NT_GNU_BUILD_ID
                    && contentByteSize <= MOST_BUILD_ID_BYTES
                    && nameByteSize == GNU.length() + 1
                    && memory.cString(name, GNU.length() + 1).equals(GNU)) {
                return Optional.of(HexFormat.of().formatHex(memory.bytes(content, (int) contentByteSize)));
            }
            at += NOTE_HEADER_BYTES + aligned(nameByteSize) + aligned(contentByteSize);
        }
        return Optional.empty();
    }

    private static long aligned(long byteSize) {
        return byteSize + 3 & -4;
    }

    @Override
    public OptionalLong toFile(long virtualAddress) {
        return contains(virtualAddress) ? OptionalLong.of(virtualAddress) : OptionalLong.empty();
    }

    @Override
    public OptionalLong toTarget(long fileAddress) {
        return OptionalLong.of(fileAddress);
    }
}
