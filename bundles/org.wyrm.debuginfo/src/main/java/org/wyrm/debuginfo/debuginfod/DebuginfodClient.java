package org.wyrm.debuginfo.debuginfod;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
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
    private static final int OK = 200;
    private static final Duration ABSENCE_COUNTS = Duration.ofMinutes(10);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    /** A command that is told to stop has 70 ms to clean up. */
    private static final long POLL_MILLIS = 20;

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
            var client = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
            try {
                for (var server : settings.servers()) {
                    if (silent.contains(server)) {
                        absentEverywhere = false;
                        reasons.put(server.toString(), "is not asked again: it did not answer before");
                    } else if (ask(client, server)) {
                        return new FetchResult.Found(file, FetchResult.Origin.SERVER);
                    }
                }
            } finally {
                // Not close(): that waits for a server that was cancelled.
                client.shutdownNow();
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

        private boolean ask(HttpClient client, URI server) {
            var aside = file.resolveSibling("%s.%d-%d.new"
                    .formatted(artifact.word, ProcessHandle.current().pid(), FETCHED.incrementAndGet()));
            try {
                try {
                    var said = download(client, server, aside);
                    if (said == OK && isRight(server, aside)) {
                        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
                        return true;
                    }
                    if (said == NOT_FOUND) {
                        reasons.put(server.toString(), "has no such file");
                    } else if (said != OK) {
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

        private int download(HttpClient client, URI server, Path aside) throws IOException {
            cancellation.check();
            var request = HttpRequest.newBuilder(
                            URI.create(server + "/buildid/" + buildId.digits() + "/" + artifact.word))
                    .header("User-Agent", "wyrm")
                    .build();
            try (var receiver = new FileReceiver(aside, settings.mostByteSize())) {
                var total = new AtomicLong(-1);
                var answer = client.sendAsync(request, info -> {
                    total.set(info.headers()
                            .firstValueAsLong("Content-Length")
                            .orElse(info.headers()
                                    .firstValueAsLong("X-DEBUGINFOD-SIZE")
                                    .orElse(-1)));
                    return info.statusCode() == OK ? receiver : BodySubscribers.replacing(0L);
                });
                try {
                    return await(answer, receiver, server, total).statusCode();
                } finally {
                    answer.cancel(true);
                }
            }
        }

        private HttpResponse<Long> await(
                CompletableFuture<HttpResponse<Long>> answer, FileReceiver receiver, URI server, AtomicLong total)
                throws IOException {
            var start = System.nanoTime();
            var lastChange = start;
            var known = 0L;
            var what = "downloading debugging information of %s from %s".formatted(label, server);
            while (true) {
                cancellation.check();
                try {
                    return answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    var now = System.nanoTime();
                    if (receiver.receivedByteSize() != known) {
                        known = receiver.receivedByteSize();
                        lastChange = now;
                    }
                    var expected = total.get();
                    progress.report(what, known, expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected));
                    requireInTime(server, now - lastChange, now - start);
                } catch (ExecutionException e) {
                    throw failure(server, e.getCause());
                } catch (InterruptedException e) {
                    throw new CancelledException("interrupted");
                }
            }
        }

        private void requireInTime(URI server, long idleNanos, long totalNanos) throws IOException {
            if (idleNanos > settings.stallTimeout().toNanos()) {
                silent.add(server);
                throw new IOException("sent nothing for %d s"
                        .formatted(settings.stallTimeout().toSeconds()));
            }
            var most = settings.totalTimeout();
            if (most.isPresent() && totalNanos > most.get().toNanos()) {
                throw new IOException(
                        "took longer than %d s".formatted(most.get().toSeconds()));
            }
        }

        private IOException failure(URI server, @Nullable Throwable cause) {
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                silent.add(server);
                return new IOException("cannot be reached", cause);
            }
            return switch (cause) {
                case IOException said -> said;
                case null, default -> new IOException(String.valueOf(cause), cause);
            };
        }
    }
}
