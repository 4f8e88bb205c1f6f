package org.wyrm.symbols.dwarf;

import java.util.Optional;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;

/**
 * How the index of a file is made and kept, and what else is kept of it.
 *
 * @param cache where it is kept
 * @param cacheKey what tells the content of this file from others: its build ID; empty to keep nothing
 * @param copy what tells this copy of the file from others with that key, which may be damaged; empty to keep nothing but
 *     an index without errors
 * @param cancellation stops the making
 * @param progress is told of it
 */
public record IndexSettings(
        CacheFolder cache,
        Optional<String> cacheKey,
        Optional<String> copy,
        Cancellation cancellation,
        Progress progress) {
    /** {@return these, with another key} */
    IndexSettings withKey(Optional<String> other) {
        return new IndexSettings(cache, other, copy, cancellation, progress);
    }

    /** {@return settings that keep nothing, and tell nobody} */
    public static IndexSettings none() {
        return new IndexSettings(
                CacheFolder.none(), Optional.empty(), Optional.empty(), new Cancellation(), Progress.NONE);
    }
}
