package org.wyrm.unwind;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.Operand;
import org.wyrm.program.Program;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.CallSite.Target;
import org.wyrm.symbols.LocationExpression;

/**
 * What registers had when the function of a frame was entered, as far as the caller's code tells what it passed.
 *
 * <p>The call that the caller is in must be one of this function: where functions end by jumping to others, the stack
 * shows a caller that called another one.
 *
 * @dwarf 3.4.2 Call Site Parameters
 */
final class EntryValues {
    /** How many callers a value may come from: each passes on what it got itself. */
    private static final int MAX_DEPTH = 32;

    /** What compilers add to the name of a function's code that is put elsewhere, or made from it. */
    private static final char SUFFIX = '.';

    private final Program program;
    private final PhysicalFrame frame;
    private final int depth;

    private EntryValues(Program program, PhysicalFrame frame, int depth) {
        this.program = program;
        this.frame = frame;
        this.depth = depth;
    }

    static EntryValues of(Program program, PhysicalFrame frame) {
        return new EntryValues(program, frame, 0);
    }

    /**
     * {@return what a register had}
     *
     * @throws AbsentException if that is not known
     */
    FrameLocation.Computed find(int register) throws AbsentException {
        var caller = frame.caller().filter(known -> !known.isInterrupted());
        if (caller.isEmpty() || depth >= MAX_DEPTH) {
            throw AbsentException.optimizedOut("its value when the function was entered is lost");
        }
        var site = callSite(caller.get().pc());
        if (site.isEmpty()) {
            throw AbsentException.optimizedOut("nothing tells what the caller passed");
        }
        if (!isOfThisFunction(site.get().target(), caller.get())) {
            throw AbsentException.optimizedOut("the caller called another function, which jumped to this one");
        }
        for (var parameter : site.get().parameters()) {
            if (isRegister(ExpressionEvaluator.parse(parameter.location()), register)) {
                return evaluator(parameter.value(), caller.get()).number(ExpressionEvaluator.parse(parameter.value()));
            }
        }
        throw AbsentException.optimizedOut("the caller kept no copy of what it passed");
    }

    private Optional<CallSite> callSite(long returnAddress) {
        for (var source : program.sources()) {
            var found = source.scopes().flatMap(scopes -> scopes.callSiteAt(returnAddress));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean isOfThisFunction(Target target, PhysicalFrame caller) throws AbsentException {
        var symbols = CodeCache.of(program).at(program, frame.lookupAddress()).symbol().stream()
                .toList();
        return switch (target) {
            case Target.Function function ->
                symbols.stream().anyMatch(symbol -> symbol.address() == function.virtualAddress())
                        || program.symbolsAt(function.virtualAddress()).stream()
                                .anyMatch(called ->
                                        symbols.stream().anyMatch(symbol -> isPart(symbol.name(), called.name())));
            case Target.Named named -> symbols.stream().anyMatch(symbol -> isPart(symbol.name(), named.name()));
            case Target.Computed computed -> {
                var address = evaluator(computed.expression(), caller)
                        .address(ExpressionEvaluator.parse(computed.expression()), OptionalLong.empty());
                yield symbols.stream().anyMatch(symbol -> symbol.address() == address);
            }
            case Target.Unknown _ -> false;
        };
    }

    private static boolean isPart(String symbol, String function) {
        return symbol.startsWith(function)
                && (symbol.length() == function.length() || symbol.charAt(function.length()) == SUFFIX);
    }

    private static boolean isRegister(Expression expression, int register) {
        return expression.operations().size() == 1
                && expression.operations().getFirst().operands().equals(List.of(new Operand.Register(register)));
    }

    private ExpressionEvaluator evaluator(LocationExpression expression, PhysicalFrame caller) {
        var context = new LocalValues.UnitContext(expression, new EntryValues(program, caller, depth + 1));
        return new ExpressionEvaluator(program, program.memory(), caller, context, expression.addressByteSize());
    }
}
