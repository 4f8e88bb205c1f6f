package org.wyrm.symbols;

/** The kinds of what a {@link Variable} describes. In C they share one name space. */
public enum VariableKind {
    /** {@code init_task}. */
    VARIABLE("variable"),
    /** {@code schedule}. */
    FUNCTION("function"),
    /** {@code PIDTYPE_PID}: an enumerator. */
    CONSTANT("constant");

    private final String label;

    VariableKind(String label) {
        this.label = label;
    }

    /** {@return the word for it} */
    public String label() {
        return label;
    }
}
