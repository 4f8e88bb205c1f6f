package org.wyrm.debuginfo.internal;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.elf.BuildId;

/**
 * Where to search, and what is known of it by now. Where a walk through a folder found the file of a build ID is kept for
 * the next process, which then need not walk: a file that it finds there is looked at as any other.
 *
 * <p>Thread-safe.
 */
public final class SearchPlaces {
    private static final String KIND = "place";
    private static final int VERSION = 1;

    private final DebugFileSettings settings;
    private final CacheFolder cache;
    private final ConcurrentHashMap<Path, ModuleFolder> folders = new ConcurrentHashMap<>();

    /** Knows nothing yet but where to search. */
    public SearchPlaces(DebugFileSettings settings, CacheFolder cache) {
        this.settings = settings;
        this.cache = cache;
    }

    DebugFileSettings settings() {
        return settings;
    }

    ModuleFolder modules(Path folder) {
        return folders.computeIfAbsent(folder, ModuleFolder::new);
    }

    /** {@return where below a folder the last walk found the file of a build ID} */
    Optional<Path> kept(BuildId id, Path folder) {
        return cache.find(KIND, VERSION, id.digits())
                .flatMap(SearchPlaces::path)
                .filter(path -> path.startsWith(folder));
    }

    private static Optional<Path> path(ByteSlice content) {
        try {
            return Optional.of(Path.of(content.text(0, content.byteSize())));
        } catch (InvalidPathException e) {
            // Of a file system with other names.
            return Optional.empty();
        }
    }

    /** Keeps where a walk found the file of a build ID. */
    void keep(BuildId id, Path path) {
        cache.keep(
                KIND,
                VERSION,
                id.digits(),
                List.of(MemorySegment.ofArray(path.toString().getBytes(StandardCharsets.UTF_8))));
    }
}
