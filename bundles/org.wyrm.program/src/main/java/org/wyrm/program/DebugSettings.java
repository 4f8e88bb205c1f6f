package org.wyrm.program;

import java.nio.file.Path;
import java.util.List;

/**
 * Where debugging information may come from.
 *
 * @param files that the user gave
 * @param search whether it is looked for in the usual places too
 * @param debugDirectories folders laid out as {@code /usr/lib/debug}, looked at before that one
 * @param kernelDirectories folders with a kernel and its modules, looked at before the usual places
 */
public record DebugSettings(
        List<Path> files, boolean search, List<Path> debugDirectories, List<Path> kernelDirectories) {
    /** No debugging information at all: what the target itself carries is enough. */
    public static final DebugSettings NONE = new DebugSettings(List.of(), false, List.of(), List.of());

    public DebugSettings {
        files = List.copyOf(files);
        debugDirectories = List.copyOf(debugDirectories);
        kernelDirectories = List.copyOf(kernelDirectories);
    }
}
