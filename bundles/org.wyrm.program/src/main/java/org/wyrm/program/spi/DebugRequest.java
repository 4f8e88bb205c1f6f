package org.wyrm.program.spi;

import java.util.Optional;
import java.util.function.Consumer;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.program.DebugSettings;

/**
 * What debugging information is asked for.
 *
 * @param image what the target runs; empty where files are looked at without a target
 * @param settings what the user said
 * @param cache where indexes are kept
 * @param cancellation ends long work
 * @param warnings is told what is wrong without keeping the rest from being used
 * @param progress is told of work that takes long
 */
public record DebugRequest(
        Optional<MainImage> image,
        DebugSettings settings,
        CacheFolder cache,
        Cancellation cancellation,
        Consumer<String> warnings,
        Progress progress) {}
