package org.wyrm.unwind;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.orc.OrcIndirection;
import org.wyrm.orc.OrcRegister;
import org.wyrm.orc.OrcType;
import org.wyrm.program.Program;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.unwind.PhysicalFrame.Step;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * Walks stacks, from the innermost frame to the outermost.
 *
 * <p>Of each frame, call frame information of DWARF counts, which tells of most registers; where there is none, and where
 * code switches stacks in a way that compilers do not know, the kernel's ORC; then the chain of frame pointers. A walk
 * ends after {@value #MAX_FRAMES} frames, and where it would come to a frame again. Thread-safe.
 *
 * <pre>
 * var trace = Unwinder.of(program).trace(registers, true);
 * trace.frames().forEach(frame -&gt; System.out.println(frame.function()));
 * </pre>
 */
public final class Unwinder {
    /** How often a stack is read that changes meanwhile. */
    private static final int MOST_TRIES = 16;

    /** The most frames that have a place on the stack. */
    public static final int MAX_FRAMES = 1024;

    private final Program program;
    private final Abi abi;
    private final TargetMemory memory;
    private final boolean isKernel;
    private final DecodedTables tables;
    private final OrcSteps orcSteps;
    private final CallFrameSteps callFrameSteps;

    private final boolean wantsRegisters;

    private Unwinder(Program program, Abi abi, boolean wantsRegisters) {
        this.wantsRegisters = wantsRegisters;
        this.program = program;
        this.abi = abi;
        this.memory = program.memory();
        this.isKernel = program.findExtension(ThreadFinder.class)
                .map(ThreadFinder::isKernel)
                .orElse(false);
        this.tables = DecodedTables.of(program);
        this.orcSteps = new OrcSteps(abi, memory);
        this.callFrameSteps = new CallFrameSteps(program, abi, memory);
    }

    /**
     * {@return the unwinder of a program}
     *
     * @throws UnsupportedTargetException if the frames of its architecture are not known
     */
    public static Unwinder of(Program program) {
        var architecture = program.architecture();
        return new Unwinder(
                program,
                architecture
                        .abi()
                        .orElseThrow(() -> new UnsupportedTargetException(
                                "stack frames of architecture " + architecture.name() + " are not known")),
                true);
    }

    /**
     * {@return one that asks for no more registers than it takes to go on: ORC before call frame information, which takes
     * longer} The frames are the same; their parameters and variables are absent, but for those in memory at fixed places.
     */
    public Unwinder withoutRegisters() {
        return new Unwinder(program, abi, false);
    }

    /**
     * {@return the stack of a thread, as far as it can be followed}
     *
     * @throws DebuggerException if its registers are not known, with the reason
     */
    public StackTrace trace(TargetThread thread) {
        return walk(thread).trace();
    }

    /** Of a target that runs the stack may change while it is read: then it is read again. */
    private Walk walk(TargetThread thread) {
        for (var tries = 1; ; tries++) {
            var before = program.isRunning() ? thread.moment() : "";
            try {
                var start = thread.start();
                var walk = new Walk().run(start.registers(), start.isInterrupted());
                if (!program.isRunning() || thread.moment().equals(before)) {
                    return walk;
                }
            } catch (FaultException | CorruptStructureException e) {
                if (!program.isRunning() || thread.moment().equals(before)) {
                    throw e;
                }
            }
            if (tries == MOST_TRIES) {
                throw new OperationFailedException(
                        "it ran while its stack was read, %d times in a row; try again".formatted(tries));
            }
        }
    }

    /**
     * {@return a stack, as far as it can be followed}
     *
     * @param registers of the thread; the program counter among them
     * @param isInterrupted whether the program counter is that of the next instruction to be executed, and not where a
     *     call returns to
     */
    public StackTrace trace(Registers registers, boolean isInterrupted) {
        return new Walk().run(registers, isInterrupted).trace();
    }

    /**
     * {@return the stacks of threads, in their order, as {@link #trace(TargetThread)} gives them} Of many it is sooner
     * done: what there is at the addresses of their frames is looked up on several threads.
     */
    public List<Attempt<StackTrace>> traces(List<TargetThread> threads) {
        var walks = new ArrayList<Attempt<Walk>>(threads.size());
        var addresses = new HashSet<Long>();
        for (var thread : threads) {
            var walked = Attempt.of(() -> walk(thread));
            walks.add(walked);
            if (walked instanceof Attempt.Success<Walk>(var walk)) {
                walk.frames.stream()
                        .filter(frame -> !frame.isUserSpace())
                        .forEach(frame -> addresses.add(frame.lookupAddress()));
            }
        }
        CodeCache.of(program).fill(program, addresses);
        return walks.stream().map(walked -> walked.map(Walk::trace)).toList();
    }

    /** One way up a stack. Confined to one thread. */
    private final class Walk {
        private final List<PhysicalFrame> frames = new ArrayList<>();
        private final Set<List<Long>> seen = new HashSet<>();
        private @Nullable String problem;
        /** Whether the table of the last frame marks where stacks begin. */
        private boolean isBeginningMarked;

        Walk run(Registers registers, boolean isInterrupted) {
            if (!registers.has(abi.programCounter())) {
                problem = "the program counter is not known";
                return this;
            }
            var frame = frame(registers, isInterrupted, null);
            while (frame != null) {
                program.cancellation().check();
                frames.add(frame);
                frame = next(frame);
            }
            return this;
        }

        StackTrace trace() {
            var shown = new ArrayList<StackFrame>();
            // A kernel's entry for system calls jumps to hundreds of functions: all of them would have to be read.
            var all = isKernel ? frames : TailCalls.of(program).addTo(frames, program, abi);
            for (var each : all) {
                StackFrame.addTo(shown, program, abi, each);
            }
            return new StackTrace(shown, Optional.ofNullable(problem));
        }

        private PhysicalFrame frame(Registers registers, boolean isInterrupted, @Nullable UnwindMethod foundBy) {
            return new PhysicalFrame(abi, registers, isInterrupted, isKernel && abi.isUserMode(registers), foundBy);
        }

        private @Nullable PhysicalFrame next(PhysicalFrame frame) {
            if (frame.isUserSpace()) {
                return null;
            }
            Step step;
            try {
                step = step(frame);
            } catch (CancelledException e) {
                throw e;
            } catch (DebuggerException e) {
                problem = e.getMessage();
                return null;
            }
            if (step == null) {
                return null;
            }
            var caller = step.caller().map(to -> frame(to, step.isCallerInterrupted(), step.method()));
            if (caller.isPresent() && !isPlausible(caller.get())) {
                caller = Optional.empty();
            }
            frame.link(step, caller.orElse(null));
            return caller.orElse(null);
        }

        private boolean isPlausible(PhysicalFrame caller) {
            var sp = caller.stackPointer();
            if (!caller.registers().has(abi.programCounter()) || sp.isEmpty()) {
                problem = "the caller's program counter or stack pointer is not known";
            } else if (!seen.add(List.of(caller.pc(), sp.getAsLong()))) {
                problem = "the stack leads in a circle, to 0x%x at 0x%x again".formatted(caller.pc(), sp.getAsLong());
            } else if (frames.size() >= MAX_FRAMES) {
                problem = "the stack has more than " + MAX_FRAMES + " frames";
            } else if (caller.pc() == 0) {
                // A stack may begin with 0, where nothing else marks its beginning.
                if (isBeginningMarked) {
                    problem = "0 is where a return address should be, below 0x%x".formatted(sp.getAsLong());
                }
                return false;
            }
            return problem == null;
        }

        /** {@return the way to the caller; null where the stack begins} */
        private @Nullable Step step(PhysicalFrame frame) {
            var address = frame.lookupAddress();
            var rules = tables.rules(program, address);
            var found = rules.tables();
            var orc = rules.orc();
            var failure = rules.failure();
            isBeginningMarked = orc != null;
            if (orc != null && orc.type() == OrcType.END_OF_STACK) {
                return null;
            }
            // Code that switches stacks: compilers know nothing of it.
            var prefersOrc =
                    orc != null && orc.spIndirection() != OrcIndirection.NONE && orc.spRegister() == OrcRegister.SP;
            if (orc != null && !wantsRegisters) {
                try {
                    return orcSteps.step(frame, orc);
                } catch (CancelledException e) {
                    throw e;
                } catch (DebuggerException e) {
                    // It may count from a register that only the other table keeps.
                    failure = e;
                }
            }
            if (!prefersOrc) {
                var step = ofCallFrames(found, frame, address, orc != null);
                if (step != null) {
                    return step.caller().isPresent() ? step : null;
                }
            }
            if (orc != null) {
                return orcSteps.step(frame, orc);
            }
            var caller = withoutTable(frame, address);
            if (caller == null) {
                throw failure != null ? failure : nothingTells(found, address);
            }
            return caller;
        }

        /** Frame pointers count if they lead behind a call of this very function, or if no such place is on the stack. */
        private @Nullable Step withoutTable(PhysicalFrame frame, long address) {
            var function = program.symbolsAt(address).stream()
                    .mapToLong(Symbol::address)
                    .findFirst();
            var byFramePointer = abi.callerByFramePointer(memory, frame.registers());
            if (function.isPresent()) {
                if (byFramePointer
                        .filter(caller ->
                                isCallOf(function.getAsLong(), caller) || caller.isInterrupted() && isCode(caller))
                        .isPresent()) {
                    return step(UnwindMethod.FRAME_POINTER, byFramePointer.get());
                }
                var found = abi.callerByCall(memory, frame.registers(), function.getAsLong());
                if (found.isPresent()) {
                    return step(UnwindMethod.STACK_SEARCH, found.get());
                }
            }
            return byFramePointer
                    .filter(this::isCode)
                    .map(caller -> step(UnwindMethod.FRAME_POINTER, caller))
                    .orElse(null);
        }

        private boolean isCallOf(long function, Abi.Caller caller) {
            return !caller.isInterrupted()
                    && caller.registers().has(abi.programCounter())
                    && abi.isCallOf(memory, function, caller.registers().value(abi.programCounter()));
        }

        private Step step(UnwindMethod method, Abi.Caller caller) {
            var registers = caller.registers();
            return new Step(method, Optional.of(registers), caller.isInterrupted(), registers.get(abi.stackPointer()));
        }

        private DebuggerException nothingTells(List<UnwindTable> found, long address) {
            for (var table : found) {
                if (table instanceof CallFrames callFrames) {
                    var problem = tables.problem(callFrames, memory);
                    if (problem.isPresent()) {
                        return problem.get();
                    }
                }
            }
            return new OperationFailedException("nothing tells of the caller of 0x%x".formatted(address));
        }

        /** {@return whether a caller is at code that is known, or where a kernel was entered from} */
        private boolean isCode(Abi.Caller caller) {
            var pc = caller.registers().get(abi.programCounter());
            return pc.isPresent()
                    && (isKernel && abi.isUserMode(caller.registers())
                            || !program.symbolsAt(caller.isInterrupted() ? pc.getAsLong() : pc.getAsLong() - 1)
                                    .isEmpty());
        }

        private @Nullable Step ofCallFrames(
                List<UnwindTable> found, PhysicalFrame frame, long address, boolean hasOther) {
            var failure = (DebuggerException) null;
            for (var table : found) {
                if (table instanceof CallFrames callFrames) {
                    try {
                        var row = tables.row(callFrames, memory, address);
                        if (row.isPresent()) {
                            return callFrameSteps.step(frame, callFrames, row.get());
                        }
                    } catch (CancelledException e) {
                        throw e;
                    } catch (DebuggerException e) {
                        // What is damaged in one table may be right in another.
                        failure = failure == null ? e : failure;
                    }
                }
            }
            if (failure != null && !hasOther) {
                throw failure;
            }
            return null;
        }
    }
}
