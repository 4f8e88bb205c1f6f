package org.wyrm.target.process.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;

/**
 * What {@code /proc} has of a process.
 *
 * @param proc where {@code proc} is mounted
 */
record ProcessFolder(Path proc, int id) {
    String label() {
        return "process " + id;
    }

    Path path() {
        return proc.resolve(Integer.toString(id));
    }

    Path executable() {
        return path().resolve("exe");
    }

    /** {@return a file as the process sees it, in its mount namespace} */
    Path inRoot(String absolutePath) {
        return path().resolve("root").resolve(absolutePath.substring(1));
    }

    /** {@return the very file of a mapping, deleted or not} */
    Path mapped(long first, long end) {
        return path().resolve("map_files").resolve(Long.toHexString(first) + "-" + Long.toHexString(end));
    }

    Path task(long threadId) {
        return path().resolve("task").resolve(Long.toString(threadId));
    }

    /**
     * {@return what the kernel says of it}
     *
     * @throws UnreadableTargetException if there is no such process
     */
    ProcessStatus status() {
        try {
            return new ProcessStatus(this, text(path().resolve("status")), text(path().resolve("stat")));
        } catch (IOException e) {
            throw new UnreadableTargetException(
                    label() + ": " + (Files.exists(path()) ? FileErrors.reason(e) : "there is none"), e);
        }
    }

    /** {@return the numbers of its threads, lowest first; none when it has ended} */
    List<Integer> threadIds() {
        var ids = new ArrayList<Integer>();
        try (var entries = Files.newDirectoryStream(path().resolve("task"))) {
            for (var entry : entries) {
                ids.add(Integer.parseInt(entry.getFileName().toString()));
            }
        } catch (IOException e) {
            return List.of();
        }
        ids.sort(null);
        return ids;
    }

    /** {@return where a link leads, if it may be known} */
    static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@return a small file of the kernel's, if it is there} */
    static Optional<String> find(Path path) {
        try {
            return Optional.of(text(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String text(Path path) throws IOException {
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }
}
