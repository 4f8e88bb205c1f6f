package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private static final String CORE_INDEX = "wyrm.index";

    /** Reads the indexes of the plug-ins. */
    static Indexes read(Index core, PluginFolders folders) {
        return new Indexes(
                core, core.with(Index.ofFolder(folders.shipped())).with(Index.ofFolder(folders.installed())));
    }

    /**
     * {@return the index of the core jar}
     *
     * @throws OperationFailedException if the core jar is not whole
     */
    static Index readCore() {
        try (var in = Indexes.class.getClassLoader().getResourceAsStream(CORE_INDEX)) {
            if (in == null) {
                throw new OperationFailedException("this is not a whole wyrm: its core jar has no index");
            }
            var index = Index.parse(CORE_INDEX, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            var cache = System.getProperty("wyrm.cache", "");
            if (!cache.isEmpty() && !cache.equals(index.id())) {
                throw new OperationFailedException("the AOT cache was made for another core jar (" + cache + ", not "
                        + index.id() + "): install wyrm again");
            }
            return index;
        } catch (IOException e) {
            throw new OperationFailedException("cannot read the core jar: " + FileErrors.reason(e), e);
        }
    }
}
