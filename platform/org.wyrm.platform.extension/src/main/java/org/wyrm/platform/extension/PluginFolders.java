package org.wyrm.platform.extension;

import java.nio.file.Path;

/**
 * Where plug-ins are. Each folder holds jars and an index of them, and need not exist.
 *
 * @param shipped those that come with the product and are there without being installed; a repository of others too
 * @param installed those the user installed, and what the user said of plug-ins
 */
public record PluginFolders(Path shipped, Path installed) {}
