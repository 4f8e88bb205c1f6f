package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;

/** The files of a shell: lines to run, the history, logs. */
final class ShellFiles {
    private ShellFiles() {}

    /** {@return what a word names} */
    static Path path(String word) {
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + word + "' is no file name: " + e.getReason());
        }
    }

    /** {@return whether a file is of who runs this, and nobody else may write it} */
    static boolean isOwn(Path file) {
        try {
            var permissions = Files.getPosixFilePermissions(file);
            // The owner of this process, as the kernel tells.
            return Files.getOwner(file).equals(Files.getOwner(Path.of("/proc/self")))
                    && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                    && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * {@return the lines of a text}
     *
     * @throws OperationFailedException if it cannot be read, or is no text
     */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (MalformedInputException e) {
            throw new OperationFailedException("cannot read " + file + ": it is no text", e);
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + file + ": " + FileErrors.reason(e), e);
        }
    }

    /** {@return a file that a log is added to} */
    static OutputStream logTo(Path file) {
        try {
            return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new OperationFailedException("cannot write " + file + ": " + FileErrors.reason(e), e);
        }
    }

    /** {@return the last lines of the history of lines, if there is one} */
    static String lastLines(Path history, int count) {
        var lines = Files.exists(history) ? lines(history) : List.<String>of();
        return lines.subList(Math.max(0, lines.size() - Math.max(0, count)), lines.size()).stream()
                .map(line -> line.replace("\\\\", "\\") + "\n")
                .collect(Collectors.joining());
    }

    /** Adds a line to a log. */
    static void note(OutputStream file, String line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new OperationFailedException("cannot write the log: " + FileErrors.reason(e), e);
        }
    }

    /** Ends a log. */
    static void closed(OutputStream file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new OperationFailedException("cannot write the log: " + FileErrors.reason(e), e);
        }
    }
}
