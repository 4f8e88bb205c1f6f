package org.wyrm.linux.pid;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Process identifiers: {@code struct pid}, and the tasks that have them. */
@ProvidesHelpers(names = {"find_task", "for_each_pid", "for_each_task", "pid_task"})
public final class Pids {
    /** {@code enum pid_type}: the identifier of one thread. */
    private static final int PIDTYPE_PID = 0;

    /** How often a task is read that changes meanwhile. */
    private static final int MOST_TRIES = 16;

    private Pids() {}

    /**
     * A number of a name space and what has it.
     *
     * @param number the number: a PID
     * @param pid {@code struct pid}
     */
    public record Numbered(int number, Value pid) {}

    /**
     * {@return all that has a number in the initial name space, by number}
     *
     * @kernel kernel/pid.c
     */
    @KernelName("for_each_pid")
    public static Stream<Numbered> forEachPid(Program program) {
        return Idrs.idrForEachEntry(program.variable("init_pid_ns").member("idr"), program.type("struct pid"))
                .map(entry -> new Numbered((int) entry.id(), entry.object()));
    }

    /**
     * {@return the task that has an identifier as its PID, {@code struct task_struct}; empty if it is only a group's or
     * a session's}
     *
     * @param pid {@code struct pid *}
     * @kernel kernel/pid.c
     */
    @KernelName("pid_task")
    public static Optional<Value> pidTask(Value pid) {
        var program = pid.program();
        var first = pid.member("tasks").subscript(PIDTYPE_PID).member("first");
        if (first.isNull()) {
            return Optional.empty();
        }
        var task = program.type("struct task_struct");
        // Since Linux kernel commit 2c4704756cab ("pids: Move the pgrp and session pid pointers from task_struct to
        // signal_struct") (in v4.19), the links are task_struct.pid_links. Before that, they are task_struct.pids.
        var links = Field.of(task, "pid_links");
        return Optional.of(first.containerOf(task, links));
    }

    /**
     * {@return all tasks of the target, {@code struct task_struct}, by PID: every thread of every process, without the
     * idle tasks}
     *
     * @kernel kernel/pid.c
     */
    @KernelName("for_each_task")
    public static Stream<Value> forEachTask(Program program) {
        return forEachPid(program).flatMap(numbered -> pidTask(numbered.pid).stream());
    }

    /**
     * {@return what a reader tells of the task with a PID, of a target that runs too: the task still has the PID when the
     * reader is done, so its memory did not become another's} Empty if no task has the PID.
     *
     * @param reader is called again where it read of a task that ended
     * @throws OperationFailedException if that happened too often
     */
    public static <T> Optional<T> ofTask(Program program, int number, Function<Value, T> reader) {
        for (var tries = 1; ; tries++) {
            try {
                var task = findTask(program, number);
                var told = task.map(reader);
                if (!program.isRunning()
                        || task.map(Value::address)
                                .equals(findTask(program, number).map(Value::address))) {
                    return told;
                }
            } catch (FaultException | CorruptStructureException e) {
                if (!program.isRunning() || tries == MOST_TRIES) {
                    throw e;
                }
            }
            if (tries == MOST_TRIES) {
                throw new OperationFailedException(
                        "task %d changed while it was read, %d times in a row; try again".formatted(number, tries));
            }
        }
    }

    /**
     * {@return the task with a PID, {@code struct task_struct}}
     *
     * @kernel kernel/pid.c
     */
    @KernelName("find_task")
    public static Optional<Value> findTask(Program program, int number) {
        var found = Idrs.idrFind(program.variable("init_pid_ns").member("idr"), number);
        return found == 0 ? Optional.empty() : pidTask(program.object(program.type("struct pid"), found));
    }
}
