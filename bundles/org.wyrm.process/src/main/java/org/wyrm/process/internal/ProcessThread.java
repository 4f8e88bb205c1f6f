package org.wyrm.process.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.unwind.spi.TargetThread;

/** A thread of a process that was dumped. */
final class ProcessThread implements TargetThread {
    private final Program program;
    private final ThreadStatus status;

    ProcessThread(Program program, ThreadStatus status) {
        this.program = program;
        this.status = status;
    }

    @Override
    public long id() {
        return status.id();
    }

    @Override
    public Optional<Value> object() {
        return Optional.empty();
    }

    /** {@inheritDoc} Dumps have the name of the process only. */
    @Override
    public Optional<String> name() {
        return ProcessNotes.name(program.image());
    }

    @Override
    public OptionalInt cpu() {
        return OptionalInt.empty();
    }

    @Override
    public Optional<Character> state() {
        return Optional.empty();
    }

    @Override
    public boolean isOnCpu() {
        return false;
    }

    @Override
    public Start start() {
        var architecture = program.architecture();
        var abi = architecture
                .abi()
                .orElseThrow(() -> new UnsupportedTargetException(
                        "registers of architecture " + architecture.name() + " are not known"));
        var registers = status.registers();
        if (registers.byteSize() < abi.ptRegsByteSize()) {
            throw registers.malformed(0, "NT_PRSTATUS has only %d bytes of registers".formatted(registers.byteSize()));
        }
        var general = abi.ofPtRegs(registers);
        return new Start(
                status.floatingPoint()
                        .map(content -> abi.withFloatingPoint(general, content))
                        .orElse(general),
                true);
    }

    @Override
    public List<Stack> stacks() {
        return List.of();
    }
}
