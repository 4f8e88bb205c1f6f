package org.wyrm.platform.script;

import com.google.errorprone.annotations.DoNotCall;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.OperationFailedException;

/**
 * The script that a thread runs, for its own code: the language may have no other way to give it something. Engines compile
 * calls of the rest into scripts, so that they end when the user wants it, and end nothing but themselves.
 */
public final class Script {
    /** Threads that a script starts are its own. */
    private static final ThreadLocal<@Nullable ScriptContext> RUNNING = new InheritableThreadLocal<>();

    private Script() {}

    /** Says what this thread runs from now on. */
    public static void begin(ScriptContext context) {
        RUNNING.set(context);
    }

    /**
     * {@return what the script that this thread runs may ask for}
     *
     * @throws OperationFailedException if it runs none
     */
    public static ScriptContext context() {
        var running = RUNNING.get();
        if (running == null) {
            throw new OperationFailedException("this thread was not started by a script");
        }
        return running;
    }

    /** Does nothing, unless the script was told to stop. */
    public static void checkStopped() {
        var running = RUNNING.get();
        if (running != null) {
            running.cancellation().check();
        }
    }

    /** Ends the script, where it says that the process is to end. */
    @DoNotCall("scripts do, as they are compiled")
    public static void exit(int code) {
        throw new ScriptExit(code);
    }
}
