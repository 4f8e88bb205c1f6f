package org.wyrm.linux.cpumask;

import java.util.ArrayList;
import java.util.stream.IntStream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.bitops.Bitops;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Sets of CPUs: {@code struct cpumask}. */
@ProvidesHelpers(
        names = {
            "cpu_online_mask",
            "cpu_possible_mask",
            "cpu_present_mask",
            "cpumask_of",
            "cpumask_to_cpulist",
            "cpumask_weight",
            "for_each_cpu",
            "for_each_online_cpu",
            "for_each_possible_cpu",
            "for_each_present_cpu",
            "num_online_cpus",
            "num_possible_cpus",
            "num_present_cpus"
        })
public final class Cpumasks {
    /** The kernel's largest {@code CONFIG_NR_CPUS}; more in a mask is taken for damage and not looked at. */
    private static final int MAX_CPUS = 1 << 13;

    private Cpumasks() {}

    /**
     * {@return the CPUs that are online, {@code struct cpumask}}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpu_online_mask")
    public static Value cpuOnlineMask(Program program) {
        return mask(program, "cpu_online_mask");
    }

    /**
     * {@return the CPUs that may come, {@code struct cpumask}}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpu_possible_mask")
    public static Value cpuPossibleMask(Program program) {
        return mask(program, "cpu_possible_mask");
    }

    /**
     * {@return the CPUs that the machine has, {@code struct cpumask}}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpu_present_mask")
    public static Value cpuPresentMask(Program program) {
        return mask(program, "cpu_present_mask");
    }

    private static Value mask(Program program, String name) {
        // Since Linux kernel commit c4c54dd1caf1 ("kernel/cpu.c: change type of cpu_possible_bits and friends") (in
        // v4.5), the masks are variables. Before that, there are pointers to them.
        return program.findVariable("__" + name)
                .orElseGet(() -> program.variable(name).dereference());
    }

    /**
     * {@return the set of just one CPU, {@code struct cpumask}}
     *
     * @param cpu the CPU's number
     * @throws LookupFailedException if there is no such number
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpumask_of")
    public static Value cpumaskOf(Program program, int cpu) {
        if (cpu < 0 || cpu >= nrCpuIds(program)) {
            throw new LookupFailedException("CPU", Integer.toString(cpu));
        }
        // Row n + 1 of the table has bit n of its first word set. A mask whose other words come first begins that many
        // words earlier, at zeros of the row before.
        var type = program.type("struct cpumask");
        var row = (long) (cpu % Long.SIZE + 1) * Value.sizeOf(type);
        var words = (long) (cpu / Long.SIZE) * Long.BYTES;
        return program.object(type, program.symbol("cpu_bit_bitmap").address() + row - words);
    }

    /**
     * {@return how many CPUs are in a mask}
     *
     * @param mask {@code struct cpumask *}
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpumask_weight")
    public static int cpumaskWeight(Value mask) {
        return (int) forEachCpu(mask).count();
    }

    /**
     * {@return the CPUs in a mask as the kernel writes them: {@code 0-3,8}; empty where there is none}
     *
     * @param mask {@code struct cpumask *}
     * @kernel include/linux/cpumask.h
     */
    @KernelName("cpumask_to_cpulist")
    public static String cpumaskToCpulist(Value mask) {
        var ranges = new ArrayList<String>();
        var cpus = forEachCpu(mask).toArray();
        var first = 0;
        for (var i = 0; i < cpus.length; i++) {
            if (i + 1 == cpus.length || cpus[i + 1] != cpus[i] + 1) {
                ranges.add(first == i ? Integer.toString(cpus[i]) : cpus[first] + "-" + cpus[i]);
                first = i + 1;
            }
        }
        return String.join(",", ranges);
    }

    /**
     * {@return the CPUs in a mask, by number}
     *
     * @param mask {@code struct cpumask *}
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_cpu")
    public static IntStream forEachCpu(Value mask) {
        var bits = mask.member("bits");
        var count = Math.min(nrCpuIds(mask.program()), bits.elementCount() * Long.SIZE);
        return Bitops.forEachSetBit(bits, count).mapToInt(cpu -> (int) cpu);
    }

    /**
     * {@return the CPUs that are online, by number}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_online_cpu")
    public static IntStream forEachOnlineCpu(Program program) {
        return forEachCpu(cpuOnlineMask(program));
    }

    /**
     * {@return the CPUs that may come, by number}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_possible_cpu")
    public static IntStream forEachPossibleCpu(Program program) {
        return forEachCpu(cpuPossibleMask(program));
    }

    /**
     * {@return the CPUs that the machine has, by number}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("for_each_present_cpu")
    public static IntStream forEachPresentCpu(Program program) {
        return forEachCpu(cpuPresentMask(program));
    }

    /**
     * {@return how many CPUs are online}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("num_online_cpus")
    public static int numOnlineCpus(Program program) {
        return cpumaskWeight(cpuOnlineMask(program));
    }

    /**
     * {@return how many CPUs may come}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("num_possible_cpus")
    public static int numPossibleCpus(Program program) {
        return cpumaskWeight(cpuPossibleMask(program));
    }

    /**
     * {@return how many CPUs the machine has, those that are offline included}
     *
     * @kernel include/linux/cpumask.h
     */
    @KernelName("num_present_cpus")
    public static int numPresentCpus(Program program) {
        return cpumaskWeight(cpuPresentMask(program));
    }

    /** {@return how many numbers of CPUs there are, at most 8192} */
    public static long nrCpuIds(Program program) {
        // A kernel for one CPU has no such variable; and since v6.2 one for a fixed number has none either.
        var count = program.findVariable("nr_cpu_ids").map(Value::longValue).orElse((long) MAX_CPUS);
        return Math.min(count, MAX_CPUS);
    }
}
