package org.wyrm.platform.extension;

import java.nio.file.Path;

/**
 * Where plug-ins are. Each folder holds jars and an index of them, and need not exist.
 *
 * @param shipped those that come with the product and are there without being installed
 * @param installed those the user installed
 * @param repository those that come with the product and wait to be installed
 */
public record PluginFolders(Path shipped, Path installed, Path repository) {}
