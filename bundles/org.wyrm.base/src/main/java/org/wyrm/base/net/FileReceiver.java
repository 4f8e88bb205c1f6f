package org.wyrm.base.net;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes the body of an answer to a file, up to a limit; the file is made when there is a body. Thread-safe. */
final class FileReceiver implements BodySubscriber<Long>, AutoCloseable {
    private final Path path;
    private final long mostByteSize;
    private final CompletableFuture<Long> body = new CompletableFuture<>();
    private @Nullable FileChannel file;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile long received;
    private volatile boolean stopped;

    FileReceiver(Path path, long mostByteSize) {
        this.path = path;
        this.mostByteSize = mostByteSize;
    }

    long receivedByteSize() {
        return received;
    }

    /** Takes no more: nothing is written when this returns. */
    @Override
    public void close() throws IOException {
        stop();
        synchronized (this) {
            if (file != null) {
                file.close();
            }
        }
    }

    private void stop() {
        stopped = true;
        var current = subscription;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public CompletionStage<Long> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription granted) {
        subscription = granted;
        if (stopped) {
            granted.cancel();
        } else {
            granted.request(Long.MAX_VALUE);
        }
    }

    // The parts come one after the other.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    @Override
    public synchronized void onNext(List<ByteBuffer> parts) {
        try {
            if (file == null && !stopped) {
                file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
            for (var part : parts) {
                if (stopped || file == null) {
                    return;
                }
                received += part.remaining();
                if (received > mostByteSize) {
                    fail(new IOException("the file is larger than %d bytes".formatted(mostByteSize)));
                    return;
                }
                while (part.hasRemaining()) {
                    file.write(part);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        body.completeExceptionally(e);
        stop();
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(received);
    }
}
