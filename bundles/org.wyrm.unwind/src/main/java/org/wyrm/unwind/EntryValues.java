package org.wyrm.unwind;

import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.UnitEncoding;
import org.wyrm.program.Program;

/**
 * What registers had when a function was entered, as far as the caller's code tells what it passed.
 *
 * @dwarf 3.4.2 Call Site Parameters
 */
final class EntryValues {
    private final Program program;
    private final PhysicalFrame frame;

    @SuppressWarnings("UnusedVariable")
    private EntryValues(Program program, PhysicalFrame frame) {
        this.program = program;
        this.frame = frame;
    }

    static EntryValues of(Program program, PhysicalFrame frame) {
        return new EntryValues(program, frame);
    }

    long find(Expression expression, UnitEncoding encoding) throws AbsentException {
        throw AbsentException.optimizedOut("the value at the function's entry is not known");
    }
}
