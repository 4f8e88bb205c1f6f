package org.wyrm.target.kcore.internal;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** The running kernel. Of its notes only VMCOREINFO counts: the others are of the process that asks. Thread-safe. */
record KcoreImage(KcoreFile file, Optional<ByteSlice> vmcoreinfo) implements TargetImage {
    @Override
    public String description() {
        return "running kernel";
    }

    @Override
    public String architecture() {
        return file.headers().architecture();
    }

    @Override
    public List<MemorySource> physicalMemory() {
        return List.of(new PhysicalMemory(file));
    }

    @Override
    public List<MemorySource> virtualMemory() {
        return file.headers().virtual().stream()
                .<MemorySource>map(segment -> new VirtualMemory(file, segment))
                .toList();
    }

    @Override
    public void close() {
        file.close();
    }
}
