package org.wyrm.target.elfcore.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;

/**
 * A core dump in ELF. Immutable and thread-safe.
 *
 * <p>Memory that a segment covers and the file has no bytes for ({@code p_filesz < p_memsz}) reads as zeros, as in all
 * debuggers: makedumpfile leaves out pages of zeros and pages that its filter takes away in the same way, and the format
 * cannot tell them apart. {@link #description()} says so where it applies.
 */
final class ElfCoreImage implements TargetImage {
    /** By the owner of their notes: those whose dumps say little of the kernel inside. */
    private static final Map<String, String> WRITERS = Map.of("VBCORE", " of VirtualBox", "Xen", " of Xen");

    private final boolean isProcess;
    private final String architecture;
    private final CoreMemory memory;
    private final List<Note> notes;
    private final Optional<ByteSlice> vmcoreinfo;

    ElfCoreImage(
            boolean isProcess,
            String architecture,
            CoreMemory memory,
            List<Note> notes,
            Optional<ByteSlice> vmcoreinfo) {
        this.isProcess = isProcess;
        this.architecture = architecture;
        this.memory = memory;
        this.notes = notes;
        this.vmcoreinfo = vmcoreinfo;
    }

    @Override
    public String description() {
        if (isProcess) {
            return "ELF core dump of a process";
        }
        var writer = notes.stream()
                .map(note -> WRITERS.get(note.name()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        return "ELF vmcore" + writer + (memory.hasHoles() ? ", pages that were left out read as zeros" : "");
    }

    @Override
    public String architecture() {
        return architecture;
    }

    @Override
    public List<MemorySource> physicalMemory() {
        return memory.physical();
    }

    @Override
    public List<MemorySource> virtualMemory() {
        return memory.virtual();
    }

    @Override
    public Optional<ByteSlice> vmcoreinfo() {
        return vmcoreinfo;
    }

    @Override
    public List<Note> notes() {
        return notes;
    }

    @Override
    public List<String> warnings() {
        return memory.warnings();
    }
}
