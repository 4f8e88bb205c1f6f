package org.wyrm.debuginfo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient;
import org.wyrm.debuginfo.internal.FileSearch;
import org.wyrm.debuginfo.internal.SearchPlaces;

/**
 * Finds debug files. A file is taken only if it has the build ID that is wanted; one that has not is told in the result,
 * with the reason.
 *
 * <p>Thread-safe. Lists of modules are read once, when they are first needed.
 */
public final class DebugFileFinder {
    private final SearchPlaces places;
    private final List<GivenFile> given;
    private final @Nullable DebuginfodClient client;

    /**
     * Makes one that asks no server.
     *
     * @param given files that the user named; they come before all others
     */
    public DebugFileFinder(DebugFileSettings settings, List<GivenFile> given) {
        this(settings, given, Optional.empty(), CacheFolder.none());
    }

    /**
     * Makes one that may ask servers.
     *
     * @param given files that the user named; they come before all others
     * @param client who asks, after all else
     * @param cache keeps where files of modules were found
     */
    public DebugFileFinder(
            DebugFileSettings settings, List<GivenFile> given, Optional<DebuginfodClient> client, CacheFolder cache) {
        places = new SearchPlaces(settings, cache);
        this.given = List.copyOf(given);
        this.client = client.orElse(null);
    }

    /**
     * {@return the debug file of something, or what there is instead, and where it was looked for}
     *
     * @throws org.wyrm.base.error.CancelledException if the search was told to stop
     */
    public SearchResult find(WantedFile wanted, Cancellation cancellation) {
        return new FileSearch(places, given, client, cancellation, wanted).run();
    }

    /**
     * {@return the file that a debug file shares content with; empty if it shares none}
     *
     * @throws MalformedDataException if the link to it is damaged
     */
    public Optional<AlternateResult> findAlternate(DebugFile file, Cancellation cancellation) {
        return file.elf()
                .alternateLink()
                .map(link -> FileSearch.alternate(places, client, cancellation, file.path(), link));
    }

    /**
     * Opens a debug file, and the one that it shares content with where there is such and it is found.
     *
     * @throws UnreadableTargetException if it cannot be read any more
     * @throws MalformedDataException if it is damaged
     */
    public DebugFile open(Path path, Cancellation cancellation) {
        var file = DebugFile.open(path);
        var isWhole = false;
        try {
            var alternate = findAlternate(file, cancellation).flatMap(AlternateResult::found);
            var whole = alternate.isEmpty()
                    ? file
                    : file.with(DebugFile.open(alternate.get().path()));
            isWhole = true;
            return whole;
        } finally {
            if (!isWhole) {
                file.close();
            }
        }
    }
}
