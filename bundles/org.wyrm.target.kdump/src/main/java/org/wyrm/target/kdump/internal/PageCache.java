package org.wyrm.target.kdump.internal;

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

    /** @param pageByteSize a power of two */
    PageCache(int pageByteSize) {
        this.pageShift = Integer.numberOfTrailingZeros(pageByteSize);
        this.pages = new Chunk[CACHE_BYTES >> pageShift];
    }

    /** {@return the page that an address is in, if it is here} */
    @Nullable
    Chunk find(long address) {
        var known = pages[slot(address)];
        return known != null && known.contains(address) ? known : null;
    }

    void put(Chunk page) {
        pages[slot(page.firstAddress())] = page;
    }

    private int slot(long address) {
        return (int) (address >>> pageShift) & pages.length - 1;
    }
}
