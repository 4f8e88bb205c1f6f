package org.wyrm.unwind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.program.Program;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.CallSite.Target;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TailCall;
import org.wyrm.symbols.spi.ScopeFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.unwind.PhysicalFrame.Step;

/**
 * Finds functions that were called, and ended by a jump to another one: they left nothing on the stack. Where a call is of
 * one function, and another one returns to it, the jumps that compilers tell of lead from the one to the other. What all
 * ways have in common at their beginning and at their end is certain. Thread-safe; what was found is kept.
 *
 * @dwarf 3.4.1 Call Site Entries
 */
final class TailCalls {
    private static final int MAX_JUMPS = 32;
    private static final int MAX_VISITS = 1 << 12;

    private final ConcurrentHashMap<List<Long>, List<Long>> known = new ConcurrentHashMap<>();

    static TailCalls of(Program program) {
        return program.cached(TailCalls.class, made -> new TailCalls());
    }

    /** {@return frames, and among them those of functions that ended by a jump} */
    List<PhysicalFrame> addTo(List<PhysicalFrame> frames, Program program, Abi abi) {
        var all = new ArrayList<PhysicalFrame>(frames.size());
        for (var frame : frames) {
            all.add(frame);
            var caller = frame.caller();
            if (caller.isPresent()
                    && !caller.get().isInterrupted()
                    && !caller.get().isUserSpace()) {
                all.addAll(between(frame, caller.get(), program, abi));
            }
        }
        return all;
    }

    private List<PhysicalFrame> between(PhysicalFrame frame, PhysicalFrame caller, Program program, Abi abi) {
        var function = CalledFunction.of(program, frame);
        var start = function.symbol().map(Symbol::address);
        if (start.isEmpty() || abi.isCallOf(program.memory(), start.get(), caller.pc())) {
            return List.of();
        }
        var jumps = known.computeIfAbsent(
                List.of(caller.pc(), start.get()),
                made -> callSite(program, caller.pc())
                        .map(site -> new Search(program, function).from(site.target()))
                        .orElse(List.of()));
        return linked(frame, caller, jumps, abi);
    }

    /** {@return the frames of functions whose jumps are given, the innermost first, each the caller of the one before} */
    private static List<PhysicalFrame> linked(PhysicalFrame frame, PhysicalFrame caller, List<Long> jumps, Abi abi) {
        var made = new ArrayList<PhysicalFrame>();
        var outer = caller;
        for (var jump : jumps) {
            // When it jumped, a function had given back the stack and the registers to what its caller had.
            var registers = new Registers.Builder(caller.registers()).set(abi.programCounter(), jump);
            var tail = new PhysicalFrame(abi, registers.build(), false, false, UnwindMethod.TAIL_CALL);
            tail.link(step(outer), outer);
            made.addFirst(tail);
            outer = tail;
        }
        if (!made.isEmpty()) {
            frame.relink(outer);
        }
        return made;
    }

    private static Step step(PhysicalFrame to) {
        return new Step(UnwindMethod.TAIL_CALL, Optional.of(to.registers()), false, OptionalLong.empty());
    }

    /** {@return the call that returns to an address, if something is known of it} */
    static Optional<CallSite> callSite(Program program, long returnAddress) {
        return program.sources().stream()
                .flatMap(source -> scopes(source).callSiteAt(returnAddress).stream())
                .findFirst();
    }

    private static ScopeFinder scopes(SymbolSource source) {
        return source.scopes().orElse(address -> List.of());
    }

    /** Follows the jumps from one function to another. Confined to one thread. */
    private static final class Search {
        private final Program program;
        private final CalledFunction wanted;
        private final List<TailCall> way = new ArrayList<>();
        private @Nullable List<Long> first;
        private @Nullable List<Long> last;
        private int visits;
        /** Whether there may be ways that nothing tells of. */
        private boolean isLost;

        Search(Program program, CalledFunction wanted) {
            this.program = program;
            this.wanted = wanted;
        }

        /** {@return where the jumps are that are certain, the outermost first} */
        List<Long> from(Target called) {
            visit(called);
            if (isLost || first == null || last == null) {
                return List.of();
            }
            if (first.equals(last)) {
                return first;
            }
            var certain = new ArrayList<>(first);
            certain.addAll(last);
            return certain;
        }

        private void visit(Target target) {
            if (wanted.isTarget(target)) {
                arrive();
                return;
            }
            var address = address(target);
            if (address.isEmpty() || ++visits > MAX_VISITS || way.size() >= MAX_JUMPS) {
                isLost = true;
                return;
            }
            program.cancellation().check();
            for (var jump : jumps(address.getAsLong())) {
                if (!isLost && !way.contains(jump)) {
                    way.add(jump);
                    visit(jump.target());
                    way.removeLast();
                }
            }
        }

        private void arrive() {
            var jumps = way.stream().map(TailCall::returnAddress).toList();
            first = first == null ? jumps : common(first, jumps);
            last = last == null
                    ? jumps
                    : common(last.reversed(), jumps.reversed()).reversed();
        }

        private static List<Long> common(List<Long> some, List<Long> others) {
            var length = 0;
            while (length < Math.min(some.size(), others.size())
                    && some.get(length).equals(others.get(length))) {
                length++;
            }
            return List.copyOf(some.subList(0, length));
        }

        private List<TailCall> jumps(long function) {
            return program.sources().stream()
                    .flatMap(source -> scopes(source).tailCallsOf(function).stream())
                    .findFirst()
                    .orElse(List.of());
        }

        private OptionalLong address(Target target) {
            if (target instanceof Target.Function(var address)) {
                return OptionalLong.of(address);
            }
            if (target instanceof Target.Named(var name)) {
                var addresses = program.symbols(name).stream()
                        .mapToLong(Symbol::address)
                        .distinct()
                        .limit(2)
                        .toArray();
                return addresses.length == 1 ? OptionalLong.of(addresses[0]) : OptionalLong.empty();
            }
            return OptionalLong.empty();
        }
    }
}
