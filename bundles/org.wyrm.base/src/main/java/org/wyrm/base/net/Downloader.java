package org.wyrm.base.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;

/**
 * Gets files from servers, by HTTP: no more bytes and no longer than was said, and until the work is told to stop.
 * Thread-safe.
 */
public final class Downloader implements AutoCloseable {
    /** The status of an answer that brings the file. */
    public static final int OK = 200;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    /** A command that is told to stop has 70 ms to clean up. */
    private static final long POLL_MILLIS = 20;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /**
     * How much a server may take.
     *
     * @param mostByteSize of a file
     * @param stall how long it may send nothing
     * @param total how long all of a file may take
     */
    public record Limits(long mostByteSize, Duration stall, Optional<Duration> total) {}

    /** Is told how far a download is. */
    public interface Listener {
        /**
         * Tells of bytes.
         *
         * @param expectedByteSize of the whole file, if the server has told
         */
        void received(long byteSize, OptionalLong expectedByteSize);
    }

    /**
     * Gets a file.
     *
     * @param address of the scheme http or https
     * @param file is made where the server has it; what is in it after an error is not whole
     * @return the status of the answer; {@link #OK} where the file is there
     * @throws SilentServerException if the server cannot be reached or has sent nothing for too long
     * @throws IOException if the file is too large, takes too long, or breaks off, or cannot be written
     * @throws CancelledException if the work was told to stop
     */
    public int get(URI address, Path file, Limits limits, Listener listener, Cancellation cancellation)
            throws IOException {
        cancellation.check();
        var request =
                HttpRequest.newBuilder(address).header("User-Agent", "wyrm").build();
        try (var receiver = new FileReceiver(file, limits.mostByteSize())) {
            var expected = new AtomicLong(-1);
            var answer = client.sendAsync(request, info -> {
                expected.set(info.headers()
                        .firstValueAsLong("Content-Length")
                        .orElse(info.headers()
                                .firstValueAsLong("X-DEBUGINFOD-SIZE")
                                .orElse(-1)));
                return info.statusCode() == OK ? receiver : BodySubscribers.replacing(0L);
            });
            try {
                return new Waiting(receiver, expected, limits, listener, cancellation)
                        .await(answer)
                        .statusCode();
            } finally {
                answer.cancel(true);
            }
        }
    }

    /** Ends what still runs, without waiting for a server. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private record Waiting(
            FileReceiver receiver, AtomicLong expected, Limits limits, Listener listener, Cancellation cancellation) {
        HttpResponse<Long> await(CompletableFuture<HttpResponse<Long>> answer) throws IOException {
            var start = System.nanoTime();
            var lastChange = start;
            var known = 0L;
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
                    var total = expected.get();
                    listener.received(known, total < 0 ? OptionalLong.empty() : OptionalLong.of(total));
                    requireInTime(now - lastChange, now - start);
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                } catch (InterruptedException e) {
                    throw new CancelledException("interrupted");
                }
            }
        }

        private void requireInTime(long idleNanos, long totalNanos) throws IOException {
            if (idleNanos > limits.stall().toNanos()) {
                throw new SilentServerException(
                        "sent nothing for %d s".formatted(limits.stall().toSeconds()), null);
            }
            var most = limits.total();
            if (most.isPresent() && totalNanos > most.get().toNanos()) {
                throw new IOException(
                        "took longer than %d s".formatted(most.get().toSeconds()));
            }
        }

        private static IOException failure(@Nullable Throwable cause) {
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                return new SilentServerException("cannot be reached", cause);
            }
            return switch (cause) {
                case IOException said -> said;
                case null, default -> new IOException(String.valueOf(cause), cause);
            };
        }
    }
}
