package org.wyrm.linux.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.symbols.btf.KallsymsLocations;

/**
 * The tables of the kernel's image that its build ID determines, kallsyms and BTF, kept in the cache: in a compressed
 * dump it takes longer to read them than all the rest of a short command.
 *
 * <p>What the cache has counts only if it is laid out as below and samples of it are the same in this target's memory;
 * else it is as if it were not there. It is shown to nobody as memory. Nothing is kept of a target whose tables could not
 * be decoded, and nothing where reading costs little.
 *
 * <pre>
 * content  count of ranges (8); for each: first address (8), size (8); places of kallsyms (7 × 8); the bytes of each
 *          range, each padded to a multiple of 8
 * places   as the components of {@link KallsymsLocations}: each of the tables but {@code kallsyms_addresses} begins a
 *          range; one that the kernel does not have is -2^63
 * </pre>
 *
 * <p>Addresses count from {@code _stext}, so that they are the same wherever the kernel was put.
 */
final class KernelImage {
    private static final String KIND = "kernel";
    private static final int VERSION = 1;
    private static final int PLACES = 7;

    /** Memory that lies in larger pieces than this is not compressed, and quicker read than the cache is. */
    private static final long MAX_COSTLY_CHUNK_BYTES = 1 << 14;

    private static final int MAX_RANGES = 16;
    private static final long ABSENT = Long.MIN_VALUE;
    private static final int SAMPLES = 8;
    private static final int SAMPLE_BYTES = 256;

    private final CacheFolder cache;
    private final @Nullable String buildId;
    private final long text;
    private final TargetMemory memory;

    /** Whether kallsyms has to be found by what it looks like. */
    private final boolean isSearched;

    private final List<Range> read = new ArrayList<>();
    private @Nullable KallsymsLocations locations;
    private @Nullable TargetMemory tables;

    /** What the cache has. */
    private record Content(List<Range> ranges, KallsymsLocations locations) {}

    private record Range(long address, ByteSlice bytes) implements MemorySource {
        @Override
        public long firstAddress() {
            return address;
        }

        @Override
        public long lastAddress() {
            return address + bytes.byteSize() - 1;
        }

        @Override
        public Chunk chunk(long wanted, long wantedByteSize) {
            return new Chunk(address, bytes.segment());
        }
    }

    KernelImage(CacheFolder cache, Vmcoreinfo vmcoreinfo, TargetMemory memory) {
        this.cache = cache;
        this.memory = memory;
        this.isSearched = KallsymsLocations.of(vmcoreinfo::symbol).isEmpty();
        var start = vmcoreinfo.symbol("_stext");
        text = start.orElse(0);
        buildId = start.isEmpty()
                ? null
                : vmcoreinfo.find("BUILD-ID").filter(KernelImage::isBuildId).orElse(null);
    }

    /** Its use as a file name must be safe: a dump may say anything. */
    private static boolean isBuildId(String text) {
        for (var at = 0; at < text.length(); at++) {
            if (Character.digit(text.charAt(at), 16) < 0 || text.charAt(at) > 'f') {
                return false;
            }
        }
        return text.length() >= 16 && text.length() <= 64;
    }

    /** {@return the image's build ID, if the target tells it and its text} */
    Optional<String> buildId() {
        return Optional.ofNullable(buildId);
    }

    /** {@return memory to read the tables from: the target's, or in its place what the cache has of them} */
    synchronized TargetMemory tables() {
        var known = tables;
        if (known == null) {
            known = kept();
            tables = known;
        }
        return known;
    }

    /** {@return where kallsyms is, if an earlier process found it} */
    synchronized @Nullable KallsymsLocations locations() {
        return tables() == memory ? null : locations;
    }

    private TargetMemory kept() {
        if (buildId == null || !isCostly()) {
            return memory;
        }
        var found = cache.find(KIND, VERSION, buildId).flatMap(this::decode);
        if (found.isEmpty()) {
            return memory;
        }
        for (var range : found.get().ranges) {
            if (!isSame(range)) {
                return memory;
            }
        }
        locations = found.get().locations;
        var sources = new ArrayList<MemorySource>(found.get().ranges);
        sources.add(new Rest(memory));
        return new TargetMemory(AddressSpace.VIRTUAL, memory.order(), sources);
    }

    /** All other memory of the target. */
    private record Rest(TargetMemory memory) implements MemorySource {
        @Override
        public long firstAddress() {
            return 0;
        }

        @Override
        public long lastAddress() {
            return -1;
        }

        @Override
        public OptionalLong nextPresent(long address, Cancellation cancellation) {
            return memory.nextPresent(address, cancellation);
        }

        @Override
        public boolean isStable() {
            return memory.isStable();
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return memory.chunk(address, wantedByteSize);
        }
    }

