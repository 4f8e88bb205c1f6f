package org.wyrm.dwarf;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rules of one row, as a program changes them. Of an expression, it has the place of the length before it.
 *
 * <p>Few registers have a rule, so they are in a list. Confined to one thread while it changes.
 */
final class CallFrameRules {
    /** More than any ABI saves; so that a copy of them is cheap. */
    static final int MOST_REGISTERS = 256;

    private CfaRule cfaRule = CfaRule.UNDEFINED;
    private int cfaRegister;
    private long cfaOperand;
    private boolean isReturnAddressSigned;
    private int count;
    private int[] registers;
    private RegisterRule[] rules;
    private long[] operands;

    CallFrameRules() {
        registers = new int[16];
        rules = new RegisterRule[16];
        operands = new long[16];
    }

    private CallFrameRules(CallFrameRules other) {
        cfaRule = other.cfaRule;
        cfaRegister = other.cfaRegister;
        cfaOperand = other.cfaOperand;
        isReturnAddressSigned = other.isReturnAddressSigned;
        count = other.count;
        registers = other.registers.clone();
        rules = other.rules.clone();
        operands = other.operands.clone();
    }

    CallFrameRules copy() {
        return new CallFrameRules(this);
    }

    CfaRule cfaRule() {
        return cfaRule;
    }

    int cfaRegister() {
        return cfaRegister;
    }

    /** {@return the offset to the register, or the place of the expression} */
    long cfaOperand() {
        return cfaOperand;
    }

    void defineCfa(int register, long offset) {
        cfaRule = CfaRule.REGISTER_OFFSET;
        cfaRegister = register;
        cfaOperand = offset;
    }

    void defineCfaByExpression(long offset) {
        cfaRule = CfaRule.EXPRESSION;
        cfaOperand = offset;
    }

    boolean isReturnAddressSigned() {
        return isReturnAddressSigned;
    }

    void toggleReturnAddressSigned() {
        isReturnAddressSigned = !isReturnAddressSigned;
    }

    /** {@return the registers that have a rule, in the order of their numbers} */
    IntStream registers() {
        return IntStream.range(0, count)
                .filter(index -> rules[index] != RegisterRule.UNSPECIFIED)
                .map(index -> registers[index])
                .sorted();
    }

    RegisterRule rule(int register) {
        var index = indexOf(register);
        return index < 0 ? RegisterRule.UNSPECIFIED : rules[index];
    }

    /** {@return the offset, the register, or the place of the expression; 0 where the rule needs none} */
    long operand(int register) {
        var index = indexOf(register);
        return index < 0 ? 0 : operands[index];
    }

    /** {@return whether there is room for the rule} */
    boolean set(int register, RegisterRule rule, long operand) {
        var index = indexOf(register);
        if (index < 0) {
            if (count == MOST_REGISTERS) {
                return false;
            }
            if (count == registers.length) {
                registers = Arrays.copyOf(registers, 2 * count);
                rules = Arrays.copyOf(rules, 2 * count);
                operands = Arrays.copyOf(operands, 2 * count);
            }
            index = count++;
            registers[index] = register;
        }
        rules[index] = rule;
        operands[index] = operand;
        return true;
    }

    private int indexOf(int register) {
        for (var index = 0; index < count; index++) {
            if (registers[index] == register) {
                return index;
            }
        }
        return -1;
    }
}
