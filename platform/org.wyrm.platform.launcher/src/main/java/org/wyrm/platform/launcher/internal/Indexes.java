package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.PluginFolders;

/**
 * What the product knows of its bundles.
 *
 * @param core the bundles of the core jar
 * @param all the core and the plug-ins, shipped and installed
 */
record Indexes(Index core, Index all) {
    /** Reads the indexes of the plug-ins. */
    static Indexes read(Index core, PluginFolders folders) {
        return new Indexes(
                core, core.with(Index.ofFolder(folders.shipped())).with(Index.ofFolder(folders.installed())));
    }

    /**
     * {@return the index of the core jar, which lies beside it}
     *
     * @throws OperationFailedException if there is none, or it is of another jar
     */
    static Index readCore() {
        var folder = Path.of(System.getProperty("wyrm.home", ""), "lib");
        var file = folder.resolve(Index.FILE_NAME);
        Index index;
        try {
            index = Index.parse(file.toString(), Files.readString(file));
            // Java does not see that a jar is another one than that of its cache.
            var jar = folder.resolve("wyrm-core.jar");
            if (!index.id().endsWith("-" + Files.size(jar))) {
                throw new OperationFailedException(file + " is the index of another " + jar + ": install wyrm again");
            }
        } catch (IOException e) {
            throw new OperationFailedException(
                    "this is not a whole wyrm: cannot read " + file + ": " + FileErrors.reason(e), e);
        }
        var cache = System.getProperty("wyrm.cache", "");
        if (!cache.isEmpty() && !cache.equals(index.id())) {
            throw new OperationFailedException("the AOT cache was made for another core jar (" + cache + ", not "
                    + index.id() + "): install wyrm again");
        }
        return index;
    }
}
