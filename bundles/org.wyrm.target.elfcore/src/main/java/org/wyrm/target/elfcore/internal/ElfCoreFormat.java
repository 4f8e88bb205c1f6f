package org.wyrm.target.elfcore.internal;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfNote;
import org.wyrm.elf.constants.ElfMachine;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/**
 * Core dumps in ELF: of a process, and of a kernel, those of QEMU's {@code dump-guest-memory}, of a crash kernel's {@code /proc/vmcore} and
 * of {@code makedumpfile -E}. All ELF files are recognised, so that others are refused by name.
 */
@Contributes(type = TargetFormat.class, name = "elfcore", rank = 10)
public final class ElfCoreFormat implements TargetFormat {
    private static final String VMCOREINFO = "VMCOREINFO";
    private static final int MOST_VMCOREINFO_BYTES = 1 << 20; // Linux has room for a page
    private static final int MOST_HEADERS_BYTES = 4 << 20;
    private static final int NT_PRPSINFO = 3;
    private static final int NT_AUXV = 6;

    @Override
    public boolean recognises(FileView file) {
        return ElfFile.hasMagic(file.piece(0, file.byteSize()));
    }

    @Override
    public TargetImage open(FileView file) {
        var elf = ElfFile.parse(headers(file));
        if (elf.type() != ElfType.ET_CORE.number()) {
            throw unsupported(file, "is an ELF %s, not a core dump".formatted(typeLabel(elf.type())));
        }
        var machine = ElfMachine.of(elf.machine())
                .orElseThrow(() -> unsupported(
                        file, "is an ELF core dump of a machine that is not known, number " + elf.machine()));
        var notes = elf.notes();
        var isProcess = isProcess(notes);
        var memory = isProcess ? CoreMemory.ofProcess(elf, file) : CoreMemory.of(elf, file);
        if (memory.isEmpty()) {
            throw unsupported(
                    file,
                    elf.findSection(".xen_pages").isPresent()
                            ? "is a core dump of a Xen domain (xl dump-core), which is not supported"
                            : "is an ELF core dump without any segment of memory");
        }
        return new ElfCoreImage(
                isProcess,
                machine.unameMachine(elf.addressBits(), elf.bytes().order()),
                memory,
                notes.stream()
                        .map(note -> new TargetImage.Note(note.name(), note.type(), note.description()))
                        .toList(),
                vmcoreinfo(notes));
    }

    /** {@return a file in one piece as it is; of one in pieces the start, where the writers of dumps put all headers} */
    private static ByteSlice headers(FileView file) {
        var first = file.piece(0, file.byteSize());
        return first.byteSize() == file.byteSize()
                ? first
                : file.slice(0, Math.min(file.byteSize(), MOST_HEADERS_BYTES));
    }

    private static Optional<ByteSlice> vmcoreinfo(List<ElfNote> notes) {
        for (var note : notes) {
            if (note.name().equals(VMCOREINFO)) {
                var text = note.description();
                if (text.byteSize() > MOST_VMCOREINFO_BYTES) {
                    throw text.malformed(0, "VMCOREINFO has %d bytes".formatted(text.byteSize()));
                }
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** Processes have these notes of Linux's {@code binfmt_elf} and of gdb's {@code gcore}; kernels have not. */
    private static boolean isProcess(List<ElfNote> notes) {
        return notes.stream()
                        .anyMatch(note ->
                                note.name().equals("CORE") && (note.type() == NT_PRPSINFO || note.type() == NT_AUXV))
                && notes.stream().noneMatch(note -> note.name().equals(VMCOREINFO));
    }

    private static String typeLabel(int type) {
        return ElfType.of(type).map(ElfType::label).orElseGet(() -> "file of type 0x%x".formatted(type));
    }

    private static UnsupportedTargetException unsupported(FileView file, String what) {
        return new UnsupportedTargetException(file.name() + ": " + what);
    }
}
