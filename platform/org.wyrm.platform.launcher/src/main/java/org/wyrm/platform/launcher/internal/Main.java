package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process: it starts here, and ends here with an exit code. */
public final class Main {
    /** Names a file of command lines: the AOT cache is trained by running them, and by an end without a halt. */
    private static final String TRAINING = "wyrm.training";

    private Main() {}

    /**
     * Runs a command line.
     *
     * @param arguments as the user wrote them
     */
    public static void main(String[] arguments) throws IOException {
        // Standard output is for rows; whatever a library prints must not get between them.
        System.setOut(System.err);
        Thread.ofPlatform().daemon().name("wyrm-ready").start(Main::readyMemory);
        var training = System.getProperty(TRAINING);
        if (training != null) {
            train(Files.readAllLines(Path.of(training)));
            return;
        }
        var launcher = new Launcher(Environment.ofProcess(), Indexes::readCore);
        Runtime.getRuntime().addShutdownHook(new Interrupt(launcher));
        var code = ExitCode.BUG;
        try {
            code = launcher.run(arguments);
        } finally {
            launcher.close();
            // The threads of the framework would keep the process alive.
            Runtime.getRuntime().halt(code);
        }
    }

    /** What Java sets up for a first number of a memory segment takes 6 ms; meanwhile this thread has a core to itself. */
    private static void readyMemory() {
        MemorySegment.ofArray(new byte[Long.BYTES]).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    private static void train(List<String> lines) {
        for (var line : lines) {
            try (var launcher = new Launcher(Environment.ofProcess(), Indexes::readCore)) {
                var hook = new Interrupt(launcher);
                Runtime.getRuntime().addShutdownHook(hook);
                launcher.run(line.split(" "));
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
        System.exit(ExitCode.DONE);
    }

    /** Ctrl-C and SIGTERM: the command is told to stop, and what does not stop at once is abandoned. */
    private static final class Interrupt extends Thread {
        private final Launcher launcher;

        Interrupt(Launcher launcher) {
            super("wyrm-interrupt");
            this.launcher = launcher;
        }

        @Override
        public void run() {
            launcher.interrupt();
            launcher.close();
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
    }
}
