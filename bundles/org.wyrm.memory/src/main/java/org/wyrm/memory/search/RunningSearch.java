package org.wyrm.memory.search;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.memory.TargetMemory;

/**
 * A search that is being done: threads scan blocks of addresses, some ahead of the one that is read. Confined to one
 * thread, but for {@link #close()}.
 */
final class RunningSearch implements Iterator<Match>, AutoCloseable {
    private static final long BLOCK_BYTES = 1 << 20;
    private static final int BLOCKS_PER_THREAD = 2;
    private static final long IDLE_SECONDS = 5;
    private static final long POLL_MILLIS = 20;
    private static final long CLOSE_SECONDS = 10;

    /** For regular expressions: {@link RegexPattern} bounds what they need. */
    private static final long STACK_BYTES = 256L << 20;

    private final TargetMemory memory;
    private final PieceScan pieces;
    private final AddressRange range;
    private final int threadCount;
    private final Cancellation cancellation;

    /** What the threads poll: set when nobody reads on. */
    private final Cancellation closed = new Cancellation();

    private final ExecutorService threads;
    private final Deque<Block> ahead = new ArrayDeque<>();

    /** The first address that is in no block yet; after the last one, the search is planned. */
    private long nextAddress;

    private boolean isPlanned;

    /** The first address where a match may begin, after those so far. */
    private long free;

    private Matches current = new Matches();
    private int nextIndex;

    private record Block(long first, long last, Future<Matches> matches) {}

    RunningSearch(
            TargetMemory memory, PieceScan pieces, AddressRange range, int threadCount, Cancellation cancellation) {
        this.memory = memory;
        this.pieces = pieces;
        this.range = range;
        this.threadCount = threadCount;
        this.cancellation = cancellation;
        this.nextAddress = range.firstAddress();
        this.free = range.firstAddress();
        var factory = Thread.ofPlatform().daemon().name("wyrm-search-", 0).stackSize(STACK_BYTES);
        var pool = new ThreadPoolExecutor(
                threadCount,
                threadCount,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> factory.unstarted(task));
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    @Override
    public boolean hasNext() {
        while (nextIndex == current.count()) {
            plan();
            var block = ahead.pollFirst();
            if (block == null) {
                threads.shutdown();
                return false;
            }
            current = withoutOverlap(block);
            nextIndex = 0;
            if (current.count() > 0) {
                var latest = current.get(current.count() - 1);
                free = latest.address() + latest.byteSize();
            }
        }
        return true;
    }

    @Override
    public Match next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        cancellation.check();
        return current.get(nextIndex++);
    }

    /** A block does not know what reaches into it: it is scanned once more from there, if a match of its own is in the way. */
    private Matches withoutOverlap(Block block) {
        var matches = result(block.matches);
        if (matches.count() == 0 || isFree(matches.get(0).address())) {
            return matches;
        }
        return Long.compareUnsigned(free, block.last) > 0 ? new Matches() : result(submit(free, block.last));
    }

    private boolean isFree(long address) {
        return Long.compareUnsigned(address, free) >= 0;
    }

    private void plan() {
        while (!isPlanned && ahead.size() < threadCount * BLOCKS_PER_THREAD) {
            cancellation.check();
            var next = memory.nextPresent(nextAddress, cancellation);
            if (next.isEmpty() || Long.compareUnsigned(next.getAsLong(), range.lastAddress()) > 0) {
                isPlanned = true;
                return;
            }
            var first = next.getAsLong();
            var last = first | BLOCK_BYTES - 1;
            if (Long.compareUnsigned(last, range.lastAddress()) >= 0) {
                last = range.lastAddress();
                isPlanned = true;
            }
            ahead.addLast(new Block(first, last, submit(first, last)));
            nextAddress = last + 1;
        }
    }

    private Future<Matches> submit(long first, long last) {
        return threads.submit(() -> {
            closed.check();
            var matches = new Matches();
            pieces.scan(first, last, matches, closed);
            return matches;
        });
    }

    private Matches result(Future<Matches> future) {
        while (true) {
            cancellation.check();
            var matches = resultSoon(future);
            if (matches != null) {
                return matches;
            }
        }
    }

    private static @Nullable Matches resultSoon(Future<Matches> future) {
        try {
            return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillAtIt) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DebuggerException error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    /** Sees to it that no thread reads memory any more, which may be closed next. */
    @Override
    public void close() {
        closed.cancel("the search was closed");
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a thread of a search does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
