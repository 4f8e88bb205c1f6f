package org.wyrm.target.raw.internal;

import java.util.List;
import org.wyrm.base.bytes.FileView;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** Memory, and not a word about it. Immutable and thread-safe. */
record RawImage(List<MemorySource> physicalMemory) implements TargetImage {
    static RawImage of(FileView file, List<FileRange> ranges) {
        return new RawImage(ranges.stream()
                .<MemorySource>map(range -> new RangeMemory(file, range))
                .toList());
    }

    @Override
    public String description() {
        return "raw physical memory";
    }

    @Override
    public String architecture() {
        return "x86_64";
    }
}
