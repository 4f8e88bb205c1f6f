package org.wyrm.process.internal;

import java.util.ArrayList;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.Program;
import org.wyrm.program.spi.OperatingSystem;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.unwind.spi.ThreadFinder;

/** A process of Linux: one that runs, or by its core dump, the kernel's or gdb's {@code gcore}. */
@Contributes(type = OperatingSystem.class, name = "process")
public final class ProcessSystem implements OperatingSystem {
    /** {@code AT_SYSINFO_EHDR} */
    private static final long AT_SYSINFO_EHDR = 33;

    @Override
    public boolean recognises(TargetImage image) {
        return image.vmcoreinfo().isEmpty()
                && image.physicalMemory().isEmpty()
                && (image instanceof RunningProcess || image.notes().stream().anyMatch(ProcessNotes::isStatus));
    }

    @Override
    public void attach(TargetImage image, Program.Builder program, Contributions contributions) {
        var memory =
                new TargetMemory(AddressSpace.VIRTUAL, program.architecture().order(), image.virtualMemory());
        var files = MappedFiles.read(image, memory);
        var headers = new ArrayList<Long>();
        for (var file : files) {
            for (var mapping : file.mappings()) {
                if (mapping.fileOffset() == 0) {
                    headers.add(mapping.firstAddress());
                }
            }
        }
        // The vDSO is mapped from no file.
        ProcessNotes.auxiliary(image, AT_SYSINFO_EHDR).ifPresent(headers::add);
        program.memory(memory)
                .mappedFiles(files)
                .source(view -> new MemoryFrames(view, headers))
                .extension(
                        ThreadFinder.class,
                        image instanceof RunningProcess running ? new RunningThreads(running) : new ProcessThreads());
    }
}
