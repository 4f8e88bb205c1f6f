package org.wyrm.linux.percpu;

import java.util.stream.LongStream;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType.PointerType;

/** Per-CPU variables: each CPU has its own, at the distance {@code __per_cpu_offset[cpu]} from the template. */
@ProvidesHelpers(names = {"per_cpu", "per_cpu_ptr", "percpu_counter_sum"})
public final class Percpu {
    private Percpu() {}

    /**
     * {@return a CPU's own object of a per-CPU variable}
     *
     * @param variable the variable, as {@code Program.variable} gives it
     * @param cpu the CPU's number
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
     * @kernel include/linux/percpu-defs.h
     */
    @KernelName("per_cpu_ptr")
    public static Value perCpuPtr(Value pointer, int cpu) {
        var target = ((PointerType) pointer.type().unaliased()).target().resolve();
        return pointer.program().object(target, pointer.longValue() + offset(pointer, cpu));
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
        var held = counter.member("counters");
        var perCpu = held.isNull()
                ? LongStream.empty()
                : Cpumasks.forEachPossibleCpu(counter.program())
                        .mapToLong(cpu -> perCpuPtr(held, cpu).longValue());
        return counter.member("count").longValue() + perCpu.sum();
    }

    private static long offset(Value of, int cpu) {
        return of.program().variable("__per_cpu_offset").subscript(cpu).longValue();
    }
}
