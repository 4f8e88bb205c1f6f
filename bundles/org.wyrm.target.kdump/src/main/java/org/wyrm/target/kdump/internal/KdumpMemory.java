package org.wyrm.target.kdump.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.FaultException.Kind;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * The physical memory of a compressed dump or of a part of it, page by page. Thread-safe.
 *
 * <pre>
 * PageDescriptor --> offset of the data in the file (8), size of the data (4), flags (4), page flags (8)
 * </pre>
 *
 * <p>Data without a flag of {@link PageCompression} is the page itself and is served in place. Many pages may share the
 * data of one: pages of zeros do.
 */
final class KdumpMemory implements MemorySource {
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int SAMPLED_DESCRIPTORS = 64;
    private static final int LEVEL_ZERO_PAGES_ONLY = 1;

    private final KdumpHeader header;
    private final FileView file;
    private final PageBitmap memoryPages;
    private final PageBitmap dumpedPages;
    private final int pageShift;
    private final int pageByteSize;
    private final List<PageCompression> compressions = PageCompression.all();
    private final MemorySegment zeros;
    private final String leftOut;
    private final PageCache cache;

    /** How many page frames before those of this part are in other parts. */
    private final long pagesBefore;

    private KdumpMemory(KdumpHeader header, PageBitmap memoryPages, PageBitmap dumpedPages, PageCache cache) {
        this.header = header;
        this.file = header.file();
        this.memoryPages = memoryPages;
        this.dumpedPages = dumpedPages;
        this.cache = cache;
        this.pagesBefore = dumpedPages.countBefore(header.pages().first());
        this.pageByteSize = header.blockByteSize();
        this.pageShift = Integer.numberOfTrailingZeros(pageByteSize);
        this.zeros = MemorySegment.ofArray(new byte[pageByteSize]).asReadOnly();
        this.leftOut = leftOutReason(header.dumpLevel());
    }

    /** {@return the memory of all parts of a dump, and what is missing of it} */
    static List<MemorySource> of(SplitDump dump, PageCache cache) {
        var header = dump.header();
        // They are the same in all parts.
        var memoryPages = new PageBitmap(header.memoryBitmap());
        var dumpedPages = new PageBitmap(header.dumpBitmap());
        var sources = new ArrayList<MemorySource>();
        for (var part : dump.parts()) {
            if (!part.pages().isEmpty()) {
                sources.add(new KdumpMemory(part, memoryPages, dumpedPages, cache));
            }
        }
        for (var pages : dump.missing()) {
            sources.add(new MissingPart(pages, Integer.numberOfTrailingZeros(header.blockByteSize())));
        }
        return List.copyOf(sources);
    }

    private record Descriptor(long at, long offset, long byteSize, int flags) {}

    @Override
    public long firstAddress() {
        return header.pages().first() << pageShift;
    }

    @Override
    public long lastAddress() {
        return (header.pages().end() << pageShift) - 1;
    }

