package org.wyrm.program;

/** Why a variable or parameter that is known by name and type has no value. */
public enum AbsenceReason {
    /** The compiler kept no copy of it here. */
    OPTIMIZED_OUT("optimized out"),
    /** Debugging information says where it is, in a way that is not understood here. */
    NOT_IMPLEMENTED("not implemented"),
    /** Anything else. */
    OTHER("absent");

    private final String label;

    AbsenceReason(String label) {
        this.label = label;
    }

    /** {@return the words for it} */
    public String label() {
        return label;
    }
}
