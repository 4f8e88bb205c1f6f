package org.wyrm.linux.sched;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Tasks and the scheduler: {@code struct task_struct}. */
@ProvidesHelpers(
        names = {
            "cpu_curr",
            "cpu_rq",
            "for_each_task_in_group",
            "idle_task",
            "loadavg",
            "task_cpu",
            "task_is_kthread",
            "task_on_cpu",
            "task_rq",
            "task_state_to_char"
        })
public final class Sched {
    /** The letters of {@link #taskStateToChar}. */
    public static final String STATE_LETTERS = "RSDTtXZPI";

    /** {@code PF_KTHREAD}: the task is a kernel thread. */
    private static final long PF_KTHREAD = 0x0020_0000;

    /** {@code TASK_REPORT}: the bits of a state that are told apart, each its own letter. */
    private static final long TASK_REPORT = 0x7f;

    /** {@code TASK_UNINTERRUPTIBLE | TASK_NOLOAD}. */
    private static final long TASK_IDLE = 0x402;

    private static final long TASK_UNINTERRUPTIBLE = 0x2;
    private static final long TASK_RTLOCK_WAIT = 0x1000;
    private static final double FIXED_1 = 1 << 11;

    private Sched() {}

    /**
     * {@return the letter that {@code ps} shows for a task's state: one of {@code RSDTtXZPI}}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/sched.h
     */
    @KernelName("task_state_to_char")
    public static char taskStateToChar(Value task) {
        // Since Linux kernel commit 2f064a59a11f ("sched: Change task_struct::state") (in v5.14),
        // the member is named "__state". Before that, it is named "state".
        var state =
                task.findMember("__state").orElseGet(() -> task.member("state")).longValue();
        var reported = (state | task.member("exit_state").longValue()) & TASK_REPORT;
        if ((state & TASK_IDLE) == TASK_IDLE) {
            reported = TASK_REPORT + 1;
        } else if ((state & TASK_RTLOCK_WAIT) != 0) {
            reported = TASK_UNINTERRUPTIBLE;
        }
        return STATE_LETTERS.charAt(Long.SIZE - Long.numberOfLeadingZeros(reported));
    }

    /**
     * {@return the number of the CPU that a task is on, or was last on}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/sched.h
     */
    @KernelName("task_cpu")
    public static int taskCpu(Value task) {
        // Since Linux kernel commit bcf9033e5449 ("sched: move CPU field back into thread_info if
        // THREAD_INFO_IN_TASK=y") (in v5.16), it is in thread_info. Before that, it is in task_struct.
        return task.findMember("cpu")
                .orElseGet(() -> task.member("thread_info").member("cpu"))
                .intValue();
    }

    /**
     * {@return whether a CPU runs a task}
     *
     * @param task {@code struct task_struct *}
     * @kernel kernel/sched/sched.h
     */
    @KernelName("task_on_cpu")
    public static boolean taskOnCpu(Value task) {
        // A kernel for one CPU has no such member.
        var isOn = task.findMember("on_cpu");
        return isOn.isPresent()
                ? isOn.get().booleanValue()
                : cpuCurr(task.program(), taskCpu(task)).address() == Walk.addressOf(task);
    }

    /**
     * {@return the run queue of a CPU, {@code struct rq}}
     *
     * @kernel kernel/sched/sched.h
     */
    @KernelName("cpu_rq")
    public static Value cpuRq(Program program, int cpu) {
        return Percpu.perCpu(program.variable("runqueues"), cpu);
    }

    /**
     * {@return the run queue of the CPU that a task is on, or was last on, {@code struct rq}}
     *
     * @param task {@code struct task_struct *}
     * @kernel kernel/sched/sched.h
     */
    @KernelName("task_rq")
    public static Value taskRq(Value task) {
        return cpuRq(task.program(), taskCpu(task));
    }

    /**
     * {@return the task that a CPU runs, {@code struct task_struct}}
     *
     * @kernel kernel/sched/sched.h
     */
    @KernelName("cpu_curr")
    public static Value cpuCurr(Program program, int cpu) {
        return cpuRq(program, cpu).member("curr").dereference();
    }

    /**
     * {@return the task that a CPU runs when there is nothing else to do, {@code struct task_struct}}
     *
     * @kernel kernel/sched/core.c
     */
    @KernelName("idle_task")
    public static Value idleTask(Program program, int cpu) {
        return cpuRq(program, cpu).member("idle").dereference();
    }

    /**
     * {@return the threads of a task's process, {@code struct task_struct}, itself included}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/sched/signal.h
     */
    @KernelName("for_each_task_in_group")
    public static Stream<Value> forEachThread(Value task) {
        var type = task.program().type("struct task_struct");
        return Lists.listForEachEntry(type, task.member("signal").member("thread_head"), "thread_node");
    }

    /**
     * {@return whether a task is a kernel thread}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/sched.h
     */
    @KernelName("task_is_kthread")
    public static boolean taskIsKthread(Value task) {
        return (task.member("flags").longValue() & PF_KTHREAD) != 0;
    }

    /**
     * {@return the PID of the process that a task's process came from; 0 for the first ones}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/sched.h
     */
    public static int taskPpid(Value task) {
        return task.member("real_parent").member("tgid").intValue();
    }

    /**
     * {@return the load averages over 1, 5 and 15 minutes}
     *
     * @kernel kernel/sched/loadavg.c
     */
    @KernelName("loadavg")
    public static List<Double> loadavg(Program program) {
        return program.variable("avenrun")
                .elements()
                .map(value -> value.longValue() / FIXED_1)
                .toList();
    }
}
