package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.wyrm.platform.output.Output;

/** A file that tells of a bug what is needed to find it, and nothing of the target's memory. */
final class BugReport {
    private BugReport() {}

    /** {@return the file that was written, or nothing where no folder can be written} */
    static Optional<Path> write(Throwable bug, List<String> words, String version, List<Path> folders) {
        var stamp = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        var name = "wyrm-bug-" + stamp + "-" + ProcessHandle.current().pid() + ".txt";
        for (var folder : folders) {
            try {
                Files.createDirectories(folder);
                return Optional.of(Files.writeString(
                        folder.resolve(name), text(bug, words, version), StandardOpenOption.CREATE_NEW));
            } catch (IOException unwritable) {
                // The next folder may do.
            }
        }
        return Optional.empty();
    }

    /** {@return the class where an error arose, if it is neither of the runtime nor of wyrm's core} */
    static Optional<String> ofPlugin(Throwable error) {
        return Arrays.stream(error.getStackTrace())
                .filter(frame -> !"java.base".equals(frame.getModuleName()))
                .map(StackTraceElement::getClassName)
                .findFirst()
                .filter(type -> BugReport.class.getResource("/" + type.replace('.', '/') + ".class") == null);
    }

    private static String text(Throwable bug, List<String> words, String version) {
        var trace = new StringWriter();
        bug.printStackTrace(new PrintWriter(trace));
        return "wyrm " + version + "\njava " + Runtime.version() + "\nsystem "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + "\ncommand line "
                + Output.printable(String.join(" ", words)) + "\n\n" + trace;
    }
}
