package org.wyrm.debuginfo.internal;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.wyrm.debuginfo.DebugFileSettings;

/** Where to search, and what is known of it by now. Thread-safe. */
public final class SearchPlaces {
    private final DebugFileSettings settings;
    private final ConcurrentHashMap<Path, ModuleFolder> folders = new ConcurrentHashMap<>();

    /** Knows nothing yet but where to search. */
    public SearchPlaces(DebugFileSettings settings) {
        this.settings = settings;
    }

    DebugFileSettings settings() {
        return settings;
    }

    ModuleFolder modules(Path folder) {
        return folders.computeIfAbsent(folder, ModuleFolder::new);
    }
}
