package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.unwind.spi.TargetThread.Stack;

/**
 * The stacks of a kernel: one each task, and those of each CPU.
 *
 * @kernel arch/x86/kernel/dumpstack_64.c
 */
final class KernelStacks {
    /** The members of {@code struct cea_exception_stacks} that are stacks, and what they are for. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "DF_stack", "#DF",
            "NMI_stack", "NMI",
            "DB_stack", "#DB",
            "MCE_stack", "#MC",
            "VC_stack", "#VC",
            "VC2_stack", "#VC2");

    private static final long LEAST_STACK_BYTES = 1 << 12;
    private static final long MOST_STACK_BYTES = 1 << 20;

    private KernelStacks() {}

    /**
     * {@code THREAD_SIZE}: the size of the first task's stack, which the linker made room for. Newer kernels call
     * its end {@code __end_init_stack}. It is looked for by address: a name that there is not is looked for in all
     * modules. Its start is what init_task says, or if that is damaged, a symbol.
     */
    private record TaskStackSize(long bytes) {
        private static final Set<String> ENDS = Set.of("__end_init_task", "__end_init_stack");

        TaskStackSize(Program program) {
            this(size(program));
        }

        private static long size(Program program) {
            // The symbol is in kallsyms only, whose names take a while to search.
            return Attempt.of(
                            () -> program.variable("init_task").member("stack").longValue())
                    .map(first -> size(program, first))
                    .orElse(OptionalLong.empty())
                    .orElseGet(() -> size(
                                    program, program.symbol("init_thread_union").address())
                            .orElseThrow(() -> new LookupFailedException(
                                    "size", "of a task's stack", "no symbol ends that of init_task")));
        }

        private static OptionalLong size(Program program, long first) {
            for (var byteSize = LEAST_STACK_BYTES; byteSize <= MOST_STACK_BYTES; byteSize *= 2) {
                var end = first + byteSize;
                if (program.symbolsAt(end).stream()
                        .anyMatch(symbol -> symbol.address() == end && ENDS.contains(symbol.name()))) {
                    return OptionalLong.of(byteSize);
                }
            }
            return OptionalLong.empty();
        }
    }

    /** {@return the stack of a task} */
    static Stack ofTask(Value task) {
        var first = task.member("stack").longValue();
        var byteSize = task.program().cached(TaskStackSize.class, TaskStackSize::new).bytes;
        return stack(task, "task", first, byteSize);
    }

    /** {@return the stacks of a CPU, as far as the kernel tells of them} */
    static List<Stack> ofCpu(Program program, int cpu) {
        var stacks = new ArrayList<Stack>();
        var irq = program.findType("struct irq_stack");
        // Since Linux kernel commit d7b6d709a76a ("x86/percpu: Move irq_stack variables next to current_task") (in
        // v6.2), it is in pcpu_hot; before that, and again since v6.15, it is a variable.
        var pointer = program.findType("struct pcpu_hot").isPresent()
                ? program.findVariable("pcpu_hot")
                        .map(hot -> Percpu.perCpu(hot, cpu).member("hardirq_stack_ptr"))
                : program.findVariable("hardirq_stack_ptr").map(variable -> Percpu.perCpu(variable, cpu));
        if (irq.isPresent() && pointer.isPresent()) {
            // It points to the highest word of the stack, or behind it.
            var end = pointer.get().longValue() + Long.BYTES & -Value.sizeOf(irq.get());
            stacks.add(stack(pointer.get(), "irq", end - Value.sizeOf(irq.get()), Value.sizeOf(irq.get())));
        }
        var exceptions = program.findVariable("cea_exception_stacks");
        if (exceptions.isPresent()) {
            var all = Percpu.perCpu(exceptions.get(), cpu).dereference();
            for (var member : ((CompoundType) program.complete(all.type()).unaliased()).members()) {
                var name = EXCEPTIONS.get(member.name().orElse(""));
                if (name != null) {
                    var stack = all.member(member.name().orElseThrow());
                    var byteSize = Value.sizeOf(stack.type());
                    if (byteSize > 0) {
                        stacks.add(stack(stack, name, stack.address(), byteSize));
                    }
                }
            }
        }
        return stacks;
    }

    /** @param from the object that tells where it is */
    private static Stack stack(Value from, String name, long first, long byteSize) {
        var last = first + byteSize - 1;
        if (Long.compareUnsigned(first, last) > 0) {
            throw new CorruptStructureException(
                    from.type().toString(), from.address(), "its %s stack at 0x%x has no end".formatted(name, first));
        }
        return new Stack(name, new AddressRange(first, last));
    }
}
