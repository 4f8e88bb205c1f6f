package org.wyrm.program.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;

/**
 * What debugging information is asked for.
 *
 * @param image what the target runs; empty where files are looked at without a target
 * @param files that the user gave
 * @param cache where indexes are kept
 * @param cancellation ends long work
 * @param warnings is told what is wrong without keeping the rest from being used
 */
public record DebugRequest(
        Optional<MainImage> image,
        List<Path> files,
        CacheFolder cache,
        Cancellation cancellation,
        Consumer<String> warnings) {
    public DebugRequest {
        files = List.copyOf(files);
    }
}
