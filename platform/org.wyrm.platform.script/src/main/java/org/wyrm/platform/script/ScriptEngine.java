package org.wyrm.platform.script;

import org.osgi.annotation.versioning.ConsumerType;

/** Runs scripts of one language. Declared by {@link ProvidesScriptEngine}. Thread-safe. */
@ConsumerType
public interface ScriptEngine {
    /**
     * Runs a script to its end. What it throws is thrown; the platform tells where in the script that was, by the name
     * of the source in the stack.
     *
     * @throws org.wyrm.base.error.OperationFailedException if it is no script of the language, with file and line
     * @throws ScriptExit if the script ends itself
     */
    void run(ScriptSource source, ScriptContext context);
}
