package org.wyrm.debuginfo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.wyrm.program.DebugSettings.Directories;

/**
 * Where and how to search.
 *
 * @param root what paths of kernels and programs start from: {@code /}, or the folder that a system is unpacked in
 * @param debugDirectories folders laid out as {@code /usr/lib/debug}, the first counts most
 * @param kernelDirectories folders with a kernel and its modules, such as that it was built in; looked at before the
 *     usual places
 * @param areUsualKernelPlaces whether the usual places of kernels and modules below it are looked at
 * @param ways those that may be gone; {@link SearchWay#DEBUGINFOD} needs a client too
 */
public record DebugFileSettings(
        Path root,
        List<Path> debugDirectories,
        List<Path> kernelDirectories,
        boolean areUsualKernelPlaces,
        Set<SearchWay> ways) {
    public DebugFileSettings {
        debugDirectories = List.copyOf(debugDirectories);
        kernelDirectories = List.copyOf(kernelDirectories);
        ways = Set.copyOf(ways);
    }

    /** {@return the settings for a system: {@code usr/lib/debug} below its root, all ways} */
    public static DebugFileSettings below(Path root) {
        return new DebugFileSettings(
                root, List.of(root.resolve("usr/lib/debug")), List.of(), true, EnumSet.allOf(SearchWay.class));
    }

    /** {@return these, with debug directories that count more, or in place of those so far} */
    public DebugFileSettings withDebugDirectories(Directories directories) {
        var all = new ArrayList<>(directories.listed());
        if (directories.areUsualOnes()) {
            all.addAll(debugDirectories);
        }
        return new DebugFileSettings(root, all, kernelDirectories, areUsualKernelPlaces, ways);
    }

    /** {@return these, with other kernel directories} */
    public DebugFileSettings withKernelDirectories(Directories directories) {
        return new DebugFileSettings(root, debugDirectories, directories.listed(), directories.areUsualOnes(), ways);
    }

    /** {@return these, with other ways} */
    public DebugFileSettings withWays(Set<SearchWay> others) {
        return new DebugFileSettings(root, debugDirectories, kernelDirectories, areUsualKernelPlaces, others);
    }
}
