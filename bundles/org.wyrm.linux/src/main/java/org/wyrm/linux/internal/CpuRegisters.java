package org.wyrm.linux.internal;

import java.util.Optional;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.Program;
import org.wyrm.program.spi.TargetImage.Note;

/**
 * The registers of the CPUs, when the target stopped. A kernel that crashed saved them itself, in {@code crash_notes}; of
 * one that was dumped from outside, whoever dumped it did.
 *
 * @kernel kernel/kexec_core.c
 */
final class CpuRegisters {
    private static final int NT_PRSTATUS = 1;
    private static final String CORE = "CORE";

    /** Of {@code struct elf_prstatus} of 64 bits: {@code pr_pid} and {@code pr_reg}. */
    private static final int PID_OFFSET = 32;

    private static final int REGISTERS_OFFSET = 112;

    /** {@code CRASH_CORE_NOTE_BYTES} is less. */
    private static final int MOST_NOTE_BYTES = 1 << 12;

    private static final int NOTE_HEADER_BYTES = 12;

    private CpuRegisters() {}

    /**
     * {@return the registers of a CPU}
     *
     * @throws LookupFailedException if nobody saved them
     */
    static Registers of(Program program, int cpu) {
        var vmcoreinfo = LinuxKernel.of(program).vmcoreinfo();
        var status = vmcoreinfo.find("CRASHTIME").isPresent() ? ofCrashNotes(program, cpu) : ofImage(program, cpu);
        var abi = KernelThread.abi(program);
        return status.filter(content -> content.byteSize() >= REGISTERS_OFFSET + (long) abi.ptRegsByteSize())
                .map(content -> registers(abi, content))
                .orElseThrow(() -> new LookupFailedException(
                        "registers of CPU",
                        Integer.toString(cpu),
                        program.isRunning()
                                ? "the kernel runs, and what its CPUs have in them is not known"
                                : "the target has no NT_PRSTATUS of it"));
    }

    private static Registers registers(Abi abi, ByteSlice status) {
        return abi.ofPtRegs(status.slice(REGISTERS_OFFSET, status.byteSize() - REGISTERS_OFFSET));
    }

    /** {@code crash_notes} points to a buffer for each CPU, with an ELF note in it, or nothing. */
    private static Optional<ByteSlice> ofCrashNotes(Program program, int cpu) {
        var memory = program.memory();
        var pointer = program.scalar(
                program.type("unsigned char *"),
                memory.u64(program.symbol("crash_notes").address()));
        var note = Percpu.perCpuPtr(pointer, cpu).address();
        var nameByteSize = memory.u32(note);
        var contentByteSize = memory.u32(note + Integer.BYTES);
        if (nameByteSize == 0) {
            return Optional.empty();
        }
        if (nameByteSize > MOST_NOTE_BYTES || contentByteSize > MOST_NOTE_BYTES) {
            throw new CorruptStructureException(
                    "crash_notes", note, "a note of %d and %d bytes".formatted(nameByteSize, contentByteSize));
        }
        var content = note + NOTE_HEADER_BYTES + (nameByteSize + 3 & -4);
        return memory.u32(note + 2 * Integer.BYTES) == NT_PRSTATUS
                ? Optional.of(memory.slice("crash_notes of CPU " + cpu, content, (int) contentByteSize))
                : Optional.empty();
    }

    /** Hypervisors write the number of the CPU and 1 as the process. */
    private static Optional<ByteSlice> ofImage(Program program, int cpu) {
        return program.image().notes().stream()
                .filter(note -> note.type() == NT_PRSTATUS && note.name().equals(CORE))
                .map(Note::description)
                .filter(content -> content.byteSize() > REGISTERS_OFFSET && content.s32(PID_OFFSET) == cpu + 1)
                .findFirst();
    }
}
