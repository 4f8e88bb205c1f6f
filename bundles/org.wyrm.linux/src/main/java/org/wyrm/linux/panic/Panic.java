package org.wyrm.linux.panic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.linux.printk.Printk;
import org.wyrm.linux.sched.Sched;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/** Panics, and what taints a kernel. */
@ProvidesHelpers(names = {"panic_message", "panic_task", "tainted"})
public final class Panic {
    private static final String PANIC = "Kernel panic - not syncing: ";
    /** {@code PANIC_CPU_INVALID} */
    private static final int NO_CPU = -1;

    private static final int MAX_TAINTS = Long.SIZE;

    private Panic() {}

    /** What a taint applies to. */
    public enum TaintScope {
        /** The kernel: every taint has a letter. */
        KERNEL,
        /** A module: only some taints are told of modules. */
        MODULE
    }

    /**
     * {@return why the kernel panicked, as it said in its log; empty if it says nothing of a panic}
     *
     * @kernel kernel/panic.c
     */
    @KernelName("panic_message")
    public static Optional<String> panicMessage(Program program) {
        return Printk.getPrintkRecords(program)
                .filter(record -> record.text().startsWith(PANIC))
                .map(record -> record.text().substring(PANIC.length()))
                .reduce((first, last) -> last);
    }

    /**
     * {@return the task that ran on the CPU that panicked, {@code struct task_struct}; empty if none did}
     *
     * @kernel kernel/panic.c
     */
    @KernelName("panic_task")
    public static Optional<Value> panicTask(Program program) {
        for (var name : List.of("panic_cpu", "crashing_cpu")) {
            // Both are numbers of 32 bits, which BTF does not know: an atomic_t and an int.
            var symbol = program.symbols(name).stream().findFirst();
            var cpu = symbol.isEmpty()
                    ? NO_CPU
                    : program.memory().s32(symbol.get().address());
            if (cpu != NO_CPU) {
                return Optional.of(Sched.cpuCurr(program, cpu));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the letters of what taints the kernel, in the order of their bits: {@code OE}; empty if nothing does}
     *
     * @kernel kernel/panic.c
     */
    @KernelName("tainted")
    public static String tainted(Program program) {
        return letters(program, program.variable("tainted_mask").longValue(), TaintScope.KERNEL);
    }

    /** {@return the letters of the bits that are set in a mask of taints, in their order} */
    public static String letters(Program program, long mask, TaintScope scope) {
        var letters = new StringBuilder();
        var flags = flags(program);
        for (var bit = 0; bit < flags.size() && bit < MAX_TAINTS; bit++) {
            var told = scope == TaintScope.KERNEL
                    || flags.get(bit).member("module").booleanValue();
            if ((mask >>> bit & 1) != 0 && told) {
                letters.append((char) flags.get(bit).member("c_true").longValue());
            }
        }
        return letters.toString();
    }

    /** The kernel's own table of letters; its length is that of its symbol, which may be rounded up. */
    private static List<Value> flags(Program program) {
        var table = program.variable("taint_flags");
        var element =
                ((TargetType.ArrayType) table.type().unaliased()).element().resolve();
        var byteSize = program.symbol("taint_flags").byteSize().orElse(0);
        var flags = new ArrayList<Value>();
        for (var bit = 0; (bit + 1) * Value.sizeOf(element) <= byteSize && bit < MAX_TAINTS; bit++) {
            flags.add(table.subscript(bit));
        }
        return flags;
    }
}
