package org.wyrm.program;

/** An operator between two values, under C's sign for it. */
public enum BinaryOperator {
    /** {@code *}. */
    MULTIPLY("*"),
    /** {@code /}. */
    DIVIDE("/"),
    /** {@code %}. */
    REMAINDER("%"),
    /** {@code +}. */
    ADD("+"),
    /** {@code -}. */
    SUBTRACT("-"),
    /** {@code <<}. */
    SHIFT_LEFT("<<"),
    /** {@code >>}. */
    SHIFT_RIGHT(">>"),
    /** {@code <}. */
    LESS("<"),
    /** {@code >}. */
    GREATER(">"),
    /** {@code <=}. */
    LESS_OR_EQUAL("<="),
    /** {@code >=}. */
    GREATER_OR_EQUAL(">="),
    /** {@code ==}. */
    EQUAL("=="),
    /** {@code !=}. */
    NOT_EQUAL("!="),
    /** {@code &}. */
    AND("&"),
    /** {@code ^}. */
    XOR("^"),
    /** {@code |}. */
    OR("|"),
    /** {@code &&}; both sides are values already. */
    LOGICAL_AND("&&"),
    /** {@code ||}; both sides are values already. */
    LOGICAL_OR("||");

    private final String sign;

    BinaryOperator(String sign) {
        this.sign = sign;
    }

    /** {@return C's sign for it} */
    public String sign() {
        return sign;
    }
}
