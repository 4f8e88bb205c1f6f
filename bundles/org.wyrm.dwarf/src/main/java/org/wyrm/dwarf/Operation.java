package org.wyrm.dwarf;

import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.dwarf.constants.DwOperation;

/**
 * An operation of an expression.
 *
 * @param offset of its first byte in the expression
 * @param operation what it does
 * @param operands as many as {@link DwOperation#operands} says, also where the operation's own number implies one
 * @dwarf 2.5 DWARF Expressions
 */
public record Operation(long offset, DwOperation operation, List<Operand> operands) {
    /** Keeps a copy. */
    public Operation {
        operands = List.copyOf(operands);
    }

    @Override
    public String toString() {
        return operands.isEmpty()
                ? operation.name()
                : operands.stream().map(Object::toString).collect(Collectors.joining(", ", operation + "(", ")"));
    }
}
