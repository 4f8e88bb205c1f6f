package org.wyrm.target.kdump.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.wyrm.memory.Chunk;

/**
 * The pages of a dump that were last decompressed. Written and read without a lock: a chunk is immutable, and an entry is
 * checked against the address each time it is used. Thread-safe.
 */
final class PageCache {
    private static final int CACHE_BYTES = 16 << 20;

    private final int pageShift;
    private final @Nullable Chunk[] pages;
    private final LongAdder hits = new LongAdder();
    private final LongAdder decompressed = new LongAdder();

    /** @param pageByteSize a power of two */
    PageCache(int pageByteSize) {
        this.pageShift = Integer.numberOfTrailingZeros(pageByteSize);
        this.pages = new Chunk[CACHE_BYTES >> pageShift];
    }

    /** {@return the page that an address is in, if it is here} */
    @Nullable
    Chunk find(long address) {
        var known = pages[slot(address)];
        if (known != null && known.contains(address)) {
            hits.increment();
            return known;
        }
        return null;
    }

    void put(Chunk page) {
        pages[slot(page.firstAddress())] = page;
    }

    void countDecompressed() {
        decompressed.increment();
    }

    /** {@return how many pages were decompressed, and how often one was still here; for {@code --stats}} */
    Map<String, Long> statistics() {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("pages decompressed", decompressed.sum());
        counts.put("bytes decompressed", decompressed.sum() << pageShift);
        counts.put("pages found in the cache", hits.sum());
        return counts;
    }

    private int slot(long address) {
        return (int) (address >>> pageShift) & pages.length - 1;
    }
}