    /** {@return the content, if no number in it lies} */
    private Optional<Content> decode(ByteSlice content) {
        var count = content.byteSize() < Long.BYTES ? 0 : content.u64(0);
        if (count <= 0 || count > MAX_RANGES || content.byteSize() < headerByteSize(count)) {
            return Optional.empty();
        }
        var ranges = new ArrayList<Range>();
        var at = headerByteSize(count);
        for (var range = 0; range < count; range++) {
            var address = text + content.u64(8 + 16L * range);
            var byteSize = content.u64(16 + 16L * range);
            if (byteSize <= 0
                    || byteSize > content.byteSize() - at
                    || Long.compareUnsigned(address + byteSize - 1, address) < 0) {
                return Optional.empty();
            }
            ranges.add(new Range(address, content.slice(at, byteSize).withOrder(memory.order())));
            at += paddedSize(byteSize);
        }
        if (at != content.byteSize()) {
            return Optional.empty();
        }
        return places(content, 8 + 16 * count, ranges).map(places -> new Content(ranges, places));
    }

    private static long headerByteSize(long count) {
        return 8 + 16 * count + 8 * PLACES;
    }

    private Optional<KallsymsLocations> places(ByteSlice content, long at, List<Range> ranges) {
        var places = new OptionalLong[PLACES];
        for (var place = 0; place < PLACES; place++) {
            var distance = content.u64(at + 8L * place);
            places[place] = distance == ABSENT ? OptionalLong.empty() : OptionalLong.of(text + distance);
        }
        var symbolCount = sizeAt(places[0], ranges);
        var names = sizeAt(places[1], ranges);
        var tokenTable = sizeAt(places[2], ranges);
        var tokenIndex = sizeAt(places[3], ranges);
        if (symbolCount != Integer.BYTES
                || names == 0
                || tokenTable == 0
                || tokenIndex == 0
                || places[1].getAsLong() + names != places[2].getAsLong()
                || places[2].getAsLong() + tokenTable != places[3].getAsLong()
                || places[4].isPresent() == places[6].isPresent()
                || (places[4].isPresent() ? sizeAt(places[4], ranges) == 0 : places[5].isPresent())) {
            return Optional.empty();
        }
        return Optional.of(new KallsymsLocations(
                places[0].getAsLong(),
                places[1].getAsLong(),
                places[2].getAsLong(),
                places[3].getAsLong(),
                places[4],
                places[5],
                places[6]));
    }

    /** {@return the size of the range that begins at a place, 0 if none does} */
    private static long sizeAt(OptionalLong place, List<Range> ranges) {
        for (var range : ranges) {
            if (place.isPresent() && range.address == place.getAsLong()) {
                return range.bytes.byteSize();
            }
        }
        return 0;
    }

    private static long paddedSize(long byteSize) {
        return byteSize + 7 & -8;
    }

    /** {@return whether samples from the start to the end are what this target has there} */
    private boolean isSame(Range range) {
        var byteSize = range.bytes.byteSize();
        var sampleByteSize = (int) Math.min(SAMPLE_BYTES, byteSize);
        try {
            for (var sample = 0; sample < SAMPLES; sample++) {
                var offset = (byteSize - sampleByteSize) / (SAMPLES - 1) * sample;
                var there = memory.bytes(range.address + offset, sampleByteSize);
                if (!Arrays.equals(there, range.bytes.toArray(offset, sampleByteSize))) {
                    return false;
                }
            }
            return true;
        } catch (FaultException fault) {
            // The reader of the table will meet it, and say it.
            return false;
        }
    }

    /** Notes a table that was read. */
    synchronized void read(long address, ByteSlice bytes) {
        // A table that could not be decoded is read again when it is asked again.
        read.removeIf(known -> known.address == address);
        read.add(new Range(address, bytes));
    }

    /** Keeps the tables that were read, if they are from the target and cost something. */
    synchronized void keep(KallsymsLocations where) {
        if (buildId == null || read.isEmpty() || tables() != memory || !isCostly()) {
            return;
        }
        var content = new ArrayList<MemorySegment>();
        var header = ByteBuffer.allocate(8 + 16 * read.size() + 8 * PLACES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(read.size());
        for (var range : read) {
            header.putLong(range.address - text).putLong(range.bytes.byteSize());
        }
        header.putLong(where.symbolCount() - text).putLong(where.names() - text);
        header.putLong(where.tokenTable() - text).putLong(where.tokenIndex() - text);
        for (var place : List.of(where.offsets(), where.relativeBase(), where.addresses())) {
            header.putLong(place.isPresent() ? place.getAsLong() - text : ABSENT);
        }
        content.add(MemorySegment.ofBuffer(header.flip()));
        for (var range : read) {
            var byteSize = range.bytes.byteSize();
            content.add(range.bytes.segment());
            content.add(MemorySegment.ofArray(new byte[(int) (paddedSize(byteSize) - byteSize)]));
        }
        cache.keep(KIND, VERSION, buildId, content);
    }

    private boolean isCostly() {
        if (isSearched) {
            return true;
        }
        try {
            return memory.chunk(text, 1).bytes().byteSize() <= MAX_COSTLY_CHUNK_BYTES;
        } catch (FaultException fault) {
            // No text at all: whoever reads the tables will be told what is absent.
            return false;
        }
    }
}
