package org.wyrm.process.internal;

import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/**
 * {@code struct elf_prstatus} of 64 bits.
 *
 * @param content the note
 * @param floatingPoint the thread's {@code NT_FPREGSET}, or the architecture's own note that begins with the same, if
 *     there is one
 * @kernel include/linux/elfcore.h
 */
record ThreadStatus(ByteSlice content, Optional<ByteSlice> floatingPoint) {
    private static final int SIGNAL_OFFSET = 12;
    private static final int PID_OFFSET = 32;
    private static final int REGISTERS_OFFSET = 112;

    ThreadStatus {
        if (content.byteSize() < REGISTERS_OFFSET) {
            throw content.malformed(
                    0, "NT_PRSTATUS has %d bytes, fewer than %d".formatted(content.byteSize(), REGISTERS_OFFSET));
        }
    }

    /** {@return the signal that it was to be given, 0 for none} */
    int signal() {
        return content.u16(SIGNAL_OFFSET);
    }

    int id() {
        return content.s32(PID_OFFSET);
    }

    ByteSlice registers() {
        return content.slice(REGISTERS_OFFSET, content.byteSize() - REGISTERS_OFFSET);
    }
}
