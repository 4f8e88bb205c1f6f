package org.wyrm.target.process.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.constants.ElfMachine;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetImage;

/** The way to processes of this machine. */
@Contributes(type = TargetConnector.class, name = "pid")
public final class PidConnector implements TargetConnector {
    private static final Path PROC = Path.of("/proc");

    @Override
    public TargetImage connect(String address, Cancellation cancellation, Consumer<String> warnings) {
        if (!address.matches("[1-9][0-9]{0,9}") || Long.parseLong(address) > Integer.MAX_VALUE) {
            throw new UsageException("--pid: '" + address + "' is not the number of a process");
        }
        var folder = new ProcessFolder(PROC, Integer.parseInt(address));
        return open(folder, folder.status(), cancellation);
    }

    /** {@return the process that has a thread} */
    public static TargetImage ofThread(int threadId, Cancellation cancellation) {
        var process = (int) new ProcessFolder(PROC, threadId).status().number("Tgid");
        var folder = new ProcessFolder(PROC, process);
        return open(folder, folder.status(), cancellation);
    }

    private static TargetImage open(ProcessFolder folder, ProcessStatus status, Cancellation cancellation) {
        status.refusal().ifPresent(why -> {
            throw new UnreadableTargetException(folder.label() + ": " + why);
        });
        ProcessMemory memory;
        try {
            memory = ProcessMemory.open(folder);
        } catch (IOException e) {
            throw new UnreadableTargetException(
                    folder.label() + ": " + Permission.refusal(folder, status, FileErrors.reason(e)), e);
        }
        var opened = false;
        try {
            var image = new ProcessImage(folder, status.name(), architecture(folder), memory, cancellation);
            opened = true;
            return image;
        } finally {
            if (!opened) {
                memory.close();
            }
        }
    }

    /** What it runs was made for: a process of 32 bits has other structures, and other system calls. */
    private static String architecture(ProcessFolder folder) {
        try (var file = MappedFile.open(folder.executable())) {
            var elf = ElfFile.parse(file.bytes());
            return ElfMachine.of(elf.machine())
                    .orElseThrow(() -> new UnsupportedTargetException(
                            folder.label() + ": is of a machine that is not known, number " + elf.machine()))
                    .unameMachine(elf.addressBits(), elf.bytes().order());
        }
    }
}
