package org.wyrm.target.process.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.host.StoppedThread;
import org.wyrm.host.SystemCallException;
import org.wyrm.host.ThreadStop;
import org.wyrm.memory.Chunk;
import org.wyrm.program.spi.RunningThread;

/** A thread of a process of this machine, which is of x86-64. */
record ProcessThread(ProcessFolder folder, int number, ProcessMemory memory, StopTimes stops, Cancellation cancellation)
        implements RunningThread {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final int NT_PRSTATUS = 1;
    private static final int NT_FPREGSET = 2;

    /** {@code struct user_regs_struct}, {@code struct user_fpregs_struct}. */
    private static final int GENERAL_BYTES = 27 * Long.BYTES;

    private static final int FLOATING_POINT_BYTES = 512;
    private static final int STACK_POINTER_OFFSET = 19 * Long.BYTES;

    /** What functions may use below the stack pointer, by the ABI. */
    private static final int RED_ZONE_BYTES = 128;

    /** More is read when it is asked for, as it is then. */
    private static final int MOST_STACK_BYTES = 1 << 20;

    @Override
    public long id() {
        return number;
    }

    private Path path() {
        return folder.task(number);
    }

    private Optional<String> stat() {
        return ProcessFolder.find(path().resolve("stat"));
    }

    @Override
    public Optional<String> name() {
        return ProcessFolder.find(path().resolve("comm")).map(String::strip);
    }

    @Override
    public Optional<Character> state() {
        return stat().map(ProcessStatus::state);
    }

    @Override
    public OptionalInt cpu() {
        var stat = stat();
        return stat.isPresent() ? OptionalInt.of(ProcessStatus.cpu(stat.get())) : OptionalInt.empty();
    }

    /** What was read while it stood. */
    private record Kept(Stopped registers, Optional<Chunk> stack) {}

    @Override
    public Stopped stop() {
        var parent = status(folder.path()).flatMap(lines -> ProcessStatus.value(lines, "PPid"));
        if (parent.equals(Optional.of(Long.toString(ProcessHandle.current().pid())))) {
            throw new OperationFailedException(
                    "thread %d is of a child of this very process: Java would take its stop for its end"
                            .formatted(number));
        }
        // What takes long is done before: reading the list, and all that Java loads when code first runs.
        var regions = memory.regions();
        try {
            keep((note, maxByteSize) -> new byte[maxByteSize], regions);
            var outcome = ThreadStop.whileStopped(number, LIMIT, cancellation, thread -> keep(thread, regions));
            stops.add(outcome.stoppedNanos());
            var kept = outcome.result();
            kept.stack.ifPresent(memory.snapshots()::keep);
            return kept.registers;
        } catch (SystemCallException e) {
            throw new OperationFailedException("thread %d %s".formatted(number, why(e)), e);
        } catch (IOException e) {
            throw new OperationFailedException("thread %d: %s".formatted(number, e.getMessage()), e);
        }
    }

    private Kept keep(StoppedThread thread, List<Region> regions) throws IOException {
        var general = slice(thread.registers(NT_PRSTATUS, GENERAL_BYTES));
        var floatingPoint = slice(thread.registers(NT_FPREGSET, FLOATING_POINT_BYTES));
        var first = general.u64(STACK_POINTER_OFFSET) - RED_ZONE_BYTES;
        var stack = new byte[0];
        for (var region : regions) {
            if (region.contains(first)) {
                stack = memory.read(first, (int) Math.min(MOST_STACK_BYTES, region.lastAddress() - first + 1));
            }
        }
        return new Kept(
                new Stopped(general, Optional.of(floatingPoint)),
                stack.length == 0 ? Optional.empty() : Optional.of(new Chunk(first, MemorySegment.ofArray(stack))));
    }

    private ByteSlice slice(byte[] registers) {
        return ByteSlice.of("registers of thread " + number, registers, ByteOrder.LITTLE_ENDIAN);
    }

    private String why(SystemCallException e) {
        var state = state();
        if (state.isEmpty() || state.get() == 'Z' || e.errno() == SystemCallException.ECHILD) {
            return "has ended";
        }
        return switch (e.errno()) {
            case SystemCallException.EPERM ->
                tracer().map(ProcessThread::traced).orElse("may not be stopped by this user");
            case SystemCallException.ETIMEDOUT ->
                "did not stop within %d s (state %c: it waits in the kernel); it was left alone"
                        .formatted(LIMIT.toSeconds(), state.get());
            default -> "cannot be stopped: " + e.getMessage();
        };
    }

    /** {@return the process that traces it, if one does} */
    private Optional<String> tracer() {
        return status(path())
                .flatMap(lines -> ProcessStatus.value(lines, "TracerPid"))
                .filter(thread -> !thread.equals("0"))
                .map(thread -> status(folder.proc().resolve(thread))
                        .map(lines -> "%s (%s)"
                                .formatted(
                                        ProcessStatus.value(lines, "Tgid").orElse(thread),
                                        ProcessStatus.value(lines, "Name").orElse("?")))
                        .orElse(thread));
    }

    private static Optional<String> status(Path folder) {
        return ProcessFolder.find(folder.resolve("status"));
    }

    private static String traced(String tracer) {
        return "is traced by process " + tracer + ", and only one can do that";
    }
}
