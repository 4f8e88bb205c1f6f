package org.wyrm.linux.cpumask;

import java.util.stream.IntStream;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Sets of CPUs: {@code struct cpumask}. */
public final class Cpumasks {
    /** The kernel's largest {@code CONFIG_NR_CPUS}; more in a mask is taken for damage and not looked at. */
    private static final int MAX_CPUS = 1 << 13;

    private Cpumasks() {}

    /**
     * {@return the CPUs in a mask, by number}
     *
     * @param mask {@code struct cpumask *}
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_cpu")
    public static IntStream forEachCpu(Value mask) {
        var bits = mask.member("bits");
        var last = (int) Math.min(nrCpuIds(mask.program()), bits.elementCount() * Long.SIZE);
        return IntStream.range(0, last)
                .filter(cpu -> (bits.subscript(cpu / Long.SIZE).longValue() >>> (cpu % Long.SIZE) & 1) != 0);
    }

    /**
     * {@return the CPUs that are online, by number}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_online_cpu")
    public static IntStream forEachOnlineCpu(Program program) {
        return forEachCpu(program.variable("__cpu_online_mask"));
    }

    /**
     * {@return the CPUs that may come, by number}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_possible_cpu")
    public static IntStream forEachPossibleCpu(Program program) {
        return forEachCpu(program.variable("__cpu_possible_mask"));
    }

    /**
     * {@return how many CPUs are online}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("num_online_cpus")
    public static int numOnlineCpus(Program program) {
        return (int) forEachOnlineCpu(program).count();
    }

    /**
     * {@return how many CPUs the machine has, those that are offline included}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("num_present_cpus")
    public static int numPresentCpus(Program program) {
        return (int) forEachCpu(program.variable("__cpu_present_mask")).count();
    }

    /** A kernel for one CPU has no {@code nr_cpu_ids}; and since v6.2 one for a fixed number has none either. */
    private static long nrCpuIds(Program program) {
        var count = program.findVariable("nr_cpu_ids").map(Value::longValue).orElse((long) MAX_CPUS);
        return Math.min(count, MAX_CPUS);
    }
}
