package org.wyrm.unwind;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** A kernel without tasks. */
final class TestKernel implements ThreadFinder {
    @Override
    public boolean isKernel() {
        return true;
    }

    @Override
    public Stream<TargetThread> threads(Program program) {
        return Stream.of();
    }

    @Override
    public List<TargetThread> withId(Program program, long id) {
        return List.of();
    }

    @Override
    public Optional<TargetThread> at(Program program, long virtualAddress) {
        return Optional.empty();
    }

    @Override
    public Stream<TargetThread> running(Program program) {
        return Stream.of();
    }

    @Override
    public Optional<TargetThread> onCpu(Program program, int cpu) {
        return Optional.empty();
    }

    @Override
    public Optional<TargetThread> crashed(Program program) {
        return Optional.empty();
    }
}
