package org.wyrm.linux.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
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
 * <p>What the cache has counts only if samples of it are the same in this target's memory; it is shown to nobody as
 * memory. Nothing is kept of a target whose tables could not be decoded, and nothing where reading costs little.
 *
 * <pre>
 * content  count of ranges (8); for each: first address (8), size (8); places of kallsyms (7 × 8); the bytes of each
 *          range, each padded to a multiple of 8
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
        var found = cache.find(KIND, VERSION, buildId);
        if (found.isEmpty()) {
            return memory;
        }
        var sources = new ArrayList<MemorySource>();
        var places = decode(found.get(), sources);
        for (var source : sources) {
            if (!isSame((Range) source)) {
                return memory;
            }
        }
        locations = places;
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
        public Chunk chunk(long address, long wantedByteSize) {
            return memory.chunk(address, wantedByteSize);
        }
    }

    private KallsymsLocations decode(ByteSlice content, List<MemorySource> ranges) {
        var count = Math.min(content.u64(0), MAX_RANGES);
        var places = new long[PLACES];
        var at = 8 + 16 * count;
        for (var place = 0; place < PLACES; place++, at += 8) {
            places[place] = content.u64(at);
        }
        for (var range = 0; range < count; range++) {
            var byteSize = content.u64(16 + 16L * range);
            var bytes = content.slice(at, byteSize).withOrder(memory.order());
            ranges.add(new Range(text + content.u64(8 + 16L * range), bytes));
            at += paddedSize(byteSize);
        }
        return new KallsymsLocations(
                text + places[0],
                text + places[1],
                text + places[2],
                text + places[3],
                place(places[4]),
                place(places[5]),
                place(places[6]));
    }

    private OptionalLong place(long distance) {
        return distance == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(text + distance);
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
            header.putLong(place.isPresent() ? place.getAsLong() - text : Long.MIN_VALUE);
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
