package org.wyrm.linux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * Virtual memory that a running kernel shows of itself: one read, where the way over page tables takes five. It shows
 * zeros where nothing is mapped; so where there are zeros, the page tables are asked once a page.
 *
 * <p>Thread-safe.
 */
final class ShownMemory implements MemorySource {
    private static final int MAPPED_SLOTS = 1024;

    private final MemorySource shown;
    private final PageTables pageTables;
    private final TranslatedMemory translated;
    private final int pageShift;

    /** The numbers of pages that were found to be mapped; 0 is none that a kernel has. */
    private final AtomicLongArray mapped = new AtomicLongArray(MAPPED_SLOTS);

    /**
     * @param shown what the kernel shows
     * @param translated the same by page tables
     */
    ShownMemory(MemorySource shown, PageTables pageTables, TranslatedMemory translated, int pageShift) {
        this.shown = shown;
        this.pageTables = pageTables;
        this.translated = translated;
        this.pageShift = pageShift;
    }

    @Override
    public long firstAddress() {
        return shown.firstAddress();
    }

    @Override
    public long lastAddress() {
        return shown.lastAddress();
    }

    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        return translated.nextPresent(address, cancellation);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.wyrm.base.error.FaultException if the address is not mapped
     */
    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var chunk = shown.chunk(address, wantedByteSize);
        var bytes = chunk.bytes();
        var byteSize = bytes.byteSize();
        for (var start = 0L; start < byteSize; ) {
            var next = ((address + start >>> pageShift) + 1 << pageShift) - address;
            var end = Math.min(byteSize, next);
            if (isZero(bytes.asSlice(start, end - start)) && !isMapped(address + start)) {
                if (start == 0) {
                    pageTables.translate(address); // tells why
                }
                return new Chunk(address, bytes.asSlice(0, Math.max(1, start)));
            }
            start = end;
        }
        return chunk;
    }

    private static boolean isZero(MemorySegment bytes) {
        for (var at = 0L; at < bytes.byteSize(); at++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isMapped(long address) {
        var page = address >>> pageShift;
        var slot = (int) page & MAPPED_SLOTS - 1;
        if (mapped.get(slot) == page) {
            return true;
        }
        if (pageTables.walk(address).page().isEmpty()) {
            return false;
        }
        mapped.set(slot, page);
        return true;
    }

    @Override
    public boolean isStable() {
        return false;
    }
}
