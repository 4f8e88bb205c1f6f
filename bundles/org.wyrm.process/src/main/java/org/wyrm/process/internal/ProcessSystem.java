package org.wyrm.process.internal;

import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.Program;
import org.wyrm.program.spi.OperatingSystem;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.unwind.spi.ThreadFinder;

/** A process of Linux, by its core dump: the kernel's, or gdb's {@code gcore}. */
@Contributes(type = OperatingSystem.class, name = "process")
public final class ProcessSystem implements OperatingSystem {
    @Override
    public boolean recognises(TargetImage image) {
        return image.vmcoreinfo().isEmpty()
                && image.physicalMemory().isEmpty()
                && image.notes().stream().anyMatch(ProcessNotes::isStatus);
    }

    @Override
    public void attach(TargetImage image, Program.Builder program, Contributions contributions) {
        var memory =
                new TargetMemory(AddressSpace.VIRTUAL, program.architecture().order(), image.virtualMemory());
        program.memory(memory)
                .mappedFiles(MappedFiles.read(image, memory))
                .extension(ThreadFinder.class, new ProcessThreads());
    }
}
