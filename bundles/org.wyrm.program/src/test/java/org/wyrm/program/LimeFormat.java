package org.wyrm.program;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/** Memory images of LiME: ranges of physical memory, each after a header of 32 bytes. */
@Contributes(type = TargetFormat.class, name = "lime", rank = 100)
public final class LimeFormat implements TargetFormat {
    private static final int MAGIC = 0x4c694d45;
    private static final int HEADER_BYTES = 32;

    @Override
    public boolean recognises(FileView file) {
        return file.byteSize() >= HEADER_BYTES && file.s32(0) == MAGIC;
    }

    @Override
    public TargetImage open(FileView file) {
        var ranges = new ArrayList<MemorySource>();
        var at = 0L;
        while (at < file.byteSize()) {
            if (file.s32(at) != MAGIC) {
                throw file.malformed(at, "a range of memory does not begin with EMiL");
            }
            var first = file.u64(at + 8);
            var last = file.u64(at + 16);
            var bytes = at + HEADER_BYTES;
            if (first < 0 || last < first || last - first >= file.byteSize() - bytes) {
                throw file.malformed(at + 8, "a range of memory is from 0x%x to 0x%x".formatted(first, last));
            }
            ranges.add(new Range(first, last, file, bytes));
            at = bytes + (last - first) + 1;
        }
        return new Image(ranges);
    }

    private record Range(long firstAddress, long lastAddress, FileView file, long offset) implements MemorySource {
        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            var bytes = file.piece(offset + (address - firstAddress), lastAddress - address + 1);
            return new Chunk(address, bytes.segment());
        }
    }

    private record Image(List<MemorySource> physicalMemory) implements TargetImage {
        @Override
        public String description() {
            return "memory image of LiME";
        }

        @Override
        public String architecture() {
            return "x86_64";
        }
    }
}
