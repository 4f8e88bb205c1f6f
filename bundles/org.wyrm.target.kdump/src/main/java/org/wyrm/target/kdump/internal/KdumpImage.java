package org.wyrm.target.kdump.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** A compressed dump. Immutable and thread-safe. */
record KdumpImage(
        KdumpHeader header,
        String architecture,
        List<MemorySource> physicalMemory,
        PageCache cache,
        List<Note> notes,
        Optional<ByteSlice> vmcoreinfo,
        List<String> warnings)
        implements TargetImage {
    @Override
    public String description() {
        var level = header.dumpLevel() == 0 ? "" : ", dump level " + header.dumpLevel();
        return "compressed kdump%s, header version %d%s"
                .formatted(header.isPart() ? " in parts" : "", header.version(), level);
    }

    @Override
    public Map<String, Long> statistics() {
        return cache.statistics();
    }
}
