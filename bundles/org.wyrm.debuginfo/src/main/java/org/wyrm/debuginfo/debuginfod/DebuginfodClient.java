package org.wyrm.debuginfo.debuginfod;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.net.Downloader;
import org.wyrm.base.net.SilentServerException;
import org.wyrm.base.progress.Progress;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.elf.BuildId;

/**
 * Asks debuginfod servers for files by build ID, and keeps what they send in the cache that elfutils uses too.
 *
 * <p>A file is written under another name, checked to have the build ID, and renamed. Where all servers say that they do
 * not have it, an empty file says so for ten minutes, as it does for elfutils. Nothing is sent but the build ID.
 *
 * <p>Thread-safe. Nothing of it is made before something is fetched.
 */
public final class DebuginfodClient {
    private static final int NOT_FOUND = 404;
    private static final Duration ABSENCE_COUNTS = Duration.ofMinutes(10);

    private static final AtomicLong FETCHED = new AtomicLong();

    private final DebuginfodSettings settings;
    private final Progress progress;
    private final Consumer<String> warnings;
    /** Nothing came from them: to wait again for each of a hundred files helps nobody. */
    private final Set<URI> silent = ConcurrentHashMap.newKeySet();

    /** What a server has of a build ID. */
    public enum Artifact {
        /** The file with the debug information. */
        DEBUG_INFORMATION("debuginfo"),
        /** The file that is loaded. */
        EXECUTABLE("executable");

        private final String word;

        Artifact(String word) {
            this.word = word;
        }
    }

    /**
     * Makes one that has asked nothing yet.
     *
     * @param progress is told of each download
     * @param warnings is told what went wrong, beside a server not having a file
     */
    public DebuginfodClient(DebuginfodSettings settings, Progress progress, Consumer<String> warnings) {
        this.settings = settings;
        this.progress = progress;
        this.warnings = warnings;
    }

    /**
     * {@return a file from the cache or from the first server that has it}
     *
     * @param label what it is of, for the user
     * @throws CancelledException if the work was told to stop; nothing stays of a file that is not whole
     */
    public FetchResult fetch(BuildId buildId, Artifact artifact, String label, Cancellation cancellation) {
        cancellation.check();
        var file = settings.cacheFolder().resolve(buildId.digits()).resolve(artifact.word);
        var cached = cached(file);
        if (cached.isPresent()) {
            return cached.get();
        }
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            var reasons = new LinkedHashMap<String, String>();
            reasons.put(settings.cacheFolder().toString(), "the cache cannot be written: " + e.getMessage());
            return new FetchResult.Missing(reasons);
        }
        try {
            return new Fetch(buildId, artifact, label, cancellation, file).run();
        } finally {
            progress.end();
        }
    }

    private static Optional<FetchResult> cached(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > 0) {
                return Optional.of(new FetchResult.Found(file, FetchResult.Origin.CACHE));
            }
            var age =
                    System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis();
            if (age > ABSENCE_COUNTS.toMillis()) {
                return Optional.empty();
            }
            var reasons = new LinkedHashMap<String, String>();
            reasons.put(file.toString(), "no server had it %d s ago".formatted(age / 1000));
            return Optional.of(new FetchResult.Missing(reasons));
        } catch (IOException e) {
            // Gone in between, or not ours to read.
            return Optional.empty();
        }
    }

    /** One file on its way. Confined to one thread. */
    private final class Fetch {
        private final BuildId buildId;
        private final Artifact artifact;
        private final String label;
        private final Cancellation cancellation;
        private final Path file;
        private final LinkedHashMap<String, String> reasons = new LinkedHashMap<>();
        private boolean absentEverywhere = true;

        Fetch(BuildId buildId, Artifact artifact, String label, Cancellation cancellation, Path file) {
            this.buildId = buildId;
            this.artifact = artifact;
            this.label = label;
            this.cancellation = cancellation;
            this.file = file;
        }

        FetchResult run() {
            try (var downloader = new Downloader()) {
                for (var server : settings.servers()) {
                    if (silent.contains(server)) {
                        absentEverywhere = false;
                        reasons.put(server.toString(), "is not asked again: it did not answer before");
                    } else if (ask(downloader, server)) {
                        return new FetchResult.Found(file, FetchResult.Origin.SERVER);
                    }
                }
            }
            if (absentEverywhere) {
                noteAbsence();
            }
            return new FetchResult.Missing(reasons);
        }

        private void noteAbsence() {
            try {
                Files.deleteIfExists(file);
                Files.createFile(file);
            } catch (IOException e) {
                // Somebody else was faster, or nothing can be written: the next one asks again.
                return;
            }
        }

        private void failed(URI server, String reason) {
            absentEverywhere = false;
            reasons.put(server.toString(), reason);
            warnings.accept("%s: no file of %s: %s".formatted(server, label, reason));
        }

        private boolean ask(Downloader downloader, URI server) {
            var aside = file.resolveSibling("%s.%d-%d.new"
                    .formatted(artifact.word, ProcessHandle.current().pid(), FETCHED.incrementAndGet()));
            try {
                try {
                    var said = download(downloader, server, aside);
                    if (said == Downloader.OK && isRight(server, aside)) {
                        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
                        return true;
                    }
                    if (said == NOT_FOUND) {
                        reasons.put(server.toString(), "has no such file");
                    } else if (said != Downloader.OK) {
                        failed(server, "answered " + said);
                    }
                } finally {
                    Files.deleteIfExists(aside);
                }
            } catch (IOException e) {
                var message = e.getMessage();
                failed(
                        server,
                        message == null || message.isEmpty() ? e.getClass().getSimpleName() : message);
            }
            return false;
        }

        private boolean isRight(URI server, Path received) {
            try (var sent = DebugFile.open(received)) {
                var actual = sent.buildId();
                if (actual.equals(Optional.of(buildId))) {
                    return true;
                }
                failed(
                        server,
                        actual.map(id -> "sent a file with build ID " + id).orElse("sent a file without a build ID"));
            } catch (MalformedDataException | UnreadableTargetException e) {
                failed(server, "sent what cannot be read: " + message(received, e));
            }
            return false;
        }

        /** {@return an error without the name of a file that is gone when somebody reads it} */
        private static String message(Path received, DebuggerException e) {
            return String.valueOf(e.getMessage()).replaceFirst("^" + Pattern.quote(received + ": "), "");
        }

        private int download(Downloader downloader, URI server, Path aside) throws IOException {
            var what = "downloading debugging information of %s from %s".formatted(label, server);
            var limits =
                    new Downloader.Limits(settings.mostByteSize(), settings.stallTimeout(), settings.totalTimeout());
            try {
                return downloader.get(
                        URI.create(server + "/buildid/" + buildId.digits() + "/" + artifact.word),
                        aside,
                        limits,
                        (received, expected) -> progress.report(what, received, expected),
                        cancellation);
            } catch (SilentServerException e) {
                silent.add(server);
                throw e;
            }
        }
    }
}
