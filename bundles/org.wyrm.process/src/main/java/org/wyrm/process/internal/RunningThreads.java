package org.wyrm.process.internal;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.program.Program;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** The threads of a process that runs, as they are when they are asked for. */
record RunningThreads(RunningProcess process) implements ThreadFinder {
    @Override
    public boolean isKernel() {
        return false;
    }

    @Override
    public Stream<TargetThread> threads(Program program) {
        return process.threads().stream().map(thread -> new RunningProcessThread(program, process, thread));
    }

    @Override
    public Stream<TargetThread> running(Program program) {
        return threads(program).filter(TargetThread::isOnCpu);
    }

    @Override
    public Optional<TargetThread> onCpu(Program program, int cpu) {
        return running(program).filter(thread -> thread.cpu().orElse(-1) == cpu).findFirst();
    }

    @Override
    public Optional<TargetThread> crashed(Program program) {
        return Optional.empty();
    }
}
