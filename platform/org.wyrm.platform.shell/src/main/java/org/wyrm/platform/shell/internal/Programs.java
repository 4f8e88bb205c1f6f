package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Starts other programs, by the system's shell. */
final class Programs {
    private Programs() {}

    /** {@return a pipeline that reads what is written to it, and writes to the terminal} */
    static Process pipeline(String commands) throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", commands)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** Runs commands that have the terminal. {@return their exit code} */
    static int run(String commands) throws IOException, InterruptedException {
        return new ProcessBuilder("/bin/sh", "-c", commands).inheritIO().start().waitFor();
    }
}
