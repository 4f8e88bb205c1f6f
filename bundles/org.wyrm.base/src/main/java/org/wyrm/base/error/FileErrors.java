package org.wyrm.base.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the system says of files. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * {@return why the system refused, as a clause without the name of the file}
     *
     * <p>The message of an error of the file system is the file's name, and often nothing else: its class says the rest.
     */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "no such file";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException there -> there.getFile() + " is in the way";
            case FileSystemException other when other.getReason() != null -> inLowerCase(other.getReason());
            case FileSystemException other -> other.getClass().getSimpleName();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : inLowerCase(e.getMessage());
        };
    }

    /** The system's clauses begin like sentences; file names and abbreviations stay. */
    private static String inLowerCase(String text) {
        return text.length() > 1 && Character.isLowerCase(text.charAt(1))
                ? Character.toLowerCase(text.charAt(0)) + text.substring(1)
                : text;
    }
}
