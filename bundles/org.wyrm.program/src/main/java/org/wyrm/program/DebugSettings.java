package org.wyrm.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where debugging information may come from.
 *
 * @param files that the user gave for parts of the target
 * @param extraFiles that the user gave whatever they are of: their types count, where they are in the target is not known
 * @param search what it is looked for without being given
 * @param debugDirectories folders laid out as {@code /usr/lib/debug}
 * @param kernelDirectories folders with a kernel and its modules
 * @param tryBy names of ways to look for it, besides the usual ones
 * @param notBy names of ways that are not gone
 * @param environment the user's variables: debuginfod's servers are named there
 */
public record DebugSettings(
        List<Path> files,
        List<Path> extraFiles,
        Search search,
        Directories debugDirectories,
        Directories kernelDirectories,
        List<String> tryBy,
        List<String> notBy,
        Map<String, String> environment) {
    /** What debugging information is looked for. */
    public enum Search {
        /** That of each part of the target. */
        ALL,
        /** That of the main image: of the kernel, without its modules. */
        MAIN,
        /** None. */
        NONE
    }

    /**
     * Folders to look in.
     *
     * @param listed those that the user named, looked at first
     * @param areUsualOnes whether the usual ones are looked at too
     */
    public record Directories(List<Path> listed, boolean areUsualOnes) {
        /** The usual ones. */
        public static final Directories USUAL = new Directories(List.of(), true);

        public Directories {
            listed = List.copyOf(listed);
        }
    }

    /** No debugging information at all: what the target itself carries is enough. */
    public static final DebugSettings NONE = none();

    public DebugSettings {
        files = List.copyOf(files);
        extraFiles = List.copyOf(extraFiles);
        tryBy = List.copyOf(tryBy);
        notBy = List.copyOf(notBy);
        environment = Map.copyOf(environment);
    }

    private static DebugSettings none() {
        return new DebugSettings(
                List.of(),
                List.of(),
                Search.NONE,
                Directories.USUAL,
                Directories.USUAL,
                List.of(),
                List.of(),
                Map.of());
    }

    /** {@return whether there is anything to do} */
    public boolean isWanted() {
        return search != Search.NONE || !files.isEmpty() || !extraFiles.isEmpty();
    }
}
