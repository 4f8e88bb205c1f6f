package org.wyrm.remote;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.program.spi.TargetImage.Note;

/**
 * The registers of a CPU as the notes that a dump of QEMU would have of it: {@code NT_PRSTATUS} and {@code QEMU}, both of
 * x86-64.
 *
 * @kernel include/uapi/linux/elfcore.h
 */
public final class CpuNotes {
    private static final int NT_PRSTATUS = 1;
    private static final int STATUS_BYTES = 336;
    private static final int PID_OFFSET = 32;
    private static final int REGISTERS_OFFSET = 112;

    /** {@code struct user_regs_struct}, in its order. */
    private static final List<String> USER_REGISTERS = List.of(
            "r15",
            "r14",
            "r13",
            "r12",
            "rbp",
            "rbx",
            "r11",
            "r10",
            "r9",
            "r8",
            "rax",
            "rcx",
            "rdx",
            "rsi",
            "rdi",
            "orig_rax",
            "rip",
            "cs",
            "eflags",
            "rsp",
            "ss",
            "fs_base",
            "gs_base",
            "ds",
            "es",
            "fs",
            "gs");

    /** {@code QEMUCPUState} of version 1; what page tables a CPU uses is all that is filled in. */
    private static final int QEMU_BYTES = 440;

    private static final int QEMU_CR3_OFFSET = 416;
    private static final int QEMU_CR4_OFFSET = 424;

    private CpuNotes() {}

    /**
     * {@return the notes of a CPU}
     *
     * @param cpu its number, from 0
     * @param registers their values by the names that gdb has for them; that of one that is not known is 0
     */
    public static List<Note> of(int cpu, Function<String, OptionalLong> registers) {
        ToLongFunction<String> value = name -> registers.apply(name).orElse(0);
        var status = ByteBuffer.allocate(STATUS_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        status.putInt(PID_OFFSET, cpu + 1).position(REGISTERS_OFFSET);
        USER_REGISTERS.forEach(name -> status.putLong(value.applyAsLong(name)));
        var notes = new ArrayList<Note>();
        notes.add(note("CORE", NT_PRSTATUS, status));
        if (registers.apply("cr3").isPresent()) {
            var state = ByteBuffer.allocate(QEMU_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            state.putInt(0, 1).putInt(Integer.BYTES, QEMU_BYTES);
            state.putLong(QEMU_CR3_OFFSET, value.applyAsLong("cr3"));
            state.putLong(QEMU_CR4_OFFSET, value.applyAsLong("cr4"));
            notes.add(note("QEMU", 0, state));
        }
        return notes;
    }

    private static Note note(String name, int type, ByteBuffer content) {
        return new Note(
                name, type, ByteSlice.of(name, MemorySegment.ofBuffer(content.clear()), ByteOrder.LITTLE_ENDIAN));
    }
}