    /** {@inheritDoc} Where the dump left out pages of zeros only, they are present too. */
    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        var pages = header.dumpLevel() == LEVEL_ZERO_PAGES_ONLY ? memoryPages : dumpedPages;
        var first = address >>> pageShift;
        for (var pfn = pages.nextSet(first); pfn < header.pages().end(); pfn = pages.nextSet(pfn + 1)) {
            cancellation.check();
            if (!dumpedPages.contains(pfn) || isWritten(pfn)) {
                return OptionalLong.of(pfn == first ? address : pfn << pageShift);
            }
        }
        return OptionalLong.empty();
    }

    /** Whether the file goes on to a page that it should have. */
    private boolean isWritten(long pfn) {
        var at = descriptorOffset(dumpedPages.countBefore(pfn) - pagesBefore);
        if (!file.has(at, DESCRIPTOR_BYTES)) {
            return false;
        }
        var found = descriptorAt(at);
        return (found.offset != 0 || !header.isIncomplete()) && file.has(found.offset, found.byteSize);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.wyrm.base.error.MalformedDataException if the page is in the dump, and damaged
     */
    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var known = cache.find(address);
        if (known != null) {
            return known;
        }
        var pfn = address >>> pageShift;
        var page = new Chunk(pfn << pageShift, page(address, pfn));
        cache.put(page);
        return page;
    }

    private MemorySegment page(long address, long pfn) {
        if (!dumpedPages.contains(pfn)) {
            return absentPage(address, pfn);
        }
        var descriptor = descriptor(address, pfn);
        var data = file.slice(descriptor.offset, descriptor.byteSize);
        var compression = PageCompression.of(compressions, descriptor.flags);
        if (compression.isPresent()) {
            cache.countDecompressed();
            return compression.get().decompress(data, pageByteSize, pfn);
        }
        if (descriptor.byteSize != pageByteSize) {
            throw file.malformed(
                    descriptor.at + 8,
                    "the page with frame number 0x%x is not compressed and has %d bytes of %d"
                            .formatted(pfn, descriptor.byteSize, pageByteSize));
        }
        return data.segment();
    }

    private MemorySegment absentPage(long address, long pfn) {
        if (!memoryPages.contains(pfn)) {
            throw fault(Kind.NO_MEMORY, address, "there is no memory");
        }
        // Zero pages are found by their content, all other kinds by the kernel's page flags.
        if (header.dumpLevel() == LEVEL_ZERO_PAGES_ONLY) {
            return zeros;
        }
        throw fault(Kind.LEFT_OUT, address, leftOut);
    }

    /** Why a page of memory may be absent: told once, since a walk through a filtered dump meets thousands. */
    private static String leftOutReason(int dumpLevel) {
        var kinds = new ArrayList<String>();
        var names = new String[] {"zero", "cache", "private cache", "user", "free"};
        for (var i = 0; i < names.length; i++) {
            if ((dumpLevel >> i & 1) != 0) {
                kinds.add(names[i]);
            }
        }
        var reason = "the page was left out of the dump";
        return kinds.isEmpty()
                ? reason
                : reason + " (dump level " + dumpLevel + ": no " + String.join(", ", kinds) + " pages)";
    }

    private Descriptor descriptor(long address, long pfn) {
        var at = descriptorOffset(dumpedPages.countBefore(pfn) - pagesBefore);
        if (!file.has(at, DESCRIPTOR_BYTES)) {
            throw cutShort(address, at, DESCRIPTOR_BYTES);
        }
        var found = descriptorAt(at);
        if (found.offset == 0 && header.isIncomplete()) {
            throw fault(Kind.MISSING, address, "the dump is incomplete, its writer did not come to this page");
        }
        if (found.offset < header.descriptorsOffset() || found.byteSize == 0 || found.byteSize > pageByteSize) {
            throw file.malformed(
                    at,
                    "the page with frame number 0x%x has its data at 0x%x, %d bytes"
                            .formatted(pfn, found.offset, found.byteSize));
        }
        if (!file.has(found.offset, found.byteSize)) {
            throw cutShort(address, found.offset, found.byteSize);
        }
        return found;
    }

    private long descriptorOffset(long index) {
        return header.descriptorsOffset() + index * DESCRIPTOR_BYTES;
    }

    private Descriptor descriptorAt(long at) {
        var fields = file.slice(at, DESCRIPTOR_BYTES);
        return new Descriptor(at, fields.u64(0), fields.u32(8), fields.s32(12));
    }

    String fileName() {
        return file.name();
    }

    /** {@return what is wrong with its file without keeping it from being used} */
    List<String> warnings() {
        var warnings = new ArrayList<String>();
        missingEnd()
                .ifPresent(end -> warnings.add("the file is cut short: it ends at 0x%x, its pages need at least 0x%x"
                        .formatted(file.byteSize(), end)));
        if (header.isIncomplete()) {
            warnings.add("the dump is incomplete: its writer says that it could not finish it");
        }
        return warnings;
    }

    /**
     * {@return where the file should at least have ended, if it ends too early}
     *
     * <p>Told by some of the descriptors: data lies in their order, but for data that pages share.
     */
    private OptionalLong missingEnd() {
        var count = dumpedPages.countBefore(header.pages().end()) - pagesBefore;
        var descriptorsEnd = descriptorOffset(count);
        if (descriptorsEnd > file.byteSize()) {
            return OptionalLong.of(descriptorsEnd);
        }
        var end = 0L;
        for (var i = 0L; i < Math.min(SAMPLED_DESCRIPTORS, count); i++) {
            end = Math.max(end, dataEnd(count - 1 - i));
            end = Math.max(end, dataEnd(count / SAMPLED_DESCRIPTORS * i));
        }
        return end > file.byteSize() ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private long dataEnd(long index) {
        var descriptor = descriptorAt(descriptorOffset(index));
        return descriptor.offset + descriptor.byteSize;
    }

    private FaultException cutShort(long address, long offset, long byteSize) {
        var end = offset + byteSize;
        return fault(
                Kind.MISSING,
                address,
                end > file.byteSize()
                        ? "the file is cut short: it ends at 0x%x, this page needs 0x%x".formatted(file.byteSize(), end)
                        : "the file is cut short: it lacks some of 0x%x to 0x%x, which this page needs"
                                .formatted(offset, end));
    }

    private static FaultException fault(Kind kind, long address, String reason) {
        return new FaultException(kind, AddressSpace.PHYSICAL, address, reason);
    }
}
