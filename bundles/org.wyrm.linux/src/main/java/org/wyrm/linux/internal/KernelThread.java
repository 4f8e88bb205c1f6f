package org.wyrm.linux.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.linux.sched.Sched;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.unwind.spi.TargetThread;

/**
 * A task of a kernel. One that sleeps left its registers on its stack; those of one that a CPU runs are in the notes of
 * the dump.
 *
 * @kernel arch/x86/include/asm/switch_to.h
 */
final class KernelThread implements TargetThread {
    private final Value task;
    private @Nullable List<Stack> stacksOfCpu;

    /** @param task {@code struct task_struct} */
    KernelThread(Value task) {
        this.task = task;
    }

    @Override
    public long id() {
        return task.member("pid").intValue();
    }

    @Override
    public Optional<Value> object() {
        return Optional.of(task);
    }

    @Override
    public Optional<String> name() {
        return Optional.of(task.member("comm").string());
    }

    @Override
    public OptionalInt cpu() {
        return OptionalInt.of(Sched.taskCpu(task));
    }

    @Override
    public Optional<Character> state() {
        return Optional.of(Sched.taskStateToChar(task));
    }

    @Override
    public boolean isOnCpu() {
        return Sched.taskOnCpu(task);
    }

    @Override
    public Start start() {
        if (isOnCpu()) {
            return new Start(onCpu(), true);
        }
        if (task.member("stack").isNull()) {
            throw new LookupFailedException(
                    "stack of task", Long.toString(id()), "it has exited, and its stack is freed");
        }
        return new Start(sleeping(), false);
    }

    private Registers onCpu() {
        return CpuRegisters.of(task.program(), Sched.taskCpu(task));
    }

    /**
     * A switch away from a task is counted before another one runs. One that runs, such as in a loop, is in the same calls
     * where its stack pointer is the same.
     */
    @Override
    public Object moment() {
        return List.of(
                isOnCpu() ? onCpu().value(abi(task.program()).stackPointer()) : 0L,
                task.member("nvcsw").longValue(),
                task.member("nivcsw").longValue(),
                task.member("stack").longValue());
    }

    /** {@return what {@code __switch_to_asm} left on the stack} */
    private Registers sleeping() {
        var program = task.program();
        var abi = abi(program);
        var frame = program.object(
                program.type("struct inactive_task_frame"),
                task.member("thread").member("sp").longValue());
        var stack = KernelStacks.ofTask(task);
        if (!stack.range().contains(frame.address())) {
            throw new CorruptStructureException(
                    "task_struct",
                    task.address(),
                    "its stack pointer 0x%x is not in its stack, 0x%x to 0x%x"
                            .formatted(
                                    frame.address(),
                                    stack.range().firstAddress(),
                                    stack.range().lastAddress()));
        }
        var registers = new Registers.Builder();
        for (var member : ((CompoundType) frame.type().unaliased()).members()) {
            var name = member.name().orElse("");
            var number = name.equals("ret_addr") ? OptionalInt.of(abi.programCounter()) : abi.kernelRegister(name);
            if (number.isPresent()) {
                registers.set(number.getAsInt(), frame.member(name).longValue());
            }
        }
        return registers
                .set(abi.stackPointer(), frame.address() + Value.sizeOf(frame.type()))
                .build();
    }

    @Override
    public Optional<Program> userSpace() {
        var mm = task.member("mm");
        return mm.isNull()
                ? Optional.empty()
                : Optional.of(task.program()
                        .cached(Processes.class, made -> new Processes(new ConcurrentHashMap<>()))
                        .of(mm.longValue(), task));
    }

    /**
     * The processes that were opened: the threads of one share it.
     *
     * @param byMemory by the address of their {@code struct mm_struct}
     */
    private record Processes(Map<Long, Program> byMemory) {
        Program of(long mm, Value task) {
            return byMemory.computeIfAbsent(mm, made -> task.program().open(TaskImage.of(task)))
                    .with(task.program().cancellation());
        }
    }

    static Abi abi(Program program) {
        var architecture = program.architecture();
        return architecture
                .abi()
                .orElseThrow(() -> new UnsupportedTargetException(
                        "stack frames of architecture " + architecture.name() + " are not known"));
    }

    @Override
    public Optional<Stack> stackAt(long virtualAddress) {
        var own = KernelStacks.ofTask(task);
        return own.range().contains(virtualAddress) ? Optional.of(own) : stackOfCpuAt(virtualAddress);
    }

    private synchronized Optional<Stack> stackOfCpuAt(long virtualAddress) {
        var known = stacksOfCpu;
        if (known == null) {
            known = isOnCpu()
                    ? Attempt.of(() -> KernelStacks.ofCpu(task.program(), Sched.taskCpu(task)))
                            // Where a frame is said to be is less, the frames are the same.
                            .orElse(List.of())
                    : List.of();
            stacksOfCpu = known;
        }
        return known.stream()
                .filter(stack -> stack.range().contains(virtualAddress))
                .findFirst();
    }
}
