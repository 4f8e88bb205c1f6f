package org.wyrm.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs programs of the build. */
final class Processes {
    private Processes() {}

    /** Runs a program to its end; all it says goes to a file, and to the build's error if it fails. */
    static void run(List<String> command, Path log) throws IOException, InterruptedException {
        var code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with " + code + ":\n" + Files.readString(log));
        }
    }
}
