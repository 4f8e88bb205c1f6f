package org.wyrm.program;

/** An operator before a value, under C's sign for it. */
public enum UnaryOperator {
    /** {@code +}, which promotes. */
    PLUS("+"),
    /** {@code -}. */
    MINUS("-"),
    /** {@code ~}. */
    COMPLEMENT("~"),
    /** {@code !}. */
    NOT("!"),
    /** {@code *}. */
    DEREFERENCE("*"),
    /** {@code &}. */
    ADDRESS_OF("&");

    private final String sign;

    UnaryOperator(String sign) {
        this.sign = sign;
    }

    /** {@return C's sign for it} */
    public String sign() {
        return sign;
    }
}
