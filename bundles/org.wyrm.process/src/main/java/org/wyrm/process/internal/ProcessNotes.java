package org.wyrm.process.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.program.spi.TargetImage.Note;

/**
 * The notes of a process's core dump, of 64 bits.
 *
 * @kernel fs/binfmt_elf.c
 */
final class ProcessNotes {
    private static final String CORE = "CORE";
    private static final int NT_PRSTATUS = 1;
    private static final int NT_FPREGSET = 2;
    private static final int NT_PRPSINFO = 3;
    private static final int NT_AUXV = 6;
    private static final int NT_FILE = 0x4649_4c45;
    private static final String LINUX = "LINUX";
    private static final int NT_X86_XSTATE = 0x202;

    /** Of {@code struct elf_prpsinfo}. */
    private static final int NAME_OFFSET = 40;

    private static final int NAME_BYTES = 16;

    private ProcessNotes() {}

    static boolean isStatus(Note note) {
        return note.type() == NT_PRSTATUS && note.name().equals(CORE);
    }

    /** {@return the registers and the state of each thread, that which made the dump first} */
    static List<ThreadStatus> statuses(TargetImage image) {
        var statuses = new ArrayList<ThreadStatus>();
        for (var note : image.notes()) {
            if (isStatus(note)) {
                statuses.add(new ThreadStatus(note.description(), Optional.empty()));
            } else if (isFloatingPoint(note) && !statuses.isEmpty()) {
                // The other notes of a thread follow its status; the one that has more comes last.
                statuses.add(new ThreadStatus(statuses.removeLast().content(), Optional.of(note.description())));
            }
        }
        return statuses;
    }

    private static boolean isFloatingPoint(Note note) {
        return note.type() == NT_FPREGSET && note.name().equals(CORE)
                || note.type() == NT_X86_XSTATE && note.name().equals(LINUX);
    }

    /** {@return the list of mapped files, if there is one} */
    static Optional<ByteSlice> files(TargetImage image) {
        return find(image, NT_FILE);
    }

    /** {@return the name of the process, as {@code /proc/PID/comm} has it} */
    static Optional<String> name(TargetImage image) {
        return find(image, NT_PRPSINFO)
                .filter(content -> content.byteSize() >= NAME_OFFSET + NAME_BYTES)
                .map(content -> content.slice(NAME_OFFSET, NAME_BYTES).cString(0));
    }

    /** {@return an entry of the auxiliary vector, if there is one} */
    static Optional<Long> auxiliary(TargetImage image, long type) {
        return find(image, NT_AUXV).flatMap(vector -> {
            for (var at = 0L; at + 2 * Long.BYTES <= vector.byteSize(); at += 2 * Long.BYTES) {
                if (vector.u64(at) == type) {
                    return Optional.of(vector.u64(at + Long.BYTES));
                }
            }
            return Optional.empty();
        });
    }

    private static Optional<ByteSlice> find(TargetImage image, int type) {
        return image.notes().stream()
                .filter(note -> note.type() == type && note.name().equals(CORE))
                .map(Note::description)
                .findFirst();
    }
}
