package org.wyrm.script.groovy.internal;

import org.wyrm.program.Program;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TargetType;

/** The target, as a script has it: {@code prog['init_task']}. */
public final class ScriptProgram {
    private final Values values;

    ScriptProgram(Values values) {
        this.values = values;
    }

    /** {@return the program itself} */
    public Program program() {
        return values.program();
    }

    /** {@return a variable, a function or a constant} */
    public ScriptValue getAt(String name) {
        return values.of(values.program().variable(name));
    }

    /** {@return the value of an expression of C} */
    public ScriptValue evaluate(String expression) {
        return values.of(values.program().evaluate(expression));
    }

    /** {@return a type by its name in C} */
    public TargetType type(String name) {
        return values.type(name);
    }

    /** {@return the symbol of a name} */
    public Symbol symbol(String name) {
        return values.program().symbol(name);
    }

    /** {@return an object of a type, at an address} */
    public ScriptValue object(Object type, Object address) {
        return values.of(values.program().object(values.type(type), values.number(address)));
    }

    /** {@return bytes of memory} */
    public byte[] read(Object address, int byteSize) {
        return values.program().bytes(values.number(address), byteSize);
    }

    /** {@return whether there is a variable of a name: {@code 'init_task' in prog}} */
    public boolean isCase(String name) {
        return values.program().findVariable(name).isPresent();
    }

    @Override
    public String toString() {
        return "prog";
    }
}
