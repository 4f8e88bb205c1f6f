package org.wyrm.remote;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * Memory that takes a request to read. Of a target that is stopped, what was read stays right: some megabytes of it are
 * kept. Thread-safe.
 */
public final class RemoteMemory implements MemorySource {
    private static final int BLOCK_BYTES = 1 << 12;
    private static final int MOST_BLOCKS_KEPT = 1 << 13;

    /** What is read at once of a large wish, in blocks. */
    private static final int MOST_BLOCKS_AHEAD = 16;

    /** What is read where less is wanted of a target that runs: the length of a text is not known. */
    private static final int LEAST_BYTES = 64;

    private final Reader reader;
    private final AddressSpace space;
    private final AddressRange range;
    private final boolean isStable;
    private final Map<Long, byte[]> blocks = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
            return size() > MOST_BLOCKS_KEPT;
        }
    };

    /** Who makes the requests. Thread-safe. */
    @FunctionalInterface
    public interface Reader {
        /**
         * {@return memory from an address on, up to what is absent}
         *
         * @param address of its first byte
         * @param byteSize how many bytes at most
         */
        byte[] read(long address, int byteSize);
    }

    /**
     * Makes no request yet.
     *
     * @param reader of the memory
     * @param space which addresses these are
     * @param range of them, in whole blocks of 4 KiB
     * @param isStable whether the target is stopped
     */
    public RemoteMemory(Reader reader, AddressSpace space, AddressRange range, boolean isStable) {
        this.reader = reader;
        this.space = space;
        this.range = range;
        this.isStable = isStable;
    }

    @Override
    public long firstAddress() {
        return range.firstAddress();
    }

    @Override
    public long lastAddress() {
        return range.lastAddress();
    }

    @Override
    public boolean isStable() {
        return isStable;
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        var first = isStable ? address & -BLOCK_BYTES : address;
        var block = isStable ? block(first, address - first + wantedByteSize) : anew(address, wantedByteSize);
        if (address - first >= block.length) {
            throw new FaultException(space, address, "the other side cannot read it");
        }
        return new Chunk(first, MemorySegment.ofArray(block).asReadOnly());
    }

    private byte[] anew(long address, long wantedByteSize) {
        var wanted = Math.clamp(wantedByteSize, LEAST_BYTES, MOST_BLOCKS_AHEAD * BLOCK_BYTES);
        var beyond = range.lastAddress() - address;
        return reader.read(address, Long.compareUnsigned(beyond, wanted) < 0 ? (int) beyond + 1 : wanted);
    }

    private synchronized byte[] block(long first, long wantedByteSize) {
        var known = blocks.get(first);
        return known == null ? fetch(first, wantedByteSize) : known;
    }

    /** {@return a block, and reads those after it that will be wanted; of the first that has a hole, what is before it} */
    private byte[] fetch(long first, long wantedByteSize) {
        var most = Math.min(
                MOST_BLOCKS_AHEAD,
                Math.max(0, (range.lastAddress() - first) >>> Integer.numberOfTrailingZeros(BLOCK_BYTES)) + 1);
        var count = (int) Math.clamp((wantedByteSize + BLOCK_BYTES - 1) / BLOCK_BYTES, 1, most);
        var bytes = reader.read(first, count * BLOCK_BYTES);
        for (var at = BLOCK_BYTES; at < bytes.length; at += BLOCK_BYTES) {
            blocks.put(first + at, Arrays.copyOfRange(bytes, at, Math.min(at + BLOCK_BYTES, bytes.length)));
        }
        var wanted = Arrays.copyOf(bytes, Math.min(BLOCK_BYTES, bytes.length));
        blocks.put(first, wanted);
        return wanted;
    }
}
