package org.wyrm.target.process.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * The memory of a process that runs: all addresses, of which those are present that are mapped when they are read.
 *
 * <p>The two files belong to the memory that the process had when they were opened, and not to its number: after it has
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

    /** Where the kernel ends: there is nothing of a process, and a file has no such offsets. */
    private static final long LAST_ADDRESS = Long.MAX_VALUE;

    private final ProcessFolder folder;
    private final FileChannel memory;
    private final FileChannel maps;
    private final StackSnapshots snapshots = new StackSnapshots();

    private ProcessMemory(ProcessFolder folder, FileChannel memory, FileChannel maps) {
        this.folder = folder;
        this.memory = memory;
        this.maps = maps;
    }

    static ProcessMemory open(ProcessFolder folder) throws IOException {
        var memory = FileChannel.open(folder.memory(), StandardOpenOption.READ);
        try {
            return new ProcessMemory(folder, memory, FileChannel.open(folder.maps(), StandardOpenOption.READ));
        } catch (IOException e) {
            memory.close();
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
        var regions = regions();
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

    /** {@inheritDoc} Mappings that the process itself may not read are passed over: mostly they are reserved, and empty. */
    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        if (address < 0) {
            return OptionalLong.empty();
        }
        if (snapshots.at(address).isPresent() || read(address, 1).length == 1 && isReadable(address)) {
            return OptionalLong.of(address);
        }
        for (var region : regions()) {
            if (region.isReadable() && Long.compareUnsigned(region.lastAddress(), address) >= 0) {
                var last = Math.min(region.lastAddress(), LAST_ADDRESS);
                for (var at = Math.max(address, region.firstAddress()); at >= 0 && at <= last; at = nextPage(at)) {
                    cancellation.check();
                    if (read(at, 1).length == 1) {
                        return OptionalLong.of(at);
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    private boolean isReadable(long address) {
        return regionAt(address).filter(Region::isReadable).isPresent();
    }

    private static long nextPage(long address) {
        return (address & -PAGE_BYTES) + PAGE_BYTES;
    }

    Optional<Region> regionAt(long address) {
        return regions().stream().filter(region -> region.contains(address)).findFirst();
    }

    /** {@return what is mapped now, lowest first; nothing when the process has ended} */
    List<Region> regions() {
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
        } catch (IOException e) {
            // Files that were only read lose nothing.
            return;
        }
    }
}
