package org.wyrm.base.cache;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A file of the cache.
 *
 * @param file below the cache's folder, in the folder of its kind
 * @param byteSize of the file
 * @param lastUsed when its content was last given out, to a day
 */
public record CacheEntry(Path file, long byteSize, FileTime lastUsed) {
    static final String SUFFIX = ".cache";

    /** {@return what its content is} */
    public String kind() {
        return file.getName(file.getNameCount() - 2).toString();
    }

    /** {@return what its content belongs to} */
    public String key() {
        var name = file.getName(file.getNameCount() - 1).toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }
}
