package org.wyrm.platform.launcher.internal;

/** The process: it starts here, and ends here with an exit code. */
public final class Main {
    /** Set while the AOT cache is trained, which needs the JVM to end by itself. */
    private static final String TRAINING = "wyrm.training";

    private Main() {}

    /**
     * Runs a command line.
     *
     * @param arguments as the user wrote them
     */
    public static void main(String[] arguments) {
        // Standard output is for rows; whatever a library prints must not get between them.
        System.setOut(System.err);
        var launcher = new Launcher(Environment.ofProcess());
        var hook = new Thread(() -> interrupted(launcher), "wyrm-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        var code = ExitCode.BUG;
        try {
            code = launcher.run(arguments);
        } finally {
            end(launcher, hook, code);
        }
    }

    private static void end(Launcher launcher, Thread hook, int code) {
        launcher.close();
        if (Boolean.getBoolean(TRAINING)) {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(code);
        }
        // The threads of the framework would keep the process alive.
        Runtime.getRuntime().halt(code);
    }

    /** Ctrl-C and SIGTERM: the command is told to stop, and what does not stop at once is abandoned. */
    private static void interrupted(Launcher launcher) {
        launcher.interrupt();
        launcher.close();
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
