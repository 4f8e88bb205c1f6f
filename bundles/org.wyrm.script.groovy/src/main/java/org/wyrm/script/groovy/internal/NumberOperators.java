package org.wyrm.script.groovy.internal;

import org.wyrm.program.BinaryOperator;

/** C's operators between a number of Groovy's and a value of the target: methods that Groovy finds for numbers. */
public final class NumberOperators {
    private NumberOperators() {}

    /** {@return C's {@code +}} */
    public static ScriptValue plus(Number left, ScriptValue right) {
        return right.after(BinaryOperator.ADD, left);
    }

    /** {@return C's {@code -}} */
    public static ScriptValue minus(Number left, ScriptValue right) {
        return right.after(BinaryOperator.SUBTRACT, left);
    }

    /** {@return C's {@code *}} */
    public static ScriptValue multiply(Number left, ScriptValue right) {
        return right.after(BinaryOperator.MULTIPLY, left);
    }

    /** {@return C's {@code /}} */
    public static ScriptValue div(Number left, ScriptValue right) {
        return right.after(BinaryOperator.DIVIDE, left);
    }

    /** {@return C's {@code %}} */
    public static ScriptValue remainder(Number left, ScriptValue right) {
        return right.after(BinaryOperator.REMAINDER, left);
    }

    /** {@return C's {@code <<}} */
    public static ScriptValue leftShift(Number left, ScriptValue right) {
        return right.after(BinaryOperator.SHIFT_LEFT, left);
    }

    /** {@return C's {@code >>}} */
    public static ScriptValue rightShift(Number left, ScriptValue right) {
        return right.after(BinaryOperator.SHIFT_RIGHT, left);
    }

    /** {@return C's {@code &}} */
    public static ScriptValue and(Number left, ScriptValue right) {
        return right.after(BinaryOperator.AND, left);
    }

    /** {@return C's {@code |}} */
    public static ScriptValue or(Number left, ScriptValue right) {
        return right.after(BinaryOperator.OR, left);
    }

    /** {@return C's {@code ^}} */
    public static ScriptValue xor(Number left, ScriptValue right) {
        return right.after(BinaryOperator.XOR, left);
    }
}
