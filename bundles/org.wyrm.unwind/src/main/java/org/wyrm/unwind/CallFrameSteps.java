package org.wyrm.unwind;

import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.CallFrameRow;
import org.wyrm.dwarf.CfaRule;
import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.RegisterRule;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.Program;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.unwind.PhysicalFrame.Step;

/**
 * Goes to the caller as call frame information says.
 *
 * @dwarf 6.4 Call Frame Information
 */
final class CallFrameSteps {
    private final Program program;
    private final Abi abi;
    private final TargetMemory memory;

    CallFrameSteps(Program program, Abi abi, TargetMemory memory) {
        this.program = program;
        this.abi = abi;
        this.memory = memory;
    }

    /**
     * {@return the way to the caller; without one, if the row says that there is none}
     *
     * @throws org.wyrm.base.error.DebuggerException if a register is not known, or the stack cannot be read
     */
    Step step(PhysicalFrame frame, CallFrames table, CallFrameRow row) {
        var registers = frame.registers();
        var returnAddress = row.returnAddressRegister();
        if (row.rule(returnAddress) == RegisterRule.UNDEFINED) {
            return new Step(UnwindMethod.CALL_FRAMES, Optional.empty(), false, OptionalLong.empty());
        }
        var cfa = cfa(frame, table, row);
        var caller = new Registers.Builder();
        for (var register : abi.registers()) {
            var number = register.number();
            var rule = row.rule(number);
            if (rule == RegisterRule.UNSPECIFIED) {
                if (number == abi.stackPointer()) {
                    caller.set(number, cfa);
                } else if (abi.isPreserved(number)) {
                    registers.get(number).ifPresent(value -> caller.set(number, value));
                }
            } else {
                value(frame, table, row, number, cfa).ifPresent(value -> caller.set(number, value));
            }
        }
        var pc = returnAddress == abi.programCounter()
                ? OptionalLong.empty()
                : value(frame, table, row, returnAddress, cfa);
        pc.ifPresent(value -> caller.set(abi.programCounter(), value));
        return new Step(
                UnwindMethod.CALL_FRAMES, Optional.of(caller.build()), row.isSignalFrame(), OptionalLong.of(cfa));
    }

    private long cfa(PhysicalFrame frame, CallFrames table, CallFrameRow row) {
        return switch (row.cfaRule()) {
            case REGISTER_OFFSET -> {
                var register = row.cfaRegister();
                yield frame.registers()
                                .get(register)
                                .orElseThrow(() -> new OperationFailedException("the frame is counted from register "
                                        + name(register) + ", which is not known here"))
                        + row.cfaOffset();
            }
            case EXPRESSION -> evaluate(frame, table, row, row.cfaExpression(), OptionalLong.empty());
            case UNDEFINED ->
                throw new OperationFailedException("call frame information says nothing of " + CfaRule.UNDEFINED);
        };
    }

    private String name(int number) {
        return abi.registers().stream()
                .filter(register -> register.number() == number)
                .findFirst()
                .map(Abi.Register::name)
                .orElseGet(() -> Integer.toString(number));
    }

    private OptionalLong value(PhysicalFrame frame, CallFrames table, CallFrameRow row, int register, long cfa) {
        return switch (row.rule(register)) {
            case UNSPECIFIED, UNDEFINED -> OptionalLong.empty();
            case SAME_VALUE -> frame.registers().get(register);
            case OFFSET -> OptionalLong.of(memory.u64(cfa + row.offset(register)));
            case VAL_OFFSET -> OptionalLong.of(cfa + row.offset(register));
            case REGISTER -> frame.registers().get(row.otherRegister(register));
            case EXPRESSION ->
                OptionalLong.of(
                        memory.u64(evaluate(frame, table, row, row.expression(register), OptionalLong.of(cfa))));
            case VAL_EXPRESSION ->
                OptionalLong.of(evaluate(frame, table, row, row.expression(register), OptionalLong.of(cfa)));
        };
    }

    private long evaluate(
            PhysicalFrame frame, CallFrames table, CallFrameRow row, ByteSlice code, OptionalLong initial) {
        var expression = Expression.parse(code, row.expressionEncoding());
        var evaluator = new ExpressionEvaluator(
                program,
                memory,
                frame,
                new TableContext(table),
                row.expressionEncoding().addressByteSize());
        try {
            return evaluator.address(expression, initial);
        } catch (AbsentException e) {
            throw new OperationFailedException(
                    "call frame information at 0x%x: %s".formatted(row.entry().offset(), e.getMessage()));
        }
    }

    /** What an expression of a table may refer to: addresses, and nothing of a unit. */
    private record TableContext(CallFrames table) implements ExpressionEvaluator.Context {
        @Override
        public OptionalLong toTarget(long fileAddress) {
            return table.addresses().toTarget(fileAddress);
        }
    }
}
