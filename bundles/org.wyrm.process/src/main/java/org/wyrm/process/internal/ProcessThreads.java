package org.wyrm.process.internal;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** The threads of a process, by the notes of its core dump. */
final class ProcessThreads implements ThreadFinder {
    @Override
    public boolean isKernel() {
        return false;
    }

    @Override
    public Stream<TargetThread> threads(Program program) {
        return ProcessNotes.statuses(program.image()).stream().map(status -> new ProcessThread(program, status));
    }

    @Override
    public Stream<TargetThread> running(Program program) {
        return threads(program);
    }

    @Override
    public Optional<TargetThread> onCpu(Program program, int cpu) {
        return Optional.empty();
    }

    /** {@inheritDoc} Who wrote the dump put that thread first. */
    @Override
    public Optional<TargetThread> crashed(Program program) {
        return ProcessNotes.statuses(program.image()).stream()
                .limit(1)
                .<TargetThread>map(status -> new ProcessThread(program, status))
                .findFirst();
    }
}
