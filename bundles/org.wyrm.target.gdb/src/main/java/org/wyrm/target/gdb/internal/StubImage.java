package org.wyrm.target.gdb.internal;

import java.util.List;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** What a stub shows: memory, stopped, and the registers of the CPUs. Immutable and thread-safe. */
record StubImage(
        RemoteStub stub,
        String description,
        String architecture,
        List<MemorySource> physicalMemory,
        List<MemorySource> virtualMemory,
        List<Note> notes,
        List<String> warnings)
        implements TargetImage {
    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public void close() {
        stub.close();
    }
}
