package org.wyrm.memory.search;

import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.memory.TargetMemory;

/**
 * Searches memory.
 *
 * <p>What is absent is passed over: no match reaches over it. Matches do not overlap: the next one begins after the last
 * byte of the one before. They come in the order of their addresses, whatever the number of threads, and as soon as they
 * are found; so a search that is not read to its end costs little more than what was read.
 *
 * <pre>{@code
 * var pattern = SearchPattern.integer(8, program.memory().order(), 0xdead000000000100L);
 * try (var matches = MemorySearch.of(program.physicalMemory()).find(pattern)) {
 *     matches.limit(10).forEach(match -> show(match.address()));
 * }
 * }</pre>
 *
 * <p>Immutable.
 */
public final class MemorySearch {
    private static final AddressRange ALL = new AddressRange(0, -1);
    private static final int MAX_THREADS = 16;
    private static final long MAX_ALIGNMENT = 1L << 30;

    private final TargetMemory memory;
    private final AddressRange range;
    private final long alignment;
    private final int threadCount;
    private final Cancellation cancellation;

    private MemorySearch(
            TargetMemory memory, AddressRange range, long alignment, int threadCount, Cancellation cancellation) {
        this.memory = memory;
        this.range = range;
        this.alignment = alignment;
        this.threadCount = threadCount;
        this.cancellation = cancellation;
    }

    /** {@return a search of all of an address space, with as many threads as there are processors} */
    public static MemorySearch of(TargetMemory memory) {
        var processors = Runtime.getRuntime().availableProcessors();
        return new MemorySearch(memory, ALL, 0, Math.min(processors, MAX_THREADS), new Cancellation());
    }

    /** {@return this search in a range only; matches lie in it with all their bytes} */
    public MemorySearch range(AddressRange where) {
        return new MemorySearch(memory, where, alignment, threadCount, cancellation);
    }

    /**
     * {@return this search at multiples of a number only, instead of the pattern's own alignment}
     *
     * @param bytes a power of two, up to 2^30
     */
    public MemorySearch alignment(long bytes) {
        if (bytes <= 0 || bytes > MAX_ALIGNMENT || Long.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("an alignment is a power of two up to 2^30, not " + bytes);
        }
        return new MemorySearch(memory, range, bytes, threadCount, cancellation);
    }

    /** {@return this search with so many threads} */
    public MemorySearch threads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a search has a thread, not " + count);
        }
        return new MemorySearch(memory, range, alignment, count, cancellation);
    }

    /** {@return this search, with a token that it polls} */
    public MemorySearch with(Cancellation token) {
        return new MemorySearch(memory, range, alignment, threadCount, token);
    }

    /**
     * {@return where a pattern is; to be closed if it is not read to its end}
     *
     * <p>Errors come out of the stream, after the matches before them: {@link
     * org.wyrm.base.error.MalformedDataException} for a damaged page, {@link
     * org.wyrm.base.error.OperationFailedException} for a regular expression that takes too long.
     */
    public Stream<Match> find(SearchPattern pattern) {
        var running = running(pattern, threadCount);
        return stream(running).onClose(running::close);
    }

    /**
     * {@return where some patterns are, each found as if it were the only one, all in the order of their addresses; to be
     * closed if it is not read to its end}
     *
     * <p>Matches of different patterns may overlap. Each pattern costs a scan of its own; they share the threads. Errors
     * are those of {@link #find}.
     */
    public Stream<Match> findAll(List<SearchPattern> patterns) {
        var each = Math.max(1, threadCount / Math.max(1, patterns.size()));
        var merged = new MergedMatches(
                patterns.stream().map(pattern -> running(pattern, each)).toList());
        return stream(merged).onClose(merged::close);
    }

    private RunningSearch running(SearchPattern pattern, int threads) {
        var pieces = new PieceScan(memory, pattern, range, alignment == 0 ? pattern.usualAlignment() : alignment);
        return new RunningSearch(memory, pieces, range, threads, cancellation);
    }

    private static Stream<Match> stream(Iterator<Match> matches) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(matches, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }
}
