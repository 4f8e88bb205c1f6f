package org.wyrm.target.qemu.internal;

import java.util.List;
import java.util.Optional;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/** A guest as QEMU shows it. Thread-safe. */
record GuestImage(
        QmpLink link,
        GuestState state,
        Optional<HostMemory> hostMemory,
        String description,
        List<MemorySource> physicalMemory,
        List<GuestCpu> cpus,
        List<String> warnings)
        implements TargetImage {
    @Override
    public String architecture() {
        return QemuConnector.X86_64;
    }

    /** {@inheritDoc} Of a guest that runs, as its CPUs are when somebody asks. */
    @Override
    public List<Note> notes() {
        var now = state.isRunning() ? QemuConnector.cpus(link) : cpus;
        return now.stream().flatMap(cpu -> cpu.notes().stream()).toList();
    }

    /** {@inheritDoc} All of it through the monitor would take minutes. */
    @Override
    public boolean isRemote() {
        return hostMemory.isEmpty();
    }

    @Override
    public void close() {
        try (link) {
            state.close();
        } finally {
            hostMemory.ifPresent(HostMemory::close);
        }
    }
}
