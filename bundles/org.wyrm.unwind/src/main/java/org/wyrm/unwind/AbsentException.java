package org.wyrm.unwind;

import org.wyrm.program.AbsenceReason;

/** Says that there is no value, which is an answer and no error. */
final class AbsentException extends Exception {
    private static final long serialVersionUID = 1;

    private final AbsenceReason reason;

    AbsentException(AbsenceReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static AbsentException optimizedOut(String why) {
        return new AbsentException(AbsenceReason.OPTIMIZED_OUT, why);
    }

    static AbsentException notImplemented(String what) {
        return new AbsentException(AbsenceReason.NOT_IMPLEMENTED, what);
    }

    AbsenceReason reason() {
        return reason;
    }
}
