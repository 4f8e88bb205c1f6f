package org.wyrm.distribution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.error.FaultException;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;

/**
 * A dump as an ELF vmcore, so that one dump trains both readers: an ELF header, a note with VMCOREINFO, one segment for
 * each range of physical memory, with zeros where the dump has nothing.
 */
final class ElfCopy {
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int NOTE_HEADER_BYTES = 24;
    private static final int PAGE_BYTES = 4096;
    private static final short ET_CORE = 4;
    private static final short EM_X86_64 = 62;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;

    private ElfCopy() {}

    static void write(Path dump, Path copy) throws IOException {
        var contributions = new ClassPathContributions(ElfCopy.class.getClassLoader());
        try (var program = new ProgramOpener(contributions).openCore(dump, warning -> {});
                var out = FileChannel.open(
                        copy,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            write(program, out);
        }
    }

    private static void write(Program program, FileChannel out) throws IOException {
        var text = program.image().vmcoreinfo().orElseThrow();
        var vmcoreinfo = text.toArray(0, text.byteSize());
        var ranges = program.physicalMemory().ranges();
        var noteOffset = HEADER_BYTES + SEGMENT_BYTES * (1 + ranges.size());
        var noteBytes = NOTE_HEADER_BYTES + (vmcoreinfo.length + 3) / 4 * 4;
        var memoryOffset = (long) (noteOffset + noteBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;

        var head = ByteBuffer.allocate(noteOffset + noteBytes).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort(ET_CORE)
                .putShort(EM_X86_64)
                .putInt(1)
                .putLong(0)
                .putLong(HEADER_BYTES)
                .putLong(0)
                .putInt(0);
        head.putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES).putShort((short) (1 + ranges.size()));
        head.position(HEADER_BYTES);
        segment(head, PT_NOTE, noteOffset, 0, noteBytes);
        for (var range : ranges) {
            var byteSize = range.lastAddress() - range.firstAddress() + 1;
            segment(head, PT_LOAD, memoryOffset, range.firstAddress(), byteSize);
            copy(program, range.firstAddress(), byteSize, out, memoryOffset);
            memoryOffset += byteSize;
        }
        head.putInt(11).putInt(vmcoreinfo.length).putInt(0).put("VMCOREINFO\0\0".getBytes(StandardCharsets.US_ASCII));
        head.put(vmcoreinfo).rewind();
        out.write(head, 0);
    }

    private static void segment(ByteBuffer head, int type, long offset, long physicalAddress, long byteSize) {
        head.putInt(type).putInt(0).putLong(offset).putLong(0).putLong(physicalAddress);
        head.putLong(byteSize).putLong(byteSize).putLong(0);
    }

    /** The file has holes where the dump has no page; its end is written, so that it is as long as its header says. */
    private static void copy(Program program, long address, long byteSize, FileChannel out, long offset)
            throws IOException {
        for (var done = 0L; done < byteSize; done += PAGE_BYTES) {
            try {
                var page = program.physicalMemory().bytes(address + done, PAGE_BYTES);
                out.write(ByteBuffer.wrap(page), offset + done);
            } catch (FaultException absent) {
                if (done + PAGE_BYTES >= byteSize) {
                    out.write(ByteBuffer.allocate(PAGE_BYTES), offset + done);
                }
            }
        }
    }
}
