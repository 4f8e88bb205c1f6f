package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.panic.Panic;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sched.Sched;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** The tasks of a kernel. */
final class KernelThreads implements ThreadFinder {
    @Override
    public boolean isKernel() {
        return true;
    }

    @Override
    public Stream<TargetThread> threads(Program program) {
        return Pids.forEachTask(program).map(KernelThread::new);
    }

    @Override
    public List<TargetThread> withId(Program program, long id) {
        if (id == 0) {
            return Cpumasks.forEachPresentCpu(program)
                    .mapToObj(cpu -> Sched.cpuRq(program, cpu).member("idle"))
                    .filter(idle -> !idle.isNull())
                    .<TargetThread>map(idle -> new KernelThread(idle.dereference()))
                    .toList();
        }
        return id < 0 || id > Integer.MAX_VALUE
                ? List.of()
                : Pids.findTask(program, (int) id).<TargetThread>map(KernelThread::new).stream()
                        .toList();
    }

    @Override
    public Optional<TargetThread> at(Program program, long virtualAddress) {
        var tasks = new ArrayList<>(threads(program).toList());
        tasks.addAll(withId(program, 0));
        return tasks.stream()
                .filter(task -> task.object().orElseThrow().address() == virtualAddress)
                .findFirst();
    }

    @Override
    public Stream<TargetThread> running(Program program) {
        return Cpumasks.forEachPresentCpu(program)
                .mapToObj(cpu -> onCpu(program, cpu))
                .flatMap(Optional::stream);
    }

    @Override
    public Optional<TargetThread> onCpu(Program program, int cpu) {
        if (Cpumasks.forEachPresentCpu(program).noneMatch(present -> present == cpu)) {
            return Optional.empty();
        }
        return Optional.of(Sched.cpuRq(program, cpu).member("curr"))
                .filter(task -> !task.isNull())
                .map(task -> new KernelThread(task.dereference()));
    }

    @Override
    public Optional<TargetThread> crashed(Program program) {
        return Panic.panicTask(program).map(KernelThread::new);
    }
}
