package org.wyrm.process.internal;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
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
        return start(program, status.registers(), status.floatingPoint());
    }

    /**
     * {@return registers of a thread, to begin with}
     *
     * @param general as in {@code NT_PRSTATUS}
     * @param floatingPoint as in {@code NT_FPREGSET}
     */
    static Start start(Program program, ByteSlice general, Optional<ByteSlice> floatingPoint) {
        var architecture = program.architecture();
        var abi = architecture
                .abi()
                .orElseThrow(() -> new UnsupportedTargetException(
                        "registers of architecture " + architecture.name() + " are not known"));
        if (general.byteSize() < abi.ptRegsByteSize()) {
            throw general.malformed(0, "NT_PRSTATUS has only %d bytes of registers".formatted(general.byteSize()));
        }
        var registers = abi.ofPtRegs(general);
        return new Start(
                floatingPoint
                        .map(content -> abi.withFloatingPoint(registers, content))
                        .orElse(registers),
                true);
    }

    /** {@inheritDoc} It is the mapping that the stack pointer leads to. */
    @Override
    public Optional<Stack> stackAt(long virtualAddress) {
        return stackAt(
                virtualAddress,
                program,
                start(),
                address -> program.memory().ranges().stream()
                        .filter(range -> range.contains(address))
                        .findFirst());
    }

    /** {@return the stack that a thread is on, if that is a mapping with an address} */
    static Optional<Stack> stackAt(
            long virtualAddress, Program program, Start start, LongFunction<Optional<AddressRange>> mappingAt) {
        var sp =
                start.registers().get(program.architecture().abi().orElseThrow().stackPointer());
        return sp.isEmpty()
                ? Optional.empty()
                : mappingAt
                        .apply(sp.getAsLong())
                        .filter(range -> range.contains(virtualAddress))
                        .map(range -> new Stack("task", range));
    }
}
