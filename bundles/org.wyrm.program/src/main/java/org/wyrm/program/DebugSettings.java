package org.wyrm.program;

import java.nio.file.Path;
import java.util.List;

/**
 * Where debugging information may come from.
 *
 * @param files that the user gave for parts of the target
 * @param extraFiles that the user gave whatever they are of: their types count, where they are in the target is not known
 * @param search what it is looked for without being given
 * @param debugDirectories folders laid out as {@code /usr/lib/debug}, looked at before that one
 * @param kernelDirectories folders with a kernel and its modules, looked at before the usual places
 * @param tryBy names of ways to look for it, besides the usual ones
 * @param notBy names of ways that are not gone
 */
public record DebugSettings(
        List<Path> files,
        List<Path> extraFiles,
        Search search,
        List<Path> debugDirectories,
        List<Path> kernelDirectories,
        List<String> tryBy,
        List<String> notBy) {
    /** What debugging information is looked for. */
    public enum Search {
        /** That of each part of the target. */
        ALL,
        /** That of the main image: of the kernel, without its modules. */
        MAIN,
        /** None. */
        NONE
    }

    /** No debugging information at all: what the target itself carries is enough. */
    public static final DebugSettings NONE = none();

    public DebugSettings {
        files = List.copyOf(files);
        extraFiles = List.copyOf(extraFiles);
        debugDirectories = List.copyOf(debugDirectories);
        kernelDirectories = List.copyOf(kernelDirectories);
        tryBy = List.copyOf(tryBy);
        notBy = List.copyOf(notBy);
    }

    private static DebugSettings none() {
        return new DebugSettings(List.of(), List.of(), Search.NONE, List.of(), List.of(), List.of(), List.of());
    }

    /** {@return whether there is anything to do} */
    public boolean isWanted() {
        return search != Search.NONE || !files.isEmpty() || !extraFiles.isEmpty();
    }
}
