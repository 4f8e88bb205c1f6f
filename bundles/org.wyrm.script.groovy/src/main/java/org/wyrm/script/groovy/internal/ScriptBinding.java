package org.wyrm.script.groovy.internal;

import groovy.lang.Binding;
import org.wyrm.platform.script.ScriptSource;

/** The variables of a script: {@code prog}, {@code args}, and its own. */
final class ScriptBinding extends Binding {
    private static final String PROGRAM = "prog";

    private final Session session;

    ScriptBinding(Session session, ScriptSource source) {
        this.session = session;
        setVariable("args", source.arguments());
        setVariable("out", session.out());
    }

    Session session() {
        return session;
    }

    /** The target is opened when it is first asked for. */
    @Override
    public Object getVariable(String name) {
        return name.equals(PROGRAM) ? session.scriptProgram() : super.getVariable(name);
    }

    @Override
    public boolean hasVariable(String name) {
        return name.equals(PROGRAM) || super.hasVariable(name);
    }
}
