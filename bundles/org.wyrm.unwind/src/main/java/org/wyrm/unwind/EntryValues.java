package org.wyrm.unwind;

import java.util.List;
import java.util.OptionalLong;
import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.Operand;
import org.wyrm.program.Program;
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
        var site = TailCalls.callSite(program, caller.get().pc());
        if (site.isEmpty()) {
            throw AbsentException.optimizedOut("nothing tells what the caller passed");
        }
        if (site.get().target() instanceof Target.Unknown) {
            throw AbsentException.optimizedOut("nothing tells which function the caller called");
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

    private boolean isOfThisFunction(Target target, PhysicalFrame caller) throws AbsentException {
        var function = CalledFunction.of(program, frame);
        return target instanceof Target.Computed(var expression)
                ? function.isAt(evaluator(expression, caller)
                        .address(ExpressionEvaluator.parse(expression), OptionalLong.empty()))
                : function.isTarget(target);
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
