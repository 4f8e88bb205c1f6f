package org.wyrm.platform.script;

/** A script ends itself, with a code. An error, since no script means to catch it. */
public final class ScriptExit extends Error {
    private final int code;

    /** @param code the exit code that the script wants */
    public ScriptExit(int code) {
        super("exit " + code, null, false, false);
        this.code = code;
    }

    /** {@return the exit code that the script wants} */
    public int code() {
        return code;
    }
}
