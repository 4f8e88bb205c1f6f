package org.wyrm.dwarf;

import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.base.bytes.ByteSlice;

/** Rows of x86-64 as {@code llvm-dwarfdump} prints them. */
final class LlvmRows {
    private static final List<String> NAMES = List.of(
            "RAX", "RDX", "RCX", "RBX", "RSI", "RDI", "RBP", "RSP", "R8", "R9", "R10", "R11", "R12", "R13", "R14",
            "R15", "RIP");

    String of(CallFrameRow row) {
        var cfa = switch (row.cfaRule()) {
            case UNDEFINED -> "unspecified";
            case REGISTER_OFFSET -> sum(name(row.cfaRegister()), row.cfaOffset());
            case EXPRESSION -> expression(row, row.cfaExpression());
        };
        var rules = row.registers()
                .mapToObj(register -> name(register) + "=" + rule(row, register))
                .collect(Collectors.joining(", "));
        return "0x%x: CFA=%s%s".formatted(row.startAddress(), cfa, rules.isEmpty() ? "" : ": " + rules);
    }

    private static String rule(CallFrameRow row, int register) {
        return switch (row.rule(register)) {
            case UNSPECIFIED -> "unspecified";
            case UNDEFINED -> "undefined";
            case SAME_VALUE -> "same";
            case OFFSET -> "[" + sum("CFA", row.offset(register)) + "]";
            case VAL_OFFSET -> sum("CFA", row.offset(register));
            case REGISTER -> name(row.otherRegister(register));
            case EXPRESSION -> "[" + expression(row, row.expression(register)) + "]";
            case VAL_EXPRESSION -> expression(row, row.expression(register));
        };
    }

    private static String sum(String name, long offset) {
        return offset == 0 ? name : name + "%+d".formatted(offset);
    }

    private static String name(int register) {
        return register < NAMES.size() ? NAMES.get(register) : "reg" + register;
    }

    private static String expression(CallFrameRow row, ByteSlice bytes) {
        return Expression.parse(bytes, row.expressionEncoding()).operations().stream()
                .map(LlvmRows::operation)
                .collect(Collectors.joining(", "));
    }

    private static String operation(Operation operation) {
        var name = operation.operation().name();
        if (name.startsWith("DW_OP_breg")
                && operation.operands().getFirst() instanceof Operand.Register(var number)
                && operation.operands().getLast() instanceof Operand.Signed(var offset)) {
            return "%s %s%+d".formatted(name, name((int) number), offset);
        }
        return name;
    }
}
