package org.wyrm.process.internal;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.program.spi.RunningThread;
import org.wyrm.unwind.spi.TargetThread;

/** A thread of a process that runs. It is stopped once, when its registers are first asked for. */
final class RunningProcessThread implements TargetThread {
    private static final char RUNNABLE = 'R';

    private final Program program;
    private final RunningProcess process;
    private final RunningThread thread;
    private @Nullable Start start;

    RunningProcessThread(Program program, RunningProcess process, RunningThread thread) {
        this.program = program;
        this.process = process;
        this.thread = thread;
    }

    @Override
    public long id() {
        return thread.id();
    }

    @Override
    public Optional<Value> object() {
        return Optional.empty();
    }

    @Override
    public Optional<String> name() {
        return thread.name();
    }

    @Override
    public OptionalInt cpu() {
        return thread.cpu();
    }

    @Override
    public Optional<Character> state() {
        return thread.state();
    }

    /** {@inheritDoc} Or waits for a CPU to do so. */
    @Override
    public boolean isOnCpu() {
        return state().filter(letter -> letter == RUNNABLE).isPresent();
    }

    @Override
    public synchronized Start start() {
        var known = start;
        if (known == null) {
            var stopped = thread.stop();
            known = ProcessThread.start(program, stopped.general(), stopped.floatingPoint());
            start = known;
        }
        return known;
    }

    @Override
    public Optional<Stack> stackAt(long virtualAddress) {
        return ProcessThread.stackAt(virtualAddress, program, start(), process::mappingAt);
    }
}
