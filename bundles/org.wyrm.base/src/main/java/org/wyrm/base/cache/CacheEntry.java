package org.wyrm.base.cache;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A file of the cache.
 *
 * @param byteSize of the file
 * @param lastUsed when its content was last given out, to a day
 */
public record CacheEntry(Path file, long byteSize, FileTime lastUsed) {}
