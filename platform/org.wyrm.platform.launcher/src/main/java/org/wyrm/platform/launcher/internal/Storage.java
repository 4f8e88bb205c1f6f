package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;

/** A folder that lives no longer than the process. Thread-safe: an interrupt may end it while it is made. */
final class Storage implements AutoCloseable {
    private static final int DELETIONS = 10;

    private @Nullable Path folder;
    private boolean closed;

    /**
     * {@return the folder, which only this user can read}
     *
     * @param parent where it is made
     * @throws OperationFailedException if it cannot be made there
     * @throws CancelledException if the process ends
     */
    synchronized Path make(Path parent) {
        if (closed) {
            throw new CancelledException("interrupted");
        }
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        var name = "wyrm-" + ProcessHandle.current().pid() + "-";
        // No random name: making the first random number takes longer than the start of the framework.
        for (var attempt = System.nanoTime(); ; attempt++) {
            try {
                var made = Files.createDirectory(parent.resolve(name + Long.toHexString(attempt)), mine);
                folder = made;
                return made;
            } catch (FileAlreadyExistsException taken) {
                // The next name may be free.
            } catch (IOException e) {
                throw new OperationFailedException(
                        "cannot make a temporary folder in " + parent + ": " + FileErrors.reason(e)
                                + "; set TMPDIR to a folder that can be written",
                        e);
            }
        }
    }

    /** Deletes the folder, also one that the framework made again meanwhile; none can be made here any more. */
    @Override
    public synchronized void close() {
        closed = true;
        var made = folder;
        for (var i = 0; made != null && i < DELETIONS && Files.exists(made); i++) {
            delete(made);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException changed) {
            // The framework made or deleted a file meanwhile: the next deletion sees it.
        }
    }
}
