package org.wyrm.target.process.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * The memory of a process that runs: all addresses, of which those are present that are mapped when they are read.
 *
 * <p>Its files belong to the memory that the process had when they were opened, and not to its number: after it has
 * ended or has begun another program they are empty. Thread-safe.
 *
 * @kernel fs/proc/base.c mem_rw
 */
final class ProcessMemory implements MemorySource, AutoCloseable {
    private static final int PAGE_BYTES = 4096;

    /** What is read where less is wanted: the length of a text is not known. */
    private static final int LEAST_BYTES = 64;

    private static final int MOST_BYTES = 1 << 20;

    private static final int MAPS_BYTES = 1 << 16;

    /** How old the list of mappings may be where it only leads to what is then read. */
    private static final long MAPS_NANOS = 50_000_000;

    private final ProcessFolder folder;
    private final FileChannel memory;
    private final FileChannel maps;
    private final TouchedPages pages;
    private final StackSnapshots snapshots = new StackSnapshots();
    private volatile @Nullable KnownRegions known;

    private record KnownRegions(List<Region> regions, long nanos) {}

    private ProcessMemory(ProcessFolder folder, FileChannel memory, FileChannel maps, FileChannel pages) {
        this.folder = folder;
        this.memory = memory;
        this.maps = maps;
        this.pages = new TouchedPages(pages);
    }

    static ProcessMemory open(ProcessFolder folder) throws IOException {
        var files = new ArrayList<FileChannel>();
        try {
            for (var file : List.of("mem", "maps", "pagemap")) {
                files.add(FileChannel.open(folder.path().resolve(file), StandardOpenOption.READ));
            }
            return new ProcessMemory(folder, files.get(0), files.get(1), files.get(2));
        } catch (IOException e) {
            for (var file : files) {
                file.close();
            }
            throw e;
        }
    }

    /** {@return what was kept of stacks, which counts before what is there now} */
    StackSnapshots snapshots() {
        return snapshots;
    }

    @Override
    public long firstAddress() {
        return 0;
    }

    @Override
    public long lastAddress() {
        return -1;
    }

    @Override
    public boolean isStable() {
        return false;
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var kept = snapshots.at(address);
        if (kept.isPresent()) {
            return kept.get();
        }
        var wanted = Math.clamp(wantedByteSize, LEAST_BYTES, MOST_BYTES);
        var bytes = read(address, (int) Math.min(wanted, snapshots.distanceToNext(address)));
        if (bytes.length == 0) {
            throw fault(address);
        }
        return new Chunk(address, MemorySegment.ofArray(bytes));
    }

    private FaultException fault(long address) {
        var regions = regionsNow();
        var region = regions.stream().filter(each -> each.contains(address)).findFirst();
        String why;
        if (regions.isEmpty()) {
            why = "%s has ended, or has begun another program".formatted(folder.label());
        } else if (region.isEmpty()) {
            why = "%s has nothing mapped there".formatted(folder.label());
        } else {
            why = "the kernel does not let this mapping of %s be read (%s)"
                    .formatted(
                            folder.label(),
                            region.get().path().isEmpty()
                                    ? region.get().permissions()
                                    : region.get().path());
        }
        return new FaultException(AddressSpace.VIRTUAL, address, why);
    }

    /** {@return what can be read from an address on, in one piece; nothing if its byte cannot} */
    byte[] read(long address, int byteSize) {
        if (address < 0) {
            return new byte[0];
        }
        var buffer = ByteBuffer.allocate(byteSize);
        try {
            while (buffer.hasRemaining()) {
                if (memory.read(buffer, address + buffer.position()) <= 0) {
                    break;
                }
            }
        } catch (IOException e) {
            // EIO: the next page is not mapped, or cannot be read.
            return Arrays.copyOf(buffer.array(), buffer.position());
        }
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    /**
     * {@inheritDoc} Mappings that the process itself may not read are passed over, and pages that it has not touched, but
     * for those of files: they are empty, mostly many, and to read them would make the kernel map them.
     */
    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        if (address >= 0) {
            for (var region : regions()) {
                if (region.isReadable() && Long.compareUnsigned(region.lastAddress(), address) >= 0) {
                    var found = nextPresent(region, Math.max(address, region.firstAddress()), cancellation);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong nextPresent(Region region, long first, Cancellation cancellation) {
        var last = region.lastAddress();
        for (var at = first; at >= 0 && at <= last; at = nextPage(at)) {
            cancellation.check();
            at = region.isOfFile() ? at : pages.nextTouched(at, last, cancellation);
            if (at <= last && read(at, 1).length == 1) {
                return OptionalLong.of(at);
            }
        }
        return OptionalLong.empty();
    }

    private static long nextPage(long address) {
        return (address & -PAGE_BYTES) + PAGE_BYTES;
    }

    Optional<Region> regionAt(long address) {
        return regions().stream().filter(region -> region.contains(address)).findFirst();
    }

    /** {@return what is mapped, lowest first, as it was a moment ago at most; nothing when the process has ended} */
    List<Region> regions() {
        var last = known;
        var now = System.nanoTime();
        if (last == null || now - last.nanos > MAPS_NANOS) {
            last = new KnownRegions(regionsNow(), now);
            known = last;
        }
        return last.regions;
    }

    private List<Region> regionsNow() {
        var buffer = ByteBuffer.allocate(MAPS_BYTES);
        try {
            while (maps.read(buffer, buffer.position()) > 0) {
                if (!buffer.hasRemaining()) {
                    buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
                }
            }
        } catch (IOException e) {
            // ESRCH: there is nobody with this memory any more.
            return List.of();
        }
        return Region.parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            memory.close();
            maps.close();
            pages.close();
        } catch (IOException e) {
            // Files that were only read lose nothing.
            return;
        }
    }
}
