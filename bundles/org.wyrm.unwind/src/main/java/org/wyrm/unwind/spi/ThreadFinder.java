package org.wyrm.unwind.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.program.Program;

/**
 * Finds the threads of a program: a kernel's tasks, a process's threads. An operating system gives it to a program as an
 * extension. Thread-safe.
 */
@ConsumerType
public interface ThreadFinder {
    /** {@return whether they are a kernel's: what is below a system call is then another program} */
    boolean isKernel();

    /** {@return all threads, in the order of their numbers} */
    Stream<TargetThread> threads(Program program);

    /**
     * {@return the threads with a number: a kernel has an idle task of number 0 for each CPU}
     *
     * @param id a PID or TID
     */
    default List<TargetThread> withId(Program program, long id) {
        return threads(program).filter(thread -> thread.id() == id).toList();
    }

    /** {@return the thread whose object is at an address, if it is one of the target's; threads of processes have none} */
    default Optional<TargetThread> at(Program program, long virtualAddress) {
        return Optional.empty();
    }

    /** {@return the threads that CPUs run, in the order of CPUs; of a process, those that ran when it was looked at} */
    Stream<TargetThread> running(Program program);

    /** {@return the thread that a CPU runs, if there is that CPU} */
    Optional<TargetThread> onCpu(Program program, int cpu);

    /** {@return the thread that the target crashed in, if it did} */
    Optional<TargetThread> crashed(Program program);
}
