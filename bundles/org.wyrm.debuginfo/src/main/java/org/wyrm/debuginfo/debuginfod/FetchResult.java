package org.wyrm.debuginfo.debuginfod;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What asking the servers came to. Closed: a switch over it needs no default. */
public sealed interface FetchResult {
    /** Where a file that was asked for came from. */
    enum Origin {
        /** It was in the cache. */
        CACHE,
        /** A server sent it. */
        SERVER
    }

    /**
     * The file is in the cache now.
     *
     * @param path where
     */
    record Found(Path path, Origin origin) implements FetchResult {}

    /**
     * No server has it.
     *
     * @param reasons for each server that was asked, why not, in the order they were asked
     */
    record Missing(Map<String, String> reasons) implements FetchResult {
        public Missing {
            reasons = new LinkedHashMap<>(reasons);
        }
    }
}
