package org.wyrm.linux.percpu;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Per-CPU variables: each CPU has its own, at the distance {@code __per_cpu_offset[cpu]} from the template. */
@ProvidesHelpers(names = {"per_cpu", "per_cpu_ptr", "percpu_counter_sum", "percpu_counter_sum_positive"})
public final class Percpu {
    private Percpu() {}

    /** Where the distances are; a kernel for one CPU has none, and its variables are their own templates. */
    private record Distances(OptionalLong address, long cpuCount) {
        Distances(Program program) {
            this(
                    program.findVariable("__per_cpu_offset").stream()
                            .mapToLong(Value::address)
                            .findFirst(),
                    Cpumasks.nrCpuIds(program));
        }

        long of(Program program, int cpu) {
            if (cpu < 0 || cpu >= cpuCount) {
                throw new LookupFailedException("CPU", Integer.toString(cpu));
            }
            program.cancellation().check();
            return address.isEmpty() ? 0 : program.memory().u64(address.getAsLong() + (long) cpu * Long.BYTES);
        }
    }

    /**
     * {@return a CPU's own object of a per-CPU variable}
     *
     * @param variable the variable, as {@code Program.variable} gives it
     * @param cpu the CPU's number
     * @throws LookupFailedException if there is no such number
     * @kernel include/linux/percpu-defs.h
     */
    @KernelName("per_cpu")
    public static Value perCpu(Value variable, int cpu) {
        return variable.program().object(variable.type(), variable.address() + offset(variable, cpu));
    }

    /**
     * {@return a CPU's own object behind a per-CPU pointer}
     *
     * @param pointer {@code type __percpu *}
     * @param cpu the CPU's number
     * @throws LookupFailedException if there is no such number
     * @kernel include/linux/percpu-defs.h
     */
    @KernelName("per_cpu_ptr")
    public static Value perCpuPtr(Value pointer, int cpu) {
        return pointer.program().object(Walk.typeOf(pointer), pointer.longValue() + offset(pointer, cpu));
    }

    /**
     * {@return the exact sum of a counter: what is in its middle and what the CPUs hold}
     *
     * <p>Of all CPUs that may be: a panic takes the others out of the online mask without folding what they hold.
     *
     * @param counter {@code struct percpu_counter *}
     * @kernel lib/percpu_counter.c
     */
    @KernelName("percpu_counter_sum")
    public static long percpuCounterSum(Value counter) {
        // A kernel for one CPU has nothing but the count.
        var held = counter.findMember("counters").filter(pointer -> !pointer.isNull());
        var perCpu = held.map(pointer -> Cpumasks.forEachPossibleCpu(counter.program())
                        .mapToLong(cpu -> perCpuPtr(pointer, cpu).longValue()))
                .orElse(LongStream.empty());
        return counter.member("count").longValue() + perCpu.sum();
    }

    /**
     * {@return the exact sum of a counter, or 0 where it is negative}
     *
     * @param counter {@code struct percpu_counter *}
     * @kernel include/linux/percpu_counter.h
     */
    @KernelName("percpu_counter_sum_positive")
    public static long percpuCounterSumPositive(Value counter) {
        return Math.max(0, percpuCounterSum(counter));
    }

    private static long offset(Value of, int cpu) {
        var program = of.program();
        return program.cached(Distances.class, Distances::new).of(program, cpu);
    }
}
