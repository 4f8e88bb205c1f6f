package org.wyrm.target.kcore.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSegment;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.memory.Chunk;
import org.wyrm.target.kcore.internal.KcoreHeaders.Segment;

/**
 * {@code /proc/kcore}, open: read at a place each time, nothing is kept of it but its headers, and these are read anew
 * when an address is in none of its segments, since memory may have been plugged in.
 *
 * <p>The kernel gives zeros where a page is not mapped, offline or poisoned. Thread-safe.
 */
final class KcoreFile implements AutoCloseable {
    private static final int ELF_HEADER_BYTES = 64;
    private static final int MOST_HEADERS_BYTES = 1 << 20;

    /** The most that one read asks for; the kernel copies page by page. */
    private static final int MOST_READ_BYTES = 1 << 20;

    private static final long LEAST_NANOS_BETWEEN_HEADERS = 1_000_000_000L;

    private final Path path;
    private final KcoreBytes reader;
    private final LongSupplier nanoTime;
    private volatile KcoreHeaders headers;
    private long headersReadAt;

    private KcoreFile(Path path, KcoreBytes reader, LongSupplier nanoTime, KcoreHeaders headers) {
        this.path = path;
        this.reader = reader;
        this.nanoTime = nanoTime;
        this.headers = headers;
        this.headersReadAt = nanoTime.getAsLong();
    }

    /**
     * Reads its headers.
     *
     * @param reader reads it; closed with it, and on an error
     * @param nanoTime the clock, {@link System#nanoTime}
     * @throws IOException if the system does not let it be read
     * @throws UnreadableTargetException if it is another file, in its place
     */
    static KcoreFile open(Path path, KcoreBytes reader, LongSupplier nanoTime) throws IOException {
        var opened = false;
        try {
            var file = new KcoreFile(path, reader, nanoTime, headers(path, reader));
            opened = true;
            return file;
        } finally {
            if (!opened) {
                reader.close();
            }
        }
    }

    /** {@return what its headers told when they were last read} */
    KcoreHeaders headers() {
        return headers;
    }

    /**
     * {@return the segment of the direct map that holds a physical address; empty if none does, by headers of this second}
     */
    Optional<Segment> physicalSegment(long address) {
        var found = segment(headers, address);
        return found.isPresent() ? found : segment(recentHeaders(), address);
    }

    private static Optional<Segment> segment(KcoreHeaders headers, long address) {
        for (var segment : headers.physical()) {
            if (segment.contains(address)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    private synchronized KcoreHeaders recentHeaders() {
        if (nanoTime.getAsLong() - headersReadAt > LEAST_NANOS_BETWEEN_HEADERS) {
            try {
                headers = headers(path, reader);
            } catch (IOException e) {
                throw new UnreadableTargetException(path + ": " + FileErrors.reason(e), e);
            }
            headersReadAt = nanoTime.getAsLong();
        }
        return headers;
    }

    private static KcoreHeaders headers(Path path, KcoreBytes reader) throws IOException {
        var start = slice(path, reader, ELF_HEADER_BYTES);
        if (!ElfFile.hasMagic(start)) {
            throw new UnreadableTargetException(path
                    + ": is not the kernel's, another file hides it, as in containers: run wyrm outside, or let this"
                    + " container see it (docker: --security-opt systempaths=unconfined)");
        }
        // Program headers come right after the file's own, then the notes.
        var elf = ElfFile.parse(start);
        if (elf.type() != ElfType.ET_CORE.number()) {
            throw start.malformed(16, "it is no core file");
        }
        elf = ElfFile.parse(slice(path, reader, Math.min(MOST_HEADERS_BYTES, elf.programHeadersEnd())));
        var end = 0L;
        for (var segment : elf.segments()) {
            if (segment.type() == ElfSegment.PT_NOTE) {
                end = segment.offsetBytes() + segment.fileByteSize();
            }
        }
        return KcoreHeaders.of(
                end <= elf.bytes().byteSize() || end > MOST_HEADERS_BYTES
                        ? elf
                        : ElfFile.parse(slice(path, reader, end)));
    }

    private static ByteSlice slice(Path path, KcoreBytes reader, long byteSize) throws IOException {
        var bytes = ByteBuffer.allocate((int) byteSize);
        read(reader, bytes, 0);
        return ByteSlice.of(path.toString(), MemorySegment.ofBuffer(bytes.flip()), ByteOrder.LITTLE_ENDIAN);
    }

    private static void read(KcoreBytes reader, ByteBuffer to, long offset) throws IOException {
        while (to.hasRemaining() && reader.read(to, offset + to.position()) > 0) {
            // The rest is read in the next turn.
        }
    }

    /**
     * {@return a copy of the bytes at an address}
     *
     * @param segment that holds it
     * @param wantedByteSize how many; fewer come where the segment ends or the kernel stops
     * @throws FaultException if the kernel does not give the first byte
     */
    Chunk chunk(AddressSpace space, Segment segment, long address, long wantedByteSize) {
        var distance = address - segment.firstAddress();
        var byteSize = Math.min(Math.min(Math.max(1, wantedByteSize), MOST_READ_BYTES), segment.byteSize() - distance);
        var bytes = ByteBuffer.allocate((int) byteSize);
        var reason = "it ends there";
        try {
            read(reader, bytes, segment.offset() + distance);
        } catch (IOException e) {
            reason = FileErrors.reason(e);
        }
        if (bytes.position() == 0) {
            throw new FaultException(space, address, path + ": " + reason);
        }
        return new Chunk(address, MemorySegment.ofBuffer(bytes.flip()));
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UnreadableTargetException(path + ": " + FileErrors.reason(e), e);
        }
    }
}
